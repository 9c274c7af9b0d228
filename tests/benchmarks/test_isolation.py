"""The benchmark of isolation: its users notice a server that confuses them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import pytest
import uvicorn
from benchmarks.isolation.crowd import Crowd, Tally
from benchmarks.site.auth import Place, make_auth
from benchmarks.site.fastapi_site import make_app

App = Callable[[dict[str, Any], Any, Any], Any]
COOKIE = b"next-auth.session-token="


@pytest.fixture
async def site(tmp_path: Any) -> AsyncIterator[Any]:
    """The benchmark's site. Its pages read on the server's loop only, since the requests go through one loop here."""
    auth = make_auth(Place(store="sqlite", url=f"sqlite+aiosqlite:///{tmp_path}/auth.db"))
    yield make_app(auth)
    await auth.aclose()


async def visit(app: App, *, users: int = 4, requests: int = 80, limit: float = 10) -> Tally:
    async with serving(app) as port:
        return await Crowd(port, users, requests, timeout=limit, pages={"/api/auth/session": 1, "/loop": 1}).run()


@asynccontextmanager
async def serving(app: App) -> AsyncIterator[int]:
    server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", log_level="critical"))
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await running


def every_tenth(app: App, instead: Callable[[dict[str, Any]], dict[str, Any]]) -> App:
    """Return *app*, whose every tenth request that carries a session is changed by *instead*."""
    numbers = count(1)

    async def wrapped(scope: dict[str, Any], receive: Any, send: Any) -> None:
        has_session = any(COOKIE in value for name, value in scope["headers"] if name == b"cookie")
        if has_session and scope["method"] == "GET" and next(numbers) % 10 == 0:
            scope = instead(scope)
        await app(scope, receive, send)

    return wrapped


def with_cookies(scope: dict[str, Any], cookies: bytes) -> dict[str, Any]:
    kept = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
    return {**scope, "headers": [*kept, (b"cookie", cookies)]}


async def test_a_site_that_works_has_a_clean_tally(site: App) -> None:
    tally = await visit(site)
    assert tally.is_clean
    assert 80 <= tally.requests == tally.statuses[200]


async def test_the_session_of_another_user_is_wrong(site: App) -> None:
    seen: list[bytes] = []

    def swap(scope: dict[str, Any]) -> dict[str, Any]:
        (sent,) = [value for name, value in scope["headers"] if name == b"cookie"]
        # The latest cookies of another user, whose session has most likely not ended yet.
        other = next((value for value in reversed(seen) if value != sent), sent)
        seen.append(sent)
        return with_cookies(scope, other)

    assert (await visit(every_tenth(site, swap), requests=300)).wrong > 0


async def test_no_session_for_a_signed_in_user_is_noticed(site: App) -> None:
    tally = await visit(every_tenth(site, lambda scope: with_cookies(scope, b"a=b")))
    assert tally.lost > 0
    assert tally.wrong == 0


async def test_a_request_without_a_response_is_noticed() -> None:
    async def silent(scope: dict[str, Any], receive: Any, send: Any) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    assert (await visit(silent, requests=4, limit=0.1)).hung == 4


async def test_an_error_page_is_noticed() -> None:
    async def broken(scope: dict[str, Any], receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 500, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    tally = await visit(broken, requests=4)
    assert tally.unexpected == {500: 4}
    assert not tally.is_clean
