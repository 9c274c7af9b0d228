"""Fill a store with sessions for a benchmark, in the fastest way that the store offers, and remove them afterwards."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from socket import create_connection
from typing import Any
from uuid import uuid4

from redis.asyncio import Redis
from sqlalchemy import URL, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from authwright.adapters.base import Adapter
from authwright.types import AdapterSession, User
from benchmarks.store_apps import ADAPTERS, PREFIX

SERVERS = {
    "postgresql": make_url("postgresql+asyncpg://postgres@127.0.0.1:5432/postgres"),
    "mariadb": make_url("mysql+aiomysql://root@127.0.0.1:3306/mysql"),
}
REDIS = "redis://127.0.0.1:6379/9"
_NEEDS = {
    "sqlite": [],
    "postgresql": [SERVERS["postgresql"]],
    "mariadb": [SERVERS["mariadb"]],
    "redis": [make_url(REDIS)],
    "cached": [SERVERS["postgresql"], make_url(REDIS)],
}
TOKEN = "the-token-of-the-session-that-is-read"  # noqa: S105 - it protects nothing
ALICE = User(id="", name="Alice Liddell", email="alice@example.com")
_LASTS = timedelta(days=30)
_BATCH = 5000


def reachable(store: str) -> bool:
    """Return whether all servers that *store* needs accept connections."""
    return all(_listens(url) for url in _NEEDS[store])


def _listens(url: URL) -> bool:
    try:
        with create_connection((url.host, url.port), 1):
            return True
    except OSError:
        return False


@asynccontextmanager
async def filled(store: str, rows: int, folder: Path) -> AsyncIterator[str]:
    """Fill *store* with Alice and *rows* of her sessions, one of them with ``TOKEN``, and yield its URL or URLs."""
    if store == "sqlite":
        yield await _in_sql(f"sqlite+aiosqlite:///{folder}/{uuid4().hex}.db", rows)
    elif store == "redis":
        async with _redis() as client:
            await _in_redis(client, rows)
            yield REDIS
    elif store == "cached":
        async with _database("postgresql") as url, _redis() as client:
            urls = f"{await _in_sql(url, 1)} {REDIS}"
            await _in_both(urls, client, rows)
            yield urls
    else:
        async with _database(store) as url:
            yield await _in_sql(url, rows)


@asynccontextmanager
async def _database(store: str) -> AsyncIterator[str]:
    """Create an empty database, yield its URL, and drop the database afterwards."""
    name = f"authwright_benchmark_{uuid4().hex}"
    engine = create_async_engine(SERVERS[store], isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
        try:
            yield SERVERS[store].set(database=name).render_as_string(hide_password=False)
        finally:
            force = " WITH (FORCE)" if store == "postgresql" else ""
            await connection.execute(text(f"DROP DATABASE {name}{force}"))
    await engine.dispose()


@asynccontextmanager
async def _redis() -> AsyncIterator[Redis]:
    """Yield a Redis client. Remove the keys of the benchmark before and after, and no other keys."""
    async with Redis.from_url(REDIS) as client:
        await _remove(client)
        try:
            yield client
        finally:
            await _remove(client)


async def _remove(client: Redis) -> None:
    for some in _batches([key async for key in client.scan_iter(f"*{PREFIX}*", count=_BATCH)]):
        await client.unlink(*some)


def _batches(values: Iterable[Any]) -> Iterator[list[Any]]:
    values = iter(values)
    while some := list(islice(values, _BATCH)):
        yield some


def _tokens(rows: int) -> Iterator[str]:
    return (uuid4().hex + uuid4().hex for _ in range(rows - 1))


async def _in_sql(url: str, rows: int) -> str:
    from authwright.adapters.sqlalchemy import SQLAlchemyAdapter

    adapter = SQLAlchemyAdapter(url, create_tables=True)
    owner = await _alice(adapter)
    await adapter.aclose()
    expires = datetime.now(UTC) + _LASTS
    records = ((token, owner, expires) for token in _tokens(rows))
    backend = make_url(url).get_backend_name()
    await {"sqlite": _into_sqlite, "postgresql": _into_postgresql, "mysql": _into_mariadb}[backend](url, records)
    return url


async def _alice(adapter: Adapter) -> str:
    """Sign Alice up, with the session ``TOKEN``, and return her id."""
    now = datetime.now(UTC)
    session = AdapterSession(session_token=TOKEN, user_id="", expires=now + _LASTS, created=now)
    return (await adapter.sign_up(ALICE, None, session)).id


async def _into_sqlite(url: str, records: Iterator[tuple[Any, ...]]) -> None:
    plain = ((token, owner, expires.replace(tzinfo=None).isoformat(" ")) for token, owner, expires in records)
    with closing(sqlite3.connect(make_url(url).database or "")) as connection, connection:
        connection.executemany("INSERT INTO sessions (session_token, user_id, expires) VALUES (?, ?, ?)", plain)


async def _into_postgresql(url: str, records: Iterator[tuple[Any, ...]]) -> None:
    import asyncpg

    connection = await asyncpg.connect(_plain(url))
    columns = ["session_token", "user_id", "expires"]
    await connection.copy_records_to_table("sessions", records=records, columns=columns)
    await connection.execute("VACUUM ANALYZE")
    await connection.close()


def _plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


async def _into_mariadb(url: str, records: Iterator[tuple[Any, ...]]) -> None:
    import aiomysql

    parts: URL = make_url(url)
    server = {"host": parts.host, "port": parts.port, "user": parts.username, "db": parts.database}
    async with aiomysql.connect(**server) as connection, connection.cursor() as cursor:
        for some in _batches((t, o, e.replace(tzinfo=None)) for t, o, e in records):
            await cursor.executemany("INSERT INTO sessions (session_token, user_id, expires) VALUES (%s, %s, %s)", some)
        await connection.commit()
        await cursor.execute("ANALYZE TABLE sessions")


async def _in_redis(client: Redis, rows: int) -> None:
    """Write a session with ``RedisAdapter`` and copy it under other tokens. Also write the key that the floor reads."""
    adapter = ADAPTERS["redis"](REDIS)
    await _alice(adapter)
    (key,) = [key async for key in client.scan_iter(f"{{{PREFIX}}}:session:*")]
    await _copies(client, key, key.rpartition(b":")[0], rows, quoted=True)
    await _for_floor(client)
    await adapter.aclose()  # type: ignore[attr-defined]


async def _in_both(urls: str, client: Redis, rows: int) -> None:
    adapter = ADAPTERS["cached"](urls)
    session, user = await _owner(urls)
    await adapter.create_session(replace(session, user_id=user))
    key = f"{PREFIX}:session:{TOKEN}".encode()
    await _copies(client, key, key.rpartition(b":")[0], rows, quoted=False)
    await _for_floor(client)
    await adapter.aclose()  # type: ignore[attr-defined]


async def _owner(urls: str) -> tuple[AdapterSession, str]:
    sql = ADAPTERS["postgresql"](urls.split()[0])
    found = await sql.get_session_and_user(TOKEN)
    await sql.aclose()  # type: ignore[attr-defined]
    assert found
    return found[0], found[1].id


async def _copies(client: Redis, key: bytes, prefix: bytes, rows: int, *, quoted: bool) -> None:
    whole = await client.dump(key)
    until = await client.pexpiretime(key)
    for some in _batches(_tokens(rows)):
        async with client.pipeline(transaction=False) as pipeline:
            for token in some:
                name = f'"{token}"' if quoted else token
                pipeline.restore(prefix + b":" + name.encode(), until, whole, absttl=True)
            await pipeline.execute()


async def _for_floor(client: Redis) -> None:
    import json

    expires = (datetime.now(UTC) + _LASTS).timestamp()
    value = json.dumps({"expires": expires, "name": ALICE.name, "email": ALICE.email})
    await client.set(f"{PREFIX}-floor:{TOKEN}", value)
