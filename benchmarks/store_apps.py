"""The applications of the store benchmark: for each store authwright, and a floor that uses only the driver.

The floor sends the same query as authwright. Each application is an attribute of this module:
``uvicorn benchmarks.store_apps:postgresql`` and ``...:postgresql_floor``. The environment variable
``BENCHMARK_DATABASE`` holds the URL of the store, or two URLs for users in SQL and sessions in Redis.
"""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, TypeAlias

from sqlalchemy import make_url

from authwright import SessionOptions
from authwright.adapters.base import Adapter
from benchmarks.apps import make_auth

PREFIX = "authwright-benchmark"
COOKIE = b"next-auth.session-token="
_HEADERS = [(b"content-type", b"application/json"), (b"cache-control", b"private, no-cache, no-store")]
_QUERY = (
    "SELECT s.expires, u.name, u.email, u.image FROM sessions s JOIN users u ON u.id = s.user_id "
    "WHERE s.session_token = {}"
)

Read: TypeAlias = Callable[[str], Awaitable[tuple[Any, ...]]]


def _floor(read: Read) -> Any:
    """Return an ASGI function that responds with the session of the request's cookie, which it gets from *read*."""

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        cookie = next((value for name, value in scope["headers"] if name == b"cookie"), None)
        body = b"{}"
        if cookie:
            expires, name, email, image = await read(cookie.partition(COOKIE)[2].decode())
            session = {"user": {"name": name, "email": email, "image": image}, "expires": str(expires)}
            body = json.dumps(session).encode()
        headers = [*_HEADERS, (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


def _sqlite(url: str) -> Read:
    import aiosqlite

    opened: list[aiosqlite.Connection] = []

    async def read(token: str) -> tuple[Any, ...]:
        if not opened:
            opened.append(await aiosqlite.connect(make_url(url).database or ""))
        async with opened[0].execute(_QUERY.format("?"), (token,)) as cursor:
            return tuple(await cursor.fetchone() or ())

    return read


def _postgresql(url: str) -> Read:
    import asyncpg

    pools: list[Any] = []

    async def read(token: str) -> tuple[Any, ...]:
        if not pools:
            plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
            pools.append(await asyncpg.create_pool(plain, min_size=10, max_size=10))
        return tuple(await pools[0].fetchrow(_QUERY.format("$1"), token))

    return read


def _mariadb(url: str) -> Read:
    import aiomysql

    pools: list[Any] = []

    async def read(token: str) -> tuple[Any, ...]:
        if not pools:
            parts = make_url(url)
            server = {"host": parts.host, "port": parts.port, "user": parts.username, "db": parts.database}
            pools.append(await aiomysql.create_pool(minsize=10, maxsize=10, autocommit=True, **server))
        async with pools[0].acquire() as connection, connection.cursor() as cursor:
            await cursor.execute(_QUERY.format("%s"), (token,))
            return tuple(await cursor.fetchone())

    return read


def _redis(url: str) -> Read:
    from redis.asyncio import Redis

    client = Redis.from_url(url)

    async def read(token: str) -> tuple[Any, ...]:
        found = json.loads(await client.get(f"{PREFIX}-floor:{token}") or "")
        return datetime.fromtimestamp(found["expires"], UTC), found["name"], found["email"], None

    return read


def _cached(urls: str) -> Read:
    sql, redis = urls.split()
    from_redis, from_sql = _redis(redis), _postgresql(sql)

    async def read(token: str) -> tuple[Any, ...]:
        await from_redis(token)
        return await from_sql(token)

    return read


def _sqlalchemy(url: str) -> Adapter:
    from authwright.adapters.sqlalchemy import SQLAlchemyAdapter

    return SQLAlchemyAdapter(url, create_tables=False)


def _redis_adapter(url: str) -> Adapter:
    from authwright.adapters.redis import RedisAdapter

    return RedisAdapter(url, prefix=PREFIX)


def _cached_adapter(urls: str) -> Adapter:
    from authwright.adapters.cached import CachedAdapter

    sql, redis = urls.split()
    return CachedAdapter(_sqlalchemy(sql), redis, prefix=PREFIX)


READS: dict[str, Callable[[str], Read]] = {
    "sqlite": _sqlite,
    "postgresql": _postgresql,
    "mariadb": _mariadb,
    "redis": _redis,
    "cached": _cached,
}
ADAPTERS: dict[str, Callable[[str], Adapter]] = {
    "sqlite": _sqlalchemy,
    "postgresql": _sqlalchemy,
    "mariadb": _sqlalchemy,
    "redis": _redis_adapter,
    "cached": _cached_adapter,
}


def __getattr__(name: str) -> Any:
    store = name.removesuffix("_floor")
    if store not in ADAPTERS:
        raise AttributeError(name)
    url = os.environ["BENCHMARK_DATABASE"]
    if name != store:
        return _floor(READS[store](url))
    return make_auth(adapter=ADAPTERS[store](url), session=SessionOptions(strategy="database")).asgi
