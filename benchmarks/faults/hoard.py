"""Hold all connections that a server allows, so that the site gets none."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

_PAUSE = 0.2


class Hoard(ABC):
    """The connections of one server."""

    @abstractmethod
    async def take_one(self) -> Any:
        """Open a connection and return it. Raises an error of the driver if the server accepts no more."""

    @abstractmethod
    async def end_others(self) -> int:
        """End the connections of all other clients. Return the number of ended connections."""


@asynccontextmanager
async def hold_all(hoard: Hoard) -> AsyncIterator[None]:
    """Hold every connection until the block ends. Whenever the site has a connection, end it."""
    held: list[Any] = []

    async def keep_taking() -> None:
        while True:
            try:
                held.append(await hoard.take_one())
            except Exception:
                # Each driver has its own error for a server that is full.
                if not await hoard.end_others():
                    await asyncio.sleep(_PAUSE)

    taking = asyncio.create_task(keep_taking())
    try:
        yield
    finally:
        taking.cancel()
        for connection in held:
            connection.close()
