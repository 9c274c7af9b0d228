"""An app that is stopped while it refreshes a token: ``python -m support.refreshing_app PORT DATABASE ASKED``.

Its provider creates the file ASKED when it receives the request, and returns a new refresh token two seconds later.
Uvicorn, when it stops, cancels requests that take longer than one second.
"""

from __future__ import annotations

import asyncio
import os
import sys

import httpx2
import uvicorn
from fastapi import FastAPI

from authwright import Auth
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter
from authwright.integrations.fastapi import auth_router
from authwright.providers import OAuth


def app_of(database: str, asked: str) -> FastAPI:
    async def refresh(request: httpx2.Request) -> httpx2.Response:
        os.close(os.open(asked, os.O_CREAT))
        await asyncio.sleep(2)
        return httpx2.Response(200, json={"access_token": "new", "refresh_token": "replaced", "expires_in": 3600})

    corp = OAuth(
        id="corp",
        name="Corp",
        authorization="http://localhost/authorize",
        token="http://localhost/token",
        userinfo="http://localhost/me",
        client_id="id",
        client_secret="secret",
        profile=dict,
        http_client=httpx2.AsyncClient(transport=httpx2.MockTransport(refresh)),
    )
    adapter = SQLAlchemyAdapter(database)
    auth = Auth(secret="a secret for tests that is long enough", providers=[corp], adapter=adapter)

    app = FastAPI()
    app.include_router(auth_router(auth))

    @app.get("/")
    async def token() -> str:
        return await auth.tokens.get(await adapter.get_user_by_account("corp", "alice"), "corp")

    return app


if __name__ == "__main__":
    port, database, asked = sys.argv[1:]
    app = app_of(database, asked)
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="error", timeout_graceful_shutdown=1)
