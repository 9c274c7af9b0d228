"""A device whose clock is wrong, and intervals beyond what a timer can carry."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from authwright import Auth, SessionOptions
from authwright.client import AsyncAuthClient, AuthClient, SessionProvider
from support.apps import ORIGIN, make_auth


def client_of(auth: Auth) -> AsyncAuthClient:
    return AsyncAuthClient(ORIGIN, http_client=httpx2.AsyncClient(transport=httpx2.ASGITransport(auth.asgi)))


def session_of(seconds: float) -> Any:
    """Return a session whose end is *seconds* away from now, by the clock of this device."""
    end = datetime.fromtimestamp(time.time() + seconds, UTC).isoformat().replace("+00:00", "Z")
    return {"user": {"name": "Alice"}, "expires": end}


async def shows(provider: SessionProvider, status: str) -> None:
    """Wait until a new session arrives with *status*."""
    arrived = asyncio.Event()
    off = provider.subscribe(lambda context: context.status == status and arrived.set())
    await asyncio.wait_for(arrived.wait(), 20)
    off()


async def test_a_session_passed_on_a_device_with_a_fast_clock_is_shown_and_confirmed() -> None:
    auth = make_auth(session=SessionOptions(max_age=900))
    client = client_of(auth)
    await client.sign_in("credentials", redirect=False, username="alice", password="wonderland")
    seen: list[str] = []
    async with client, SessionProvider(client, session=session_of(-300)) as provider:
        provider.subscribe(lambda context: seen.append(context.status))
        assert provider.use_session().status == "authenticated"
        await shows(provider, "authenticated")
    assert seen == ["authenticated"]


async def test_a_session_passed_that_has_really_ended_is_shown_as_signed_out_after_a_fetch() -> None:
    client = client_of(make_auth())
    async with client, SessionProvider(client, session=session_of(-300)) as provider:
        await shows(provider, "unauthenticated")


async def test_a_session_that_ends_while_it_is_shown_becomes_unauthenticated() -> None:
    client = client_of(make_auth(session=SessionOptions(max_age=2)))
    await client.sign_in("credentials", redirect=False, username="alice", password="wonderland")
    async with client, SessionProvider(client) as provider:
        await shows(provider, "authenticated")
        await shows(provider, "unauthenticated")


@pytest.mark.parametrize(("answer", "status"), [({"user": {}}, "authenticated"), ({}, "unauthenticated")])
def test_without_an_event_loop_a_session_that_seems_over_is_fetched_again(answer: Any, status: str) -> None:
    asked: list[str] = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.path)
        return httpx2.Response(200, json=answer)

    http = httpx2.Client(transport=httpx2.MockTransport(respond))
    with AuthClient(ORIGIN, http_client=http) as client, SessionProvider(client, session=session_of(0.2)) as provider:
        assert (provider.use_session().status, asked) == ("authenticated", [])
        time.sleep(0.3)
        assert provider.use_session().status == status
    assert asked == ["/api/auth/session"]


@pytest.mark.parametrize("interval", [30 * 86400, 10.0**15, float("inf")])
async def test_a_very_long_interval_does_not_poll(interval: float) -> None:
    asked: list[str] = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.path)
        return httpx2.Response(200, json={})

    client = AsyncAuthClient(ORIGIN, http_client=httpx2.AsyncClient(transport=httpx2.MockTransport(respond)))
    async with client, SessionProvider(client, session=session_of(3600), refetch_interval=interval):
        await asyncio.sleep(0.1)
    assert asked == []
