"""The site on FastAPI. Each page shows the session of the request, read in another way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from authwright import Auth
from authwright.errors import AdapterError
from authwright.integrations.fastapi import auth_router


def make_app(auth: Auth) -> FastAPI:
    """Return the application: the REST API and a page for each way to read a session."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        await auth.aclose()

    app = FastAPI(lifespan=lifespan)
    app.include_router(auth_router(auth))

    @app.exception_handler(AdapterError)
    async def unavailable(request: Request, error: Exception) -> JSONResponse:
        return JSONResponse(None, 503)

    @app.get("/loop")
    async def on_the_loop(request: Request) -> Any:
        return await auth.get_server_session(request)

    @app.get("/thread")
    def in_a_thread(request: Request) -> Any:
        return auth.get_server_session_sync(request)

    @app.get("/to-thread")
    async def in_a_thread_of_asyncio(request: Request) -> Any:
        return await asyncio.to_thread(auth.get_server_session_sync, request)

    @app.get("/own-loop")
    def on_another_loop(request: Request) -> Any:
        return asyncio.run(auth.get_server_session(request))

    @app.get("/ping")
    async def ping() -> None:
        # The app's own work in threads must go on whatever the store does.
        await asyncio.to_thread(int)

    return app
