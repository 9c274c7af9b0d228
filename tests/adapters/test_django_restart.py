"""The PostgreSQL server of a Django site restarts, while the site keeps its connections open (``CONN_MAX_AGE``)."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from authwright.adapters.conformance.samples import ALICE, BOB, GITHUB, session
from authwright.types import User
from support.django_site import Router, as_django_knows, configure, empty
from support.servers import POSTGRES, Instance, find, private

configure()

from django.contrib.auth.models import User as DjangoUser  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import OperationalError, connections  # noqa: E402
from django.db.models.signals import post_save  # noqa: E402

from authwright.adapters.django import DjangoAdapter  # noqa: E402

THREADS = 4


@pytest.fixture(scope="module")
def server() -> Iterator[Instance]:
    """A private PostgreSQL server for the site, which the tests may kill."""
    if find(POSTGRES.binary) is None:
        pytest.skip("PostgreSQL is missing: apt-get install postgresql")
    with private(POSTGRES) as instance:
        known = connections.settings["postgres"]
        before = dict(known)
        known.update(as_django_knows(instance.url), CONN_MAX_AGE=None)
        Router.alias = "postgres"
        call_command("migrate", database="postgres", verbosity=0)
        yield instance
        known.update(before)


@pytest.fixture
async def adapter(server: Instance) -> AsyncIterator[DjangoAdapter]:
    """An adapter whose worker threads already have open connections."""
    with ThreadPoolExecutor(THREADS) as threads:
        asyncio.get_running_loop().set_default_executor(threads)
        await asyncio.to_thread(empty, "postgres")
        adapter = DjangoAdapter()
        await in_each_thread(connections["postgres"].__class__.ensure_connection)
        yield adapter
        await in_each_thread(connections["postgres"].__class__.close)


async def in_each_thread(work: Any) -> None:
    together = threading.Barrier(THREADS, timeout=10)

    def one() -> None:
        together.wait()
        work(connections["postgres"])

    await asyncio.gather(*(asyncio.to_thread(one) for _ in range(THREADS)))


async def test_no_call_after_a_restart_fails(adapter: DjangoAdapter, server: Instance) -> None:
    created = await adapter.sign_up(ALICE, GITHUB, session())
    await asyncio.to_thread(server.stop)
    await asyncio.to_thread(server.start)
    reads = [adapter.get_user(created.id) for _ in range(6)]
    writes = [adapter.sign_up(User(id="", email=f"{number}@example.com"), None, None) for number in range(6)]
    results = await asyncio.gather(*reads, *writes)
    assert results[:6] == [created] * 6
    assert len({result.id for result in results if result}) == 7


async def test_calls_fail_while_the_server_is_down_and_work_afterwards(
    adapter: DjangoAdapter, server: Instance
) -> None:
    created = await adapter.sign_up(ALICE, GITHUB, session())
    await asyncio.to_thread(server.stop)
    results = await asyncio.gather(*(adapter.get_user(created.id) for _ in range(6)), return_exceptions=True)
    assert {type(result) for result in results} == {OperationalError}
    await asyncio.to_thread(server.start)
    assert await asyncio.gather(*(adapter.get_user(created.id) for _ in range(6))) == [created] * 6


async def test_a_transaction_is_repeated_after_its_connection_breaks(adapter: DjangoAdapter) -> None:
    broken: list[bool] = []

    def break_once(**named: Any) -> None:
        if not broken:
            broken.append(True)
            execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with heard(break_once):
        created = await adapter.sign_up(ALICE, GITHUB, session())
    assert broken
    assert await adapter.get_session_and_user("token") == (session(user_id=created.id), created)
    assert await asyncio.to_thread(count_users) == 1


async def test_a_transaction_is_repeated_after_a_deadlock(adapter: DjangoAdapter) -> None:
    meet = threading.Barrier(2, timeout=10)
    met: set[str] = set()

    def cross(instance: DjangoUser, **named: Any) -> None:
        execute("SET LOCAL deadlock_timeout = '20ms'")
        first, second = (1, 2) if instance.first_name == "Alice" else (2, 1)
        execute(f"SELECT pg_advisory_xact_lock({first})")
        if instance.first_name not in met:
            met.add(instance.first_name)
            meet.wait()
        execute(f"SELECT pg_advisory_xact_lock({second})")

    with heard(cross):
        await asyncio.gather(adapter.create_user(ALICE), adapter.create_user(BOB))
    assert await asyncio.to_thread(count_users) == 2


@contextmanager
def heard(receiver: Callable[..., None]) -> Iterator[None]:
    """Call *receiver* in each transaction that creates a user."""
    post_save.connect(receiver, sender=DjangoUser)
    try:
        yield
    finally:
        post_save.disconnect(receiver, sender=DjangoUser)


def execute(statement: str) -> None:
    with connections["postgres"].cursor() as cursor:
        cursor.execute(statement)


def count_users() -> int:
    return int(DjangoUser.objects.count())
