"""Event loops and threads: a store works on each of them, and no user is shown another one's session."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request
from flask import Flask
from flask import request as asked
from redis.asyncio import Redis
from sqlalchemy import URL, NullPool
from sqlalchemy.ext.asyncio import create_async_engine
from starlette.testclient import TestClient

from authwright import Auth, SessionOptions
from authwright.adapters.base import Adapter
from authwright.adapters.cached import CachedAdapter
from authwright.adapters.conformance.samples import ALICE, session
from authwright.adapters.memory import MemoryAdapter
from authwright.adapters.redis import RedisAdapter, RedisRevocation
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter, SQLAlchemyRevocation
from authwright.errors import ConfigurationError
from authwright.integrations.fastapi import auth_router
from authwright.types import Session, User
from support.apps import make_auth
from support.serving import Visitor, served

COOKIE = "next-auth.session-token"
USERS = 100
TESTS = Path(__file__).parents[1]


@pytest.fixture(params=["sqlite", "in memory", "postgres", "mariadb", "redis", "cached"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """A store of each kind, which has not been used yet."""
    file = f"sqlite+aiosqlite:///{tmp_path}/auth.db"
    if request.param == "in memory":
        return SQLAlchemyAdapter("sqlite+aiosqlite://")
    if request.param == "sqlite":
        return SQLAlchemyAdapter(file)
    if request.param in ("postgres", "mariadb"):
        return SQLAlchemyAdapter(request.getfixturevalue(request.param), create_tables=True)
    url, prefix = request.getfixturevalue("redis_url"), request.getfixturevalue("prefix")
    redis = RedisAdapter(url, prefix=prefix)
    return redis if request.param == "redis" else CachedAdapter(SQLAlchemyAdapter(file), url, prefix=prefix)


@pytest.fixture
def auth(store: Any) -> Auth:
    return make_auth(adapter=store, strategy="database")


def app_of(auth: Auth, **options: Any) -> FastAPI:
    """An app with the API, and an endpoint that runs in a worker thread."""
    app = FastAPI(**options)
    app.include_router(auth_router(auth))

    @app.get("/me", response_model=None)
    def me(request: Request) -> Session | None:
        return auth.get_server_session_sync(request)

    return app


def with_token(token: str) -> dict[str, str]:
    return {COOKIE: token}


async def sign_up_all(adapter: Adapter) -> None:
    for number in range(USERS):
        user = User(id="", name=f"user {number}", email=f"{number}@example.com")
        await adapter.sign_up(user, None, session(f"token-{number}"))


async def visit(port: int, number: int, times: int) -> list[object]:
    """Whom the app takes the user of that number for, and each answer that is no answer."""
    async with Visitor(port, f"{COOKIE}=token-{number}") as visitor:
        answers = [await visitor.get(("/api/auth/session", "/me")[turn % 2]) for turn in range(times)]
    return [body["user"]["name"] if status == 200 and body else status for status, body in answers]


async def crowd(port: int, times: int) -> list[list[object]]:
    return await asyncio.gather(*(visit(port, number, times) for number in range(USERS)))


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
def test_no_user_is_shown_another_users_session(store: Any, auth: Auth, loop: str) -> None:
    # On another loop, which has ended when the app starts.
    asyncio.run(sign_up_all(store))
    times = 20
    with served(app_of(auth), loop) as port:
        seen = asyncio.run(crowd(port, times))
    assert seen == [[f"user {number}"] * times for number in range(USERS)]


async def name_of(auth: Auth) -> str | None:
    found = await auth.get_server_session(with_token("token"))
    return found and found["user"]["name"]


def name_of_sync(auth: Auth) -> str | None:
    found = auth.get_server_session_sync(with_token("token"))
    return found and found["user"]["name"]


def test_loops_one_after_another_each_find_what_was_stored(store: Any, auth: Auth) -> None:
    asyncio.run(store.sign_up(ALICE, None, session()))
    assert [asyncio.run(name_of(auth)) for _ in range(3)] == ["Alice"] * 3


def test_loops_and_threads_at_once_each_find_what_was_stored(store: Any, auth: Auth) -> None:
    asyncio.run(store.sign_up(ALICE, None, session()))

    async def often() -> list[str | None]:
        both = [name_of(auth), asyncio.to_thread(name_of_sync, auth)] * 10
        return list(await asyncio.gather(*both))

    with ThreadPoolExecutor(4) as threads:
        mixed = [threads.submit(asyncio.run, often()) for _ in range(2)]
        plain = [threads.submit(name_of_sync, auth) for _ in range(20)]
        assert {name for one in mixed for name in one.result()} == {"Alice"}
        assert {one.result() for one in plain} == {"Alice"}


def test_a_client_that_starts_a_loop_for_each_request_sees_the_session(store: Any, auth: Auth) -> None:
    asyncio.run(store.sign_up(ALICE, None, session()))
    # Without "with", the client starts a loop for each request.
    client = TestClient(app_of(auth), cookies=with_token("token"))
    seen = [client.get(path).json()["user"]["name"] for path in ("/api/auth/session", "/me") * 3]
    assert seen == ["Alice"] * 6


def test_synchronous_and_asynchronous_views_of_flask_see_the_users_session(store: Any, auth: Auth) -> None:
    asyncio.run(sign_up_all(store))
    app = Flask(__name__)

    @app.get("/sync")
    def sync() -> str:
        return (auth.get_server_session_sync(asked) or {})["user"]["name"]

    # Flask runs it on a new loop.
    @app.get("/async")
    async def asynchronous() -> str:
        return (await auth.get_server_session(asked) or {})["user"]["name"]

    def ask(number: int) -> str:
        client = app.test_client()
        client.set_cookie(COOKIE, f"token-{number}")
        return client.get("/sync").text + client.get("/async").text

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, range(USERS))) == [f"user {number}" * 2 for number in range(USERS)]


def test_synchronous_and_asynchronous_views_of_django_see_the_users_session(server: URL) -> None:
    command = [sys.executable, "-m", "support.django_asgi_app", server.render_as_string(hide_password=False)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=TESTS)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path}/auth.db"


async def test_an_apps_own_engine_on_a_second_loop_is_refused_with_the_remedy(url: str) -> None:
    engine = create_async_engine(url)
    auth = make_auth(adapter=SQLAlchemyAdapter(engine), strategy="database")
    assert await name_of(auth) is None
    with pytest.raises(ConfigurationError, match=r"another event loop.*Pass the URL"):
        await asyncio.to_thread(name_of_sync, auth)
    await engine.dispose()


async def test_two_stores_on_one_engine_of_the_app_have_one_loop(url: str) -> None:
    engine = create_async_engine(url)
    await SQLAlchemyAdapter(engine).get_user("nobody")
    revocation = SQLAlchemyRevocation(engine)
    with pytest.raises(ConfigurationError, match="url_or_engine"):
        await asyncio.to_thread(asyncio.run, revocation.revoked_before(["key"], 0))
    await engine.dispose()


def test_an_apps_own_engine_that_was_disposed_of_may_be_used_on_the_next_loop(url: str) -> None:
    engine = create_async_engine(url)
    adapter = SQLAlchemyAdapter(engine)

    async def once() -> User | None:
        try:
            return await adapter.get_user("nobody")
        finally:
            await engine.dispose()

    assert [asyncio.run(once()) for _ in range(2)] == [None, None]


def test_an_apps_own_engine_without_a_pool_belongs_to_no_loop(url: str) -> None:
    adapter = SQLAlchemyAdapter(create_async_engine(url, poolclass=NullPool))
    assert [asyncio.run(adapter.get_user("nobody")) for _ in range(2)] == [None, None]


def test_an_apps_own_engine_serves_the_apps_worker_threads(url: str) -> None:
    engine = create_async_engine(url)
    auth = make_auth(adapter=SQLAlchemyAdapter(engine), strategy="database")

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        await engine.dispose()

    with TestClient(app_of(auth, lifespan=lifespan), cookies=with_token("token")) as client:
        assert [client.get(path).status_code for path in ("/api/auth/session", "/me") * 3] == [200] * 6


async def test_an_apps_own_client_of_redis_on_a_second_loop_is_refused(redis: Redis, prefix: str) -> None:
    for store in (RedisAdapter(redis, prefix=prefix), CachedAdapter(MemoryAdapter(), redis, prefix=prefix)):
        auth = make_auth(adapter=store, strategy="database")
        assert await name_of(auth) is None
        with pytest.raises(ConfigurationError, match=r"own client.*another event loop"):
            await asyncio.to_thread(name_of_sync, auth)


def test_revocations_are_found_on_every_loop(redis_url: str, prefix: str, url: str) -> None:
    for store in (RedisRevocation(redis_url, prefix=prefix), SQLAlchemyRevocation(url)):
        auth = make_auth(session=SessionOptions(revocation=store))
        auth.sign_out_user_sync("1")
        asyncio.run(auth.sign_out_user("2"))
        keys = ["user:1", "user:2"]
        found = [asyncio.run(store.revoked_before([key], 0)) for key in keys]
        assert all(found)


async def test_a_memory_database_is_one_for_all_loops() -> None:
    adapter = SQLAlchemyAdapter("sqlite+aiosqlite://")
    made = await adapter.create_user(ALICE)
    assert await asyncio.to_thread(asyncio.run, adapter.get_user(made.id)) == made
    await adapter.aclose()


async def test_closing_closes_what_every_loop_opened(url: str) -> None:
    auth = make_auth(adapter=SQLAlchemyAdapter(url), strategy="database")
    before = workers()
    await name_of(auth)
    await asyncio.to_thread(name_of_sync, auth)
    opened = workers() - before
    assert len(opened) == 2
    await auth.aclose()
    for thread in opened:  # Before aiosqlite 0.22, a thread ended a moment after its connection.
        await asyncio.to_thread(thread.join, 5)
    assert not opened & workers()


def workers() -> set[threading.Thread]:
    """The threads of the open connections to SQLite. Before aiosqlite 0.22, a connection was such a thread itself."""
    return {
        thread
        for thread in threading.enumerate()
        if "_connection_worker_thread" in thread.name or type(thread).__module__.startswith("aiosqlite")
    }
