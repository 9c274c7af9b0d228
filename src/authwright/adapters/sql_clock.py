"""The clock of an SQL database, as an expression for its statements.

On SQLite it is the clock of the machine that runs the statement; on a server it is the server's.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Float, bindparam, literal_column

from authwright.adapters.columns import UTCDateTime

# PostgreSQL: not clock_timestamp(), with which no index can be used.
_INSTANTS = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f', 'now')",
    "postgresql": "statement_timestamp()",
    "mysql": "utc_timestamp(6)",
    "mariadb": "utc_timestamp(6)",
}
# MySQL: not unix_timestamp(), which reads an hour of each autumn in two ways.
_EPOCHS = {
    "sqlite": "((julianday('now') - 2440587.5) * 86400)",
    "postgresql": "CAST(extract(epoch FROM statement_timestamp()) AS double precision)",
    "mysql": "(timestampdiff(MICROSECOND, '1970-01-01', utc_timestamp(6)) / 1000000)",
    "mariadb": "(timestampdiff(MICROSECOND, '1970-01-01', utc_timestamp(6)) / 1000000)",
}


def instant_of(backend: str) -> ColumnElement[datetime]:
    """The time on *backend*, as an aware datetime. On a database that we do not know it is this host's time."""
    if backend not in _INSTANTS:
        return bindparam("host_time", callable_=lambda: datetime.fromtimestamp(time.time(), UTC), type_=UTCDateTime())
    return literal_column(_INSTANTS[backend], UTCDateTime())


def epoch_of(backend: str) -> ColumnElement[float]:
    """The same, in seconds since the epoch."""
    if backend not in _EPOCHS:
        return bindparam("host_time", callable_=time.time, type_=Float())
    return literal_column(_EPOCHS[backend], Float())
