"""The three states of a session, narrowed in each way. Type checkers read this file; it is never run."""

from __future__ import annotations

from typing import Literal, assert_never, assert_type

from starlette.requests import Request

from authwright import Auth
from authwright.client import (
    AsyncAuthClient,
    AuthClient,
    Authenticated,
    Loading,
    SessionContext,
    SessionProvider,
    Unauthenticated,
    browser,
    nicegui,
    reactpy,
)
from authwright.types import Session


def by_status(session: SessionContext) -> None:
    if session.status == "authenticated":
        assert_type(session.data, Session)
    elif session.status == "unauthenticated":
        assert_type(session.data, None)
    else:
        assert_type(session.status, Literal["loading"])
        # Not None during an update.
        assert_type(session.data, Session | None)


def by_match_of_the_status(session: SessionContext) -> str | None:
    match session.status:
        case "authenticated":
            return session.data["user"]["name"]
        case "unauthenticated" | "loading":
            return None


def by_class(session: SessionContext) -> str | None:
    match session:
        case Authenticated(data=data):
            assert_type(data, Session)
            return data["user"]["name"]
        case Loading(data, status, _):
            assert_type(data, Session | None)
            assert_type(status, Literal["loading"])
            return None
        case Unauthenticated():
            assert_type(session.data, None)
            return None
        case _:
            assert_never(session)


def by_isinstance(session: SessionContext) -> None:
    if isinstance(session, Authenticated):
        assert_type(session.data, Session)
    else:
        assert_type(session.data, Session | None)


def by_data(session: SessionContext) -> None:
    if session.data is not None:
        print(session.data["user"]["name"])
    data, status, update = session
    assert_type(status, Literal["loading", "unauthenticated", "authenticated"])
    if data is not None:
        assert_type(data, Session)
        print(data["user"]["email"], update())
    print(data["user"])  # type: ignore[index]


def takes_one_state(session: Authenticated) -> str | None:
    return session.data["user"]["name"]


def with_either_client(provider: SessionProvider[AsyncAuthClient] | SessionProvider[AuthClient]) -> str | None:
    session = provider.use_session()
    return takes_one_state(session) if session.status == "authenticated" else None


def required(provider: SessionProvider, synchronous: SessionProvider[AuthClient], flag: bool) -> None:
    for session in (provider.use_session(required=True), reactpy.use_session(True), browser.use_session(True)):
        assert_type(session.status, Literal["loading", "authenticated"])
        if session.status != "loading":
            assert_type(session.data, Session)
        takes_all(session)
    page = browser.SessionProvider().use_session(required=True)
    if page.status != "loading":
        assert_type(page.data, Session)
    plain = synchronous.use_session(required=True)
    if plain.status != "loading":
        assert_type(plain.data, Session)
        assert_type(plain.update(), Session | None)
    assert_type(provider.use_session(flag).status, Literal["loading", "unauthenticated", "authenticated"])


def takes_all(session: SessionContext) -> None:
    assert_type(session.data, Session | None)


async def in_a_nicegui_page(request: Request, auth: Auth) -> None:
    page = await nicegui.session_provider(request, auth=auth, required={"role": "admin"})
    assert_type(page.status, Literal["loading", "authenticated"])
    assert_type(nicegui.use_session(required=True).status, Literal["loading", "authenticated"])
    assert_type(nicegui.use_session().status, Literal["loading", "unauthenticated", "authenticated"])
    if page.data:
        assert_type(page.data, Session)
