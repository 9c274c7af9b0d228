"""The stores as targets: private servers behind proxies, and SQLite, which has no server."""

from __future__ import annotations

import asyncio
import resource
import sqlite3
from abc import abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from redis.asyncio import Redis
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks.faults.hoard import Hoard, hold_all
from benchmarks.faults.proxy import Proxy
from benchmarks.faults.targets import Broken, DoesNotApplyError, Fault, Target, proxied
from benchmarks.private import PrivateServer, private_server
from benchmarks.site.auth import Place

_CONNECTIONS = 40


class ServerTarget(Target):
    """A store with a private server. The site connects as a user without privileges, which a limit applies to."""

    def __init__(self, proxy: Proxy, server: PrivateServer, place: Place) -> None:
        super().__init__(proxy, place)
        self.server = server

    @asynccontextmanager
    async def restarted(self) -> AsyncIterator[None]:
        await asyncio.to_thread(self.server.stop)
        yield
        await asyncio.to_thread(self.server.start)

    @abstractmethod
    async def set_up(self) -> None:
        """Create the site's user and database."""


class SQLTarget(ServerTarget):
    """A store that is configured by SQL."""

    async def run(self, *statements: str) -> None:
        """Run *statements* as the administrator."""
        engine = create_async_engine(self.server.url, isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            for statement in statements:
                await connection.execute(text(statement))
        await engine.dispose()


class PostgreSQL(SQLTarget):
    """PostgreSQL through SQLAlchemy, or through Django."""

    name = "PostgreSQL"

    async def set_up(self) -> None:
        await self.run("CREATE ROLE app LOGIN", "CREATE DATABASE app OWNER app")

    @asynccontextmanager
    async def read_only(self) -> AsyncIterator[None]:
        await self.run("ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()")
        yield
        await self.run("ALTER SYSTEM RESET default_transaction_read_only", "SELECT pg_reload_conf()")

    @asynccontextmanager
    async def out_of_connections(self) -> AsyncIterator[None]:
        terminate = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'"
        await self.run("ALTER ROLE app CONNECTION LIMIT 0", terminate)
        yield
        await self.run("ALTER ROLE app CONNECTION LIMIT -1")


class Django(PostgreSQL):
    """A Django site on PostgreSQL."""

    name = "Django on PostgreSQL"


class MariaDB(SQLTarget):
    """MariaDB through SQLAlchemy."""

    name = "MariaDB"

    async def set_up(self) -> None:
        users = [f"'app'@'{host}'" for host in ("localhost", "127.0.0.1", "%")]
        await self.run("CREATE DATABASE app", *(f"CREATE USER {user}" for user in users))
        await self.run(*(f"GRANT ALL ON app.* TO {user}" for user in users))

    @asynccontextmanager
    async def read_only(self) -> AsyncIterator[None]:
        await self.run("SET GLOBAL read_only = 1")
        yield
        await self.run("SET GLOBAL read_only = 0")

    def out_of_connections(self) -> Broken:
        return hold_all(MariaDBHoard(self))


class MariaDBHoard(Hoard):
    """All connections of a MariaDB."""

    def __init__(self, target: MariaDB) -> None:
        self._target = target
        self._ids: set[int] = set()

    async def take_one(self) -> Any:
        import aiomysql

        connection = await aiomysql.connect(host="127.0.0.1", port=self._target.server.port, user="app")
        self._ids.add(connection.thread_id())
        return connection

    async def end_others(self) -> int:
        # The administrator has one connection more than max_connections.
        engine = create_async_engine(self._target.server.url, isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            query = text("SELECT id FROM information_schema.processlist WHERE user = 'app'")
            others = [number for (number,) in (await connection.execute(query)).all() if number not in self._ids]
            for number in others:
                # It may have ended by itself.
                with suppress(DBAPIError):
                    await connection.execute(text(f"KILL {number}"))
        await engine.dispose()
        return len(others)


class RedisStore(ServerTarget):
    """Redis as the only store."""

    name = "Redis"

    async def set_up(self) -> None:
        pass

    @asynccontextmanager
    async def read_only(self) -> AsyncIterator[None]:
        async with Redis(port=self.server.port) as client:
            # There are no replicas, so Redis refuses every write.
            await client.config_set("min-replicas-to-write", 1)
            yield
            await client.config_set("min-replicas-to-write", 0)

    @asynccontextmanager
    async def out_of_connections(self) -> AsyncIterator[None]:
        administrator = Redis(port=self.server.port, single_connection_client=True)
        async with administrator, hold_all(RedisHoard(administrator, self.server.port)):
            yield


class RedisHoard(Hoard):
    """All connections of a Redis."""

    def __init__(self, client: Any, port: int) -> None:
        self._client, self._port = client, port
        self._addresses: set[str] = set()

    async def take_one(self) -> Any:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(b"PING\r\n")
        if not (await reader.readline()).startswith(b"+PONG"):
            writer.close()
            raise ConnectionRefusedError
        self._addresses.add("{}:{}".format(*writer.get_extra_info("sockname")))
        return writer

    async def end_others(self) -> int:
        ours = await self._client.client_id()
        clients = await self._client.client_list()
        others = [one["id"] for one in clients if one["addr"] not in self._addresses and int(one["id"]) != ours]
        for number in others:
            await self._client.client_kill_filter(_id=number)
        return len(others)


class SQLite(Target):
    """SQLite in a file."""

    name = "SQLite"

    def __init__(self, proxy: Proxy, place: Place, file: Path) -> None:
        super().__init__(proxy, place)
        self._file = file

    def broken(self, fault: Fault) -> Broken:
        match fault:
            case "hangs":
                return self.locked()
            case "read-only":
                return self.read_only()
            case "restarts":
                raise DoesNotApplyError("SQLite runs inside the app's process.")
            case "out of connections":
                raise DoesNotApplyError("A file has no limit of connections.")
            case _:
                raise DoesNotApplyError("SQLite is a file: there is no network.")

    @asynccontextmanager
    async def locked(self) -> AsyncIterator[None]:
        """Another process holds the lock of the database."""
        with closing(sqlite3.connect(self._file, isolation_level=None)) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            yield
            connection.execute("ROLLBACK")

    @asynccontextmanager
    async def read_only(self) -> AsyncIterator[None]:
        """The site may write to no file any more, as when the disk is full."""
        # Permissions of the file would not do: the site has opened it.
        limits = resource.prlimit(self.site.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.site.process.pid, resource.RLIMIT_FSIZE, (0, limits[1]))
        yield
        resource.prlimit(self.site.process.pid, resource.RLIMIT_FSIZE, limits)


_OPTIONS = {
    "postgresql": ["-c", f"max_connections={_CONNECTIONS}"],
    "mariadb": [f"--max-connections={_CONNECTIONS}"],
    "redis": ["--maxclients", str(_CONNECTIONS)],
}
_DRIVERS = {"postgresql": "postgresql+asyncpg", "mariadb": "mysql+aiomysql"}
_KINDS: dict[str, tuple[type[ServerTarget], str]] = {
    "postgresql": (PostgreSQL, "postgresql"),
    "mariadb": (MariaDB, "mariadb"),
    "redis": (RedisStore, "redis"),
    "django": (Django, "postgresql"),
}


@asynccontextmanager
async def store(name: str) -> AsyncIterator[Target]:
    """Start what the store *name* needs, until the block ends."""
    if name == "sqlite":
        with TemporaryDirectory(prefix="authwright-") as folder:
            file = Path(folder) / "auth.db"
            yield SQLite(Proxy(0), Place(store=name, url=f"sqlite+aiosqlite:///{file}"), file)
        return
    make, kind = _KINDS[name]
    with private_server(kind, _OPTIONS[kind]) as server:
        async with proxied(server.port) as proxy:
            url = f"redis://127.0.0.1:{proxy.port}/0"
            if kind in _DRIVERS:
                url = f"{_DRIVERS[kind]}://app@127.0.0.1:{proxy.port}/app"
            target = make(proxy, server, Place(store=name, url=url))
            await target.set_up()
            yield target
