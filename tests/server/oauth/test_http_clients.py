"""One HTTP client for each ``Auth`` and loop: fast, without cookies, and never used on two loops."""

from __future__ import annotations

import asyncio
import gc
import json
import threading
import time
from collections.abc import Awaitable
from contextlib import suppress

import httpx2
import pytest

from authwright.errors import ConfigurationError, OAuthCallbackError
from authwright.server.oauth.http_clients import SharedClient
from authwright.server.oauth.outbound import Outbound
from authwright.testing import FakeIdP
from server.oauth.test_limits import OK, serving
from support.apps import make_auth
from support.browser import Browser
from support.provider import corp


async def empty_object(head: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(OK + b"Content-Length: 2\r\n\r\n{}")


async def longest_pause(work: Awaitable[object]) -> float:
    """The longest time for which the loop stood still while *work* went on."""
    running, longest = asyncio.ensure_future(work), 0.0
    while not running.done():
        began = time.monotonic()
        await asyncio.sleep(0)
        longest = max(longest, time.monotonic() - began)
    await running
    return longest


async def test_calls_after_the_first_do_not_stop_the_loop() -> None:
    async with serving(empty_object) as origin:
        outbound = Outbound(shared=SharedClient())
        await outbound.get(origin)
        assert min([await longest_pause(outbound.get(origin)) for _ in range(5)]) < 0.015


async def test_cookies_of_a_provider_are_neither_kept_nor_sent() -> None:
    heads: list[bytes] = []

    async def baker(head: bytes, writer: asyncio.StreamWriter) -> None:
        heads.append(head)
        writer.write(OK + b"Set-Cookie: id=1; Path=/\r\nContent-Length: 2\r\n\r\n{}")

    shared = SharedClient()
    async with serving(baker) as origin:
        for _ in range(2):
            await Outbound(shared=shared).get(origin)
    assert not any(b"cookie:" in head.lower() for head in heads)
    assert not list(shared.get().cookies.jar)


async def test_each_call_has_a_connection_of_its_own() -> None:
    opened = 0

    async def keep(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal opened
        opened += 1
        with suppress(asyncio.IncompleteReadError):
            while await reader.readuntil(b"\r\n\r\n"):
                await empty_object(b"", writer)
        writer.close()

    server = await asyncio.start_server(keep, "127.0.0.1", 0)
    outbound = Outbound(shared=SharedClient())
    origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    for call in (outbound.get(origin), outbound.post(origin, {}), outbound.post(origin, {})):
        await call
    server.close()
    await asyncio.sleep(0.05)  # the server's sides are closed
    assert opened == 3


async def test_the_providers_of_an_auth_share_a_client_which_aclose_closes() -> None:
    async with serving(empty_object) as origin:
        options = {"authorization": origin, "token": origin, "userinfo": origin, "client_id": "x", "client_secret": "x"}
        providers = [corp(FakeIdP(origin), id=name, http_client=None, **options) for name in ("one", "two")]
        auth = make_auth(providers=providers)
        clients = {auth._context.clients.of(provider)._outbound._clients.get() for provider in providers}  # type: ignore[attr-defined]
        [client] = clients
        await auth.aclose()
        assert client.is_closed


def test_loops_one_after_another_each_have_a_client_that_is_closed_with_the_loop() -> None:
    shared, clients = SharedClient(), []

    async def call() -> int:
        async with serving(empty_object) as origin:
            clients.append(shared.get())
            return (await Outbound(shared=shared).get(origin)).status

    assert [asyncio.run(call()) for _ in range(3)] == [200, 200, 200]
    assert [client.is_closed for client in clients] == [True, True, True]


def test_loops_at_the_same_time_each_have_a_client() -> None:
    idp, seen = FakeIdP("http://localhost:4000"), []
    auth = make_auth(providers=[corp(idp)])

    async def begin() -> None:
        for _ in range(20):
            browser = Browser(auth)
            answer = await browser.sign_in("/signin/corp")
            seen.append(json.loads(answer.body)["url"])
            await asyncio.sleep(0)

    threads = [threading.Thread(target=asyncio.run, args=(begin(),)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 60
    assert {url.partition("?")[0] for url in seen} == {"http://localhost:4000/authorize"}


def test_an_apps_own_client_on_a_second_loop_is_an_error_that_names_the_remedy() -> None:
    client = httpx2.AsyncClient()

    async def call() -> None:
        with pytest.raises(OAuthCallbackError):
            await Outbound(client, option="providers['corp'].http_client").get("http://localhost:1")

    asyncio.run(call())
    with pytest.raises(
        ConfigurationError, match=r"providers\['corp'\]\.http_client: .*another event loop.*Leave it out"
    ):
        asyncio.run(call())
    gc.collect()


def test_a_client_without_a_network_serves_any_loop() -> None:
    client = FakeIdP("http://localhost:4000").http_client()
    url = "http://localhost:4000/.well-known/openid-configuration"
    assert [asyncio.run(Outbound(client).get(url)).status for _ in range(2)] == [200, 200]
