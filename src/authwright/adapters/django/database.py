"""Run work on Django's database outside the event loop: a read, or a transaction of writes.

Rule 1: a unit of work is one synchronous function in one worker thread, because ``transaction.atomic`` and Django's
        connections belong to a thread.
Rule 2: the thread is one of ours, never the caller's or Django's (``thread_sensitive=True``). Those may be waiting for
        the work, for example in a view that calls ``get_server_session_sync``, and would then wait for ever.
Rule 3: broken and outdated connections are closed before and after the work, as Django does before and after a request.
Rule 4: a transaction is repeated only if it certainly changed nothing: it was rolled back because of a deadlock, or its
        connection broke before the commit. If the connection broke during the commit, it is not repeated.
Rule 5: when its time limit is over, work is given up (see ``held.py``) and can no longer be committed.
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

from django.db import (
    DatabaseError,
    IntegrityError,
    InterfaceError,
    close_old_connections,
    connections,
    transaction,
)

from authwright.adapters import deadline
from authwright.adapters.django.held import Held
from authwright.adapters.django.models import Session
from authwright.adapters.failures import Failure, Kind
from authwright.server.runtime.hook_threads import run_in_thread
from authwright.server.runtime.threads import STORES

T = TypeVar("T")
Work = Callable[[], T]

_TRIES = 5
_CLOCKS = {
    "postgresql": "SELECT statement_timestamp()",
    "sqlite": "SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')",
}
# PostgreSQL's serialization_failure and deadlock_detected.
_FELL_TO_OTHERS = frozenset({"40001", "40P01"})


class DjangoDatabase:
    """A database of the Django site.

    Args:
        alias: The name of the database in ``DATABASES``.
        timeout: The time limit for a unit of work, in seconds.
    """

    def __init__(self, alias: str, timeout: float) -> None:
        self._alias = alias
        self._timeout = timeout
        self._thread = _Thread()
        # Connections that were opened before this instant are not used again, because work that began then has hung.
        # After a failover they may lead to a machine that no longer exists.
        self._dropped = 0.0

    async def read(self, work: Work[T]) -> T:
        """Run *work*, which must not write, and return its result. If its connection is broken, *work* runs again."""
        return await self._run(self._read, work)

    async def write(self, work: Work[T]) -> T:
        """Run *work* in one transaction and return its result. If the transaction is rolled back, *work* may run again.

        Raises:
            Conflict: *work* violated a unique constraint or a foreign key. Nothing was changed.
            ConfigurationError: *work* violated another constraint, or a table or column is missing.
        """
        return await self._run(self._write, work)

    async def read_as_hook(self, work: Work[T]) -> T:
        """Run *work* like ``read``, but in a thread and with the time limit of the app's hooks.

        Use this for *work* that calls a function of the app, which may take longer than a query.
        """
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
                # The caller was cancelled. The work may still finish within its time limit.
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
                # The thread ends after this work.
                connection.close()
            close_old_connections()
            held.release()

    def now(self) -> datetime:
        """Return the current time of the database's clock, in UTC. Run this with ``read``: it uses the database."""
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
        except (DatabaseError, InterfaceError) as error:
            _explain(error)
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
                    result = work()
                    held.check()
                    committing = True
                return result
            except (DatabaseError, InterfaceError) as error:
                _explain(error)
                undone = _fell_to_others(error) or (not committing and _broke(connection, raw))
                if not tries_left or not undone or held.is_given_up:
                    raise
        raise AssertionError("The last try returns or raises.")

    def _connected(self) -> Any:
        """Return this thread's connection, opening it if needed. If that fails, the work is not tried again."""
        connection = connections[self._alias]
        connection.ensure_connection()
        self._thread.opened_at(connection.connection)
        return connection

    def _limit_connecting(self, connection: Any) -> None:
        """Set a time limit for connecting to PostgreSQL: while a connection is being opened, nothing can break it."""
        if self._thread.limited is connection or connection.vendor != "postgresql":
            return
        self._thread.limited = connection
        connection.get_connection_params = partial(
            _with_timeout, connection.get_connection_params, math.ceil(self._timeout)
        )

    def _take_write_lock(self) -> None:
        """Take SQLite's write lock with a write that changes nothing, as ``BEGIN IMMEDIATE`` does.

        If a transaction reads first, and another one writes in between, SQLite fails at once when the first one writes.
        This works with any ``transaction_mode`` of the app.
        """
        Session.objects.using(self._alias).filter(session_token="").update(provider=None)


class _Thread(threading.local):
    """The state of this thread's connection: when it was opened, its work, and whether connecting has a time limit."""

    raw: Any = None
    opened = 0.0
    held = Held()
    limited: Any = None

    def opened_at(self, raw: Any) -> float:
        """Return when this thread first saw the connection *raw*, in seconds of the monotonic clock."""
        if raw is not self.raw:
            self.raw, self.opened = raw, time.monotonic()
        return self.opened


def _with_timeout(parameters_of: Callable[[], dict[str, Any]], seconds: int) -> dict[str, Any]:
    parameters = parameters_of()
    own = int(parameters.get("connect_timeout") or seconds)
    return {**parameters, "connect_timeout": min(own, seconds)}


def _broke(connection: Any, raw: object) -> bool:
    """Return whether the connection *raw* can no longer be used. ``atomic`` may have replaced it with a new one."""
    return connection.connection is not raw or not connection.is_usable()


def _explain(error: Exception) -> None:
    """Raise an exception that says what *error* means, if that is known."""
    failure = Failure.of(error.__cause__)
    if failure is None and isinstance(error, IntegrityError):
        failure = Failure(Kind.DUPLICATE, "")
    if failure and failure.kind is not Kind.LOST_STATEMENT:
        # Drop the original error: its text may quote the row.
        option = "DATABASES" if failure.kind is Kind.NO_TABLE else "AUTH_USER_MODEL"
        raise failure.as_error(option, "Run: python manage.py migrate") from None


def _fell_to_others(error: Exception) -> bool:
    return getattr(error.__cause__, "sqlstate", None) in _FELL_TO_OTHERS
