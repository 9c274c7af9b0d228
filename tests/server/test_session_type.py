"""``session_type`` is for type checkers: no call returns anything else because of it."""

from __future__ import annotations

import httpx2
import pytest
from fastapi import Depends, FastAPI

from authwright import Auth
from authwright.http import Request, Response
from authwright.integrations import fastapi as for_fastapi
from authwright.testing import session_cookies
from authwright.types import Session, SessionUser
from support.apps import ORIGIN, make_auth


class MyUser(SessionUser):
    role: str


class MySession(Session):
    user: MyUser


@pytest.fixture
def auth() -> Auth:
    return make_auth()


async def test_a_session_with_a_type_is_the_same_session(auth: Auth) -> None:
    cookies = await session_cookies(auth)
    plain = await auth.get_server_session(cookies)
    assert plain is not None
    typed = await auth.get_server_session(cookies, session_type=MySession)
    assert typed is not None
    assert typed["user"] == plain["user"]
    updated = await auth.update_session(cookies, {}, Response(), session_type=MySession)
    assert updated is not None
    assert updated["user"] == plain["user"]


async def test_a_dependency_with_a_type_passes_the_same_session(auth: Auth) -> None:
    app = FastAPI()

    @app.get("/current")
    async def current(session=Depends(for_fastapi.current_session(auth, session_type=MySession))):
        return session["user"]

    @app.get("/required")
    async def required(session=Depends(for_fastapi.session_required(auth, session_type=MySession))):
        return session["user"]

    transport, cookies = httpx2.ASGITransport(app), await session_cookies(auth)
    async with httpx2.AsyncClient(transport=transport, base_url=ORIGIN, cookies=cookies) as client:
        first, second = await client.get("/current"), await client.get("/required")
    assert first.json() == second.json()
    assert first.json()["name"] == "Alice Liddell"


def test_the_synchronous_methods_take_a_type_too(auth: Auth) -> None:
    request = Request("GET", "/")
    assert auth.get_server_session_sync(request, session_type=MySession) is None
    assert auth.update_session_sync(request, {}, Response(), session_type=MySession) is None
