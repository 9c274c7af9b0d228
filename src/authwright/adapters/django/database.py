"""Work on Django's database, off the event loop: a reading, or a transaction of writes.

Rule 1: all of one work is one synchronous function in one worker thread, since ``transaction.atomic`` and Django's
        connections belong to a thread.
Rule 2: that thread is one of ours, never the caller's. Django's own (``thread_sensitive=True``) may be waiting for us:
        a view that calls ``get_server_session_sync`` would wait for ever.
Rule 3: around each work stands what Django does around a request: connections that broke or are too old are closed.
Rule 4: what surely left nothing behind is done again: a transaction that fell to a deadlock, or whose connection broke
        before its commit. One that broke during its commit is not.
Rule 5: work whose time is over is given up (see ``held.py``): nothing of it is committed any more.
"""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from django.db import IntegrityError, InterfaceError, OperationalError, close_old_connections, connections, transaction

from authwright.adapters import deadline
from authwright.adapters.django.held import Held
from authwright.adapters.django.models import Session
from authwright.errors import Conflict
from authwright.hook_threads import run_in_thread
from authwright.threads import STORES

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
    """The database that *alias* names in ``DATABASES``; *timeout*: how many seconds a work may take."""

    def __init__(self, alias: str, timeout: float) -> None:
        self._alias = alias
        self._timeout = timeout
        self._thread = _Thread()
        # Connections that were opened before this are not used again: work that began then hung. After a failover
        # they may lead to a machine that is gone.
        self._dropped = 0.0

    async def read(self, work: Work[T]) -> T:
        """What *work* answers, which writes nothing. It may run again, where its connection turns out to be broken."""
        return await self._run(self._read, work)

    async def write(self, work: Work[T]) -> T:
        """Run *work* in one transaction; answer what it does. It may run again, after a transaction that was undone.

        Raises:
            Conflict: It violates a constraint; then nothing of it was done.
        """
        return await self._run(self._write, work)

    async def read_as_hook(self, work: Work[T]) -> T:
        """Like ``read``, for a function of the app's that may take long: it runs where the app's hooks run."""
        return await run_in_thread(partial(self._as_a_request, self._read, work, Held()))

    async def _run(self, run: Callable[[Work[T]], T], work: Work[T]) -> T:
        held = Held()
        try:
            return await STORES.run(partial(self._as_a_request, run, work, held), self._timeout)
        except TimeoutError:
            self._drop(held)
            raise
        except asyncio.CancelledError:
            if deadline.has_passed():
                self._drop(held)
            else:
                # The caller has left. The work may still end in time.
                asyncio.get_running_loop().call_later(self._timeout, self._drop, held)
            raise

    def _drop(self, held: Held) -> None:
        if held.give_up():
            self._dropped = max(self._dropped, held.began)

    def _as_a_request(self, run: Callable[[Work[T]], T], work: Work[T], held: Held) -> T:
        connection = connections[self._alias]
        self._limit_connecting(connection)
        if connection.connection is not None and self._thread.opened_at(connection.connection) < self._dropped:
            connection.close()
        held.take(connection)
        self._thread.held = held
        try:
            close_old_connections()
            return run(work)
        finally:
            if held.is_given_up:
                # The thread ends with this work.
                connection.close()
            close_old_connections()
            held.release()

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
            if self._thread.held.is_given_up or not _broke(connection, raw):
                raise
        connection.close()
        self._connected()
        return work()

    def _write(self, work: Work[T]) -> T:
        held = self._thread.held
        for tries_left in reversed(range(_TRIES)):
            connection = self._connected()
            raw, committing = connection.connection, False
            try:
                with transaction.atomic(using=self._alias):
                    if connection.vendor == "sqlite":
                        self._take_write_lock()
                    answer = work()
                    held.check()
                    committing = True
                return answer
            except IntegrityError:
                # The error's text quotes the row.
                raise Conflict("The store has such an entry already, or its user is gone.") from None
            except (OperationalError, InterfaceError) as error:
                undone = _fell_to_others(error) or (not committing and _broke(connection, raw))
                if not tries_left or not undone or held.is_given_up:
                    raise
        raise AssertionError("The last try answers or raises.")

    def _connected(self) -> Any:
        """This thread's connection, open. A server that is away is not asked twice."""
        connection = connections[self._alias]
        connection.ensure_connection()
        self._thread.opened_at(connection.connection)
        return connection

    def _limit_connecting(self, connection: Any) -> None:
        """Have connecting to PostgreSQL end in time, too: there is no connection yet that could be given up."""
        if self._thread.limited is connection or connection.vendor != "postgresql":
            return
        self._thread.limited = connection
        connection.get_connection_params = partial(
            _with_timeout, connection.get_connection_params, math.ceil(self._timeout)
        )

    def _take_write_lock(self) -> None:
        """SQLite fails at once where a transaction that has read wants to write beside another, so it writes first:
        what ``BEGIN IMMEDIATE`` does, whatever ``transaction_mode`` the app has set."""
        Session.objects.using(self._alias).filter(session_token="").update(provider=None)


class _Thread(threading.local):
    """What is known of this thread's connection: when it was opened, its present use, and that it opens in time."""

    raw: Any = None
    opened = 0.0
    held = Held()
    limited: Any = None

    def opened_at(self, raw: Any) -> float:
        """Return when the connection *raw* was first seen."""
        if raw is not self.raw:
            self.raw, self.opened = raw, time.monotonic()
        return self.opened


def _with_timeout(parameters_of: Callable[[], dict[str, Any]], seconds: int) -> dict[str, Any]:
    parameters = parameters_of()
    own = int(parameters.get("connect_timeout") or seconds)
    return {**parameters, "connect_timeout": min(own, seconds)}


def _broke(connection: Any, raw: object) -> bool:
    """Whether the connection *raw* is of no use any more; ``atomic`` may have opened another in its place."""
    return connection.connection is not raw or not connection.is_usable()


def _fell_to_others(error: Exception) -> bool:
    return getattr(error.__cause__, "sqlstate", None) in _FELL_TO_OTHERS
