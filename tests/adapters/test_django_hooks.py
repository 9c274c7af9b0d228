"""An app's ``def`` functions on a Django site: the ORM works in them, in whatever way the request comes."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from asgiref.sync import ThreadSensitiveContext, sync_to_async

from authwright import Auth, Events
from authwright.providers import Credentials
from authwright.server.runtime import hook_threads
from support import django_urls
from support.apps import ALICE, make_auth
from support.browser import Browser
from support.django_site import configure, orm

configure()

from django.contrib.auth.models import User as DjangoUser  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402
from django.db import connections, transaction  # noqa: E402
from django.test import AsyncClient, Client  # noqa: E402

from authwright.adapters.django import DjangoAdapter  # noqa: E402

COOKIE = "next-auth.session-token"


@pytest.fixture
def counts() -> list[int]:
    """How many users the app's listener has counted with the ORM, each time."""
    return []


@pytest.fixture
def auth(site: str, counts: list[int], monkeypatch: pytest.MonkeyPatch) -> Auth:
    def count() -> None:
        counts.append(DjangoUser.objects.count())

    def authorize(credentials: dict[str, str]) -> Any:
        return ALICE | {"id": str(DjangoUser.objects.count())}

    providers = [Credentials(authorize=authorize)]
    auth = make_auth(
        providers=providers, adapter=DjangoAdapter(), strategy="database", events=Events(session=count, sign_in=count)
    )
    monkeypatch.setattr(django_urls, "auth", auth)
    return auth


@pytest.fixture
async def cookie(auth: Auth) -> str:
    browser = Browser(auth)
    await browser.sign_in()
    return browser.cookies[COOKIE]


async def test_the_orm_works_in_functions_outside_of_djangos_handlers(auth: Auth, counts: list[int]) -> None:
    browser = Browser(auth)
    await browser.sign_in()
    await browser.session()
    assert counts == [1, 1]


@pytest.mark.parametrize("path", ["/who", "/who-async"])
async def test_the_orm_works_in_functions_under_asgi(path: str, cookie: str, counts: list[int]) -> None:
    transport = httpx2.ASGITransport(get_asgi_application())
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost", cookies={COOKIE: cookie}) as client:
        answers = await asyncio.gather(*(client.get(path) for _ in range(5)))
    assert [answer.json()["authwright"]["user"]["name"] for answer in answers] == ["Alice"] * 5
    assert counts == [1] * 6


@pytest.mark.parametrize("path", ["/who", "/who-async"])
async def test_the_orm_works_in_functions_under_djangos_test_client(path: str, cookie: str, counts: list[int]) -> None:
    client = AsyncClient()
    client.cookies[COOKIE] = cookie
    await client.get(path)
    assert counts == [1, 1]


async def test_under_wsgi_a_function_is_in_the_transaction_of_its_request(cookie: str, counts: list[int]) -> None:
    def visit() -> None:
        client = Client()
        client.cookies[COOKIE] = cookie
        with transaction.atomic():
            DjangoUser.objects.create_user(username="ada")
            client.get("/who")
            transaction.set_rollback(True)

    await orm(visit)
    assert counts == [1, 2]


async def test_in_a_request_a_function_runs_in_the_thread_of_its_synchronous_code(auth: Auth) -> None:
    ran: list[int] = []
    auth = make_auth(events=Events(sign_in=lambda: ran.append(threading.get_ident())))
    async with ThreadSensitiveContext():
        await Browser(auth).sign_in(username="alice", password="wonderland")
        assert ran == [await sync_to_async(threading.get_ident)()]


@pytest.fixture
def hang(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    over = threading.Event()
    monkeypatch.setattr(hook_threads, "TIME_LIMIT", 0.3)
    yield lambda: over.wait(60) and None
    over.set()


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.usefixtures("sqlite_site")
async def test_a_function_that_hangs_is_left_alone(inside: bool, hang: Callable[[], None]) -> None:
    auth = make_auth(providers=[Credentials(authorize=lambda credentials: hang())])
    began = time.monotonic()

    async def sign_in() -> int:
        if inside:
            await ThreadSensitiveContext().__aenter__()
        return (await Browser(auth).sign_in()).status

    assert await asyncio.gather(*(sign_in() for _ in range(5))) == [401] * 5
    assert time.monotonic() - began < 1.5


async def test_connections_are_closed_after_a_function(site: str) -> None:
    seen: list[Any] = []

    def authorize(credentials: dict[str, str]) -> Any:
        DjangoUser.objects.count()
        seen.append(connections[site])
        return None

    await Browser(make_auth(providers=[Credentials(authorize=authorize)])).sign_in()
    assert [one.connection for one in seen] == [None]
