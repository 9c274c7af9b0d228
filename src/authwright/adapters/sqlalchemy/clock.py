"""The clock of an SQL database, as an SQL expression.

On SQLite this is the clock of the host that runs the statement. On a database server it is the server's clock.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Float, bindparam, literal_column

from authwright.adapters.sqlalchemy.mapping.columns import UTCDateTime

# PostgreSQL: clock_timestamp() would prevent the use of an index.
_INSTANTS = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f', 'now')",
    "postgresql": "statement_timestamp()",
    "mysql": "utc_timestamp(6)",
    "mariadb": "utc_timestamp(6)",
}
# MySQL: unix_timestamp() would be ambiguous in the hour when daylight saving time ends.
_EPOCHS = {
    "sqlite": "((julianday('now') - 2440587.5) * 86400)",
    "postgresql": "CAST(extract(epoch FROM statement_timestamp()) AS double precision)",
    "mysql": "(timestampdiff(MICROSECOND, '1970-01-01', utc_timestamp(6)) / 1000000)",
    "mariadb": "(timestampdiff(MICROSECOND, '1970-01-01', utc_timestamp(6)) / 1000000)",
}


def instant_of(backend: str) -> ColumnElement[datetime]:
    """Return the current time of the database as a timezone-aware datetime.

    For an unknown *backend* it is the time of this host.
    """
    if backend not in _INSTANTS:
        return bindparam("host_time", callable_=lambda: datetime.fromtimestamp(time.time(), UTC), type_=UTCDateTime())
    return literal_column(_INSTANTS[backend], UTCDateTime())


def epoch_of(backend: str) -> ColumnElement[float]:
    """Return the current time of the database in seconds since the epoch.

    For an unknown *backend* it is the time of this host.
    """
    if backend not in _EPOCHS:
        return bindparam("host_time", callable_=time.time, type_=Float())
    return literal_column(_EPOCHS[backend], Float())
