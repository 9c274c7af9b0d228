"""A store of revocations in an SQL database, shared by all processes of an app; see ``RevocationStore``."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, bindparam, case, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from authwright.adapters.deadline import TIMEOUT, check_timeout
from authwright.adapters.sqlalchemy.clock import epoch_of
from authwright.adapters.sqlalchemy.connecting.engine import Given, Source
from authwright.adapters.sqlalchemy.database import SQLDatabase
from authwright.adapters.sqlalchemy.tables import revocations
from authwright.errors import Conflict

__all__ = ["SQLAlchemyRevocation"]


class SQLAlchemyRevocation:
    """A ``RevocationStore`` on SQLAlchemy. Each revocation is a row, kept until the last token that it covers expires.

    Args:
        url_or_engine: The same as for ``SQLAlchemyAdapter``. If both have the same engine, they share its pool.
        create_tables: Whether to create the table ``revocations`` at first use if it is missing. None means on SQLite
            only; on other databases, run ``authwright migrate``.
        timeout: The deadline for all store work of one request, in seconds, as for ``SQLAlchemyAdapter``.

    Raises:
        ConfigurationError: The URL is invalid, its driver is missing or not asynchronous, or *timeout* is not positive.
            A method raises it, too, if the app's own engine is used on a second event loop.
    """

    def __init__(self, url_or_engine: Given, create_tables: bool | None = None, *, timeout: float = TIMEOUT) -> None:
        self.timeout: float = check_timeout(timeout)
        source = Source.of(url_or_engine)
        self._database = SQLDatabase(source, [revocations], create_tables, timeout)
        # Use the database's clock: a host whose clock is fast would delete revocations that other hosts need.
        clock = epoch_of(source.backend)
        self._forget = delete(revocations).where(revocations.c.until < clock)
        self._latest = select(func.max(revocations.c.revoked_before)).where(
            revocations.c.key.in_(bindparam("keys", expanding=True)), revocations.c.until > clock
        )

    async def revoke(self, key: str, before: float, until: float, now: float) -> None:
        later = {"revoked_before": before, "until": until}
        change = update(revocations).where(revocations.c.key == key)
        change = change.values({name: _greater(name, value) for name, value in later.items()})

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(self._forget)
            if (await connection.execute(change)).rowcount == 0:
                await connection.execute(insert(revocations).values(key=key, **later))

        try:
            await self._database.write(work)
        except Conflict:
            # Another process has just inserted the row.
            await self._database.write(work)

    async def revoked_before(self, keys: Sequence[str], now: float) -> float | None:
        found = await self._database.read_one(self._latest, keys=list(keys))
        before: float | None = found[0] if found else None
        return before

    async def aclose(self) -> None:
        """Close the connections that this store opened. The next call opens new ones."""
        await self._database.aclose()


def _greater(name: str, value: float) -> ColumnElement[float]:
    column = revocations.c[name]
    return case((column < value, value), else_=column)
