"""Apps whose public path starts with ``/shop``, and the servers and proxies that make it so.

Each app has the REST API and the page ``/me``, which requires a session; the paths of both start with ``INSIDE`` of the
app. Real servers run this file: ``uvicorn support.prefixed:app``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import Depends, FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route, Router

from authwright import Auth
from authwright.integrations import fastapi, starlette
from authwright.types import Session
from support.apps import make_auth

PREFIX = "/shop"
PUBLIC = "https://app.example"
TRUSTED = {"host": "internal:8000", "x-forwarded-host": "app.example", "x-forwarded-proto": "https"}


def fastapi_app(auth: Auth) -> FastAPI:
    app = FastAPI()
    app.include_router(fastapi.auth_router(auth))

    @app.get("/me")
    async def me(session: Session = Depends(fastapi.session_required(auth))) -> Any:
        return session["user"]

    return app


def me_of(auth: Auth) -> Route:
    @starlette.session_required(auth)
    async def me(request: Request) -> Response:
        return JSONResponse(request.state.session["user"])

    return Route("/me", me)


def starlette_app(auth: Auth) -> Starlette:
    return Starlette(routes=[starlette.auth_mount(auth), me_of(auth)])


def plain_mount(auth: Auth) -> Starlette:
    """Mount the API without an integration."""
    app = Starlette(routes=[me_of(auth)])
    app.mount("/api/auth", auth.asgi)
    return app


def guard_in_a_sub_app(auth: Auth) -> Starlette:
    """The API is in the outer app, the page in an app that is mounted at the root of it."""
    return Starlette(routes=[starlette.auth_mount(auth), Mount("/", app=Starlette(routes=[me_of(auth)]))])


APPS: Mapping[str, Callable[[Auth], Any]] = {
    "fastapi": fastapi_app,
    "starlette": starlette_app,
    "plain mount": plain_mount,
    "guard in a sub-app": guard_in_a_sub_app,
}


def mounted(app: Any, name: str | None = None) -> Starlette:
    return Starlette(routes=[Mount(PREFIX, app=app, name=name)])


def mounted_in_fastapi(app: Any) -> FastAPI:
    outer = FastAPI()
    outer.mount(PREFIX, app)
    return outer


@dataclass(frozen=True)
class Setup:
    """How a public path such as ``/shop/me`` reaches the app.

    Args:
        strips: Whether the proxy removes the prefix.
        root_path: The root path of the server.
        included: Whether the server puts its root path in front of the path, as uvicorn does.
        headers: What the proxy adds.
        wrap: Puts the app into another app.
        trusts: Whether the set-up needs ``trust_host``.
    """

    strips: bool = True
    root_path: str = ""
    included: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)
    wrap: Callable[[Any], Any] = lambda app: app
    trusts: bool = False

    def deploy(self, app: Any) -> Any:
        """Return *app* as an ASGI application that gets public paths."""
        inner = self.wrap(app)

        async def proxy(scope: dict[str, Any], receive: Any, send: Any) -> None:
            path: str = scope["path"]
            path = path.removeprefix(PREFIX) if self.strips else path
            path = self.root_path + path if self.included else path
            added = [(name.encode(), value.encode()) for name, value in self.headers.items()]
            headers = [*scope["headers"], *added]
            sent = {**scope, "path": path, "raw_path": path.encode(), "root_path": self.root_path, "headers": headers}
            await inner(sent, receive, send)

        return proxy


SETUPS = {
    "uvicorn --root-path": Setup(root_path=PREFIX),
    "a root path that the path lacks": Setup(root_path=PREFIX, included=False),
    "a root path and a proxy that keeps the prefix": Setup(strips=False, root_path=PREFIX, included=False),
    "a mount": Setup(strips=False, wrap=mounted),
    "a named mount": Setup(strips=False, wrap=lambda app: mounted(app, "shop")),
    "a mount in FastAPI": Setup(strips=False, wrap=mounted_in_fastapi),
    "a mount in a router": Setup(strips=False, wrap=lambda app: Router(routes=[Mount(PREFIX, app=app)])),
    "X-Forwarded-Prefix": Setup(headers={"x-forwarded-prefix": PREFIX}, trusts=True),
    "X-Forwarded-Prefix/": Setup(headers={"x-forwarded-prefix": PREFIX + "/"}, trusts=True),
    "X-Forwarded-Prefix and a root path": Setup(root_path=PREFIX, headers={"x-forwarded-prefix": PREFIX}, trusts=True),
    "X-Forwarded-Prefix and a root path that the path lacks": Setup(
        root_path=PREFIX, included=False, headers={"x-forwarded-prefix": PREFIX}, trusts=True
    ),
    "X-Forwarded-Prefix and a mount": Setup(
        strips=False, headers={"x-forwarded-prefix": PREFIX}, wrap=mounted, trusts=True
    ),
}


def make(base_url: bool, trust_host: bool) -> Auth:
    return make_auth(base_url=f"{PUBLIC}{PREFIX}/api/auth" if base_url else None, trust_host=trust_host)


if os.environ.get("PREFIXED_APP"):
    app = APPS[os.environ["PREFIXED_APP"]](make(base_url=False, trust_host=True))
