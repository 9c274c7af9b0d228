"""The demo app: its routes, and its ``Auth`` with passwords, e-mail links, an identity provider and SQLite."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Mount, Route

from authwright import Auth, Callbacks, Theme
from authwright.adapters.base import Adapter
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter
from authwright.demo.browser import browser_routes
from authwright.demo.pages import HEADERS, DemoPages
from authwright.demo.reactpy_app import PATHS, ReactPyPages
from authwright.demo.users import PROVIDER_USERS, Passwords
from authwright.integrations.starlette import auth_mount, has_role, session_required
from authwright.options import environment
from authwright.providers import OIDC, Credentials, Email
from authwright.testing import FakeIdP, Outbox
from authwright.types import Session, User

_NAME_LIMIT = 60


def create_app(*, database: Path, origin: str, npm: Path | None = None) -> Starlette:
    """Create the demo as an ASGI application.

    Args:
        database: The SQLite file for users, sessions and e-mail links. It is created if it does not exist.
        origin: The origin as browsers see it, such as ``http://localhost:3000``.
        npm: The ``node_modules`` folder with PyScript and MicroPython, for the page /browser.
    """
    adapter = SQLAlchemyAdapter(f"sqlite+aiosqlite:///{database}")
    outbox = Outbox()
    idp = FakeIdP(f"{origin}/idp", PROVIDER_USERS, redirect_uris=[f"{origin}/api/auth/callback/corp"])
    auth = create_auth(adapter, outbox, idp, origin)
    pages = DemoPages(auth, outbox)
    reactpy = ReactPyPages(auth, outbox, HEADERS)
    for_anyone_signed_in = session_required(auth)
    for_admins = session_required(auth, authorized=has_role("admin"))
    return Starlette(
        routes=[
            auth_mount(auth),
            Mount("/idp", app=idp.asgi),
            Route("/", reactpy.show),
            Route("/protected", for_anyone_signed_in(reactpy.show)),
            Route("/profile", for_anyone_signed_in(reactpy.show)),
            Route("/admin", for_admins(reactpy.show)),
            Route("/outbox", pages.outbox),
            *browser_routes(npm, HEADERS),
            Mount(PATHS, app=reactpy.app),
        ],
        exception_handlers={403: pages.forbidden, 404: pages.not_found},
        lifespan=pages.lifespan,
    )


def create_auth(adapter: Adapter, outbox: Outbox, idp: FakeIdP, origin: str) -> Auth:
    """Create the demo's ``Auth``. Your own app needs little more than this."""

    async def session(session: Session, user: User, new_session: object = None) -> Mapping[str, Any]:
        name = _new_name(new_session)
        if name:
            user = await adapter.update_user(user.id, {"name": name})
        role = user.extra.get("role", "member")
        return {**session, "user": {**session["user"], "name": user.name, "role": role}}

    return Auth(
        secret=environment("NEXTAUTH_SECRET", "AUTH_SECRET") or secrets.token_hex(32),
        base_url=origin,
        adapter=adapter,
        providers=[
            Credentials(
                name="a password",
                authorize=Passwords().authorize,
                fields={
                    "username": {"label": "Username", "placeholder": "alice"},
                    "password": {"label": "Password", "type": "password"},
                },
            ),
            Email(name="e-mail", send=outbox.send),
            OIDC(
                id="corp",
                name="a provider",
                issuer=idp.issuer,
                client_id=idp.client_id,
                client_secret=idp.client_secret,
                http_client=idp.http_client(),
            ),
        ],
        callbacks=Callbacks(session=session),
        theme=Theme(brand_color="#4338ca"),
    )


def _new_name(data: object) -> str | None:
    """Return the new name from the profile page, or None. Other data from a client is ignored."""
    name = data.get("name") if isinstance(data, Mapping) else None
    return name.strip()[:_NAME_LIMIT] or None if isinstance(name, str) else None
