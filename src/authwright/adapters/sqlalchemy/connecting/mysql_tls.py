"""Connections to MySQL and MariaDB that are encrypted or fail.

If the server does not offer TLS, aiomysql continues without encryption. An attacker could remove the offer.
"""

from __future__ import annotations

from typing import Any

from aiomysql import Connection, OperationalError
from pymysql.constants import CLIENT, CR

_PROBLEM = "The server does not support TLS, but the database URL requires it."


class _Encrypted(Connection):  # type: ignore[misc]
    async def _request_authentication(self) -> None:
        # The server has sent its greeting, and we have not sent the password yet.
        if not self.server_capabilities & CLIENT.SSL:
            raise OperationalError(CR.CR_SSL_CONNECTION_ERROR, _PROBLEM)
        await super()._request_authentication()


async def connect_encrypted(**arguments: Any) -> Connection:
    """Connect with the arguments of ``aiomysql.connect``. Raises ``OperationalError`` if the server lacks TLS."""
    connection = _Encrypted(**arguments)
    await connection._connect()
    return connection
