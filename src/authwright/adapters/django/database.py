"""Work on Django's database, off the event loop: a reading, or a transaction of writes.

Rule 1: all of one work is one synchronous function in one worker thread, since ``transaction.atomic`` and Django's
        connections belong to a thread.
Rule 2: that thread is never the caller's. Django's own (``thread_sensitive=True``) may be waiting for us: a view that
        asks ``get_server_session_sync`` would wait for ever.
Rule 3: around each work stands what Django does around a request: connections that broke or are too old are closed.
Rule 4: what surely left nothing behind is done again: a transaction that fell to a deadlock, or whose connection broke
        before its commit. One that broke during its commit is not.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from asgiref.sync import sync_to_async
from django.db import IntegrityError, InterfaceError, OperationalError, close_old_connections, connections, transaction

from authwright.adapters.django.models import Session
from authwright.errors import Conflict

T = TypeVar("T")
Work = Callable[[], T]

_TRIES = 5
_CLOCKS = {
    "postgresql": "SELECT statement_timestamp()",
    "sqlite": "SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')",
}
# PostgreSQL's serialization_failure and deadlock_detected.
_FELL_TO_OTHERS = frozenset({"40001", "40P01"})


class Database:
    """The database that *alias* names in ``DATABASES``."""

    def __init__(self, alias: str) -> None:
        self._alias = alias

    async def read(self, work: Work[T]) -> T:
        """What *work* answers, which writes nothing. It may run again, where its connection turns out to be broken."""
        return await sync_to_async(_as_a_request, thread_sensitive=False)(self._read, work)

    async def write(self, work: Work[T]) -> T:
        """Run *work* in one transaction; answer what it does. It may run again, after a transaction that was undone.

        Raises:
            Conflict: It violates a constraint; then nothing of it was done.
        """
        return await sync_to_async(_as_a_request, thread_sensitive=False)(self._write, work)

    def now(self) -> datetime:
        """Return the time by the database's clock. For ``read``: it needs this thread's connection."""
        connection = self._connected()
        with connection.cursor() as cursor:
            cursor.execute(_CLOCKS[connection.vendor])
            (now,) = cursor.fetchone()
        return now.astimezone(UTC) if isinstance(now, datetime) else datetime.fromisoformat(now).replace(tzinfo=UTC)

    def _read(self, work: Work[T]) -> T:
        connection = self._connected()
        raw = connection.connection
        try:
            return work()
        except (OperationalError, InterfaceError):
            if not _broke(connection, raw):
                raise
        connection.close()
        return work()

    def _write(self, work: Work[T]) -> T:
        for tries_left in reversed(range(_TRIES)):
            connection = self._connected()
            raw, committing = connection.connection, False
            try:
                with transaction.atomic(using=self._alias):
                    if connection.vendor == "sqlite":
                        self._take_write_lock()
                    answer = work()
                    committing = True
                return answer
            except IntegrityError:
                # The error's text quotes the row.
                raise Conflict("The store has such an entry already, or its user is gone.") from None
            except (OperationalError, InterfaceError) as error:
                undone = _fell_to_others(error) or (not committing and _broke(connection, raw))
                if not tries_left or not undone:
                    raise
        raise AssertionError("The last try answers or raises.")

    def _connected(self) -> Any:
        """This thread's connection, open. A server that is away is not asked twice."""
        connection = connections[self._alias]
        connection.ensure_connection()
        return connection

    def _take_write_lock(self) -> None:
        """SQLite fails at once where a transaction that has read wants to write beside another, so it writes first:
        what ``BEGIN IMMEDIATE`` does, whatever ``transaction_mode`` the app has set."""
        Session.objects.using(self._alias).filter(session_token="").update(provider=None)


def _as_a_request(run: Callable[[Work[T]], T], work: Work[T]) -> T:
    close_old_connections()
    try:
        return run(work)
    finally:
        close_old_connections()


def _broke(connection: Any, raw: object) -> bool:
    """Whether the connection *raw* is of no use any more; ``atomic`` may have opened another in its place."""
    return connection.connection is not raw or not connection.is_usable()


def _fell_to_others(error: Exception) -> bool:
    return getattr(error.__cause__, "sqlstate", None) in _FELL_TO_OTHERS
