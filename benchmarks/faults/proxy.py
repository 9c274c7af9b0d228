"""A TCP proxy that breaks the network between the site and a server, and repairs it again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

_CHUNK = 65536


class Link:
    """One connection of the site, and ours to the server. *task* forwards between them."""

    def __init__(self, site: asyncio.StreamWriter) -> None:
        self.writers = [site]
        self.is_dead = False
        task = asyncio.current_task()
        assert task
        self.task = task

    def abort(self) -> None:
        """Close both connections at once."""
        for writer in self.writers:
            writer.transport.abort()


class Proxy:
    """Forwards connections from ``port`` to *server_port*."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._listener: asyncio.Server | None = None
        self._links: set[Link] = set()
        self._flows = asyncio.Event()
        self._flows.set()
        self._never = asyncio.Event()
        self._delay = 0.0
        self.port = 0

    async def start(self) -> None:
        """Listen; on the same port as before, if there was one."""
        self._listener = await asyncio.start_server(self._serve, "127.0.0.1", self.port, reuse_address=True)
        self.port = self._listener.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Refuse connections, and close those that are open."""
        if self._listener:
            self._listener.close()
            self._listener = None
        links = list(self._links)
        for link in links:
            link.task.cancel()
        await asyncio.gather(*(link.task for link in links), return_exceptions=True)

    @asynccontextmanager
    async def refusing(self) -> AsyncIterator[None]:
        """Refuse connections until the block ends."""
        await self.stop()
        yield
        await self.start()

    @asynccontextmanager
    async def hanging(self) -> AsyncIterator[None]:
        """Accept connections and forward nothing until the block ends; then forward what has come in."""
        self._flows.clear()
        try:
            yield
        finally:
            self._flows.set()

    @asynccontextmanager
    async def black_hole(self) -> AsyncIterator[None]:
        """Never forward anything again on the connections that are open. New ones work."""
        for link in self._links:
            link.is_dead = True
        yield

    @asynccontextmanager
    async def slow(self, seconds: float) -> AsyncIterator[None]:
        """Forward what the server sends *seconds* later until the block ends."""
        self._delay = seconds
        try:
            yield
        finally:
            self._delay = 0.0

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = Link(writer)
        self._links.add(link)
        pumps: set[asyncio.Task[None]] = set()
        try:
            from_server, to_server = await asyncio.open_connection("127.0.0.1", self._server_port)
            link.writers.append(to_server)
            # Either side's end is the end of both.
            pumps = {
                asyncio.create_task(self._pump(link, reader, to_server)),
                asyncio.create_task(self._pump(link, from_server, writer, is_reply=True)),
            }
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        except (OSError, asyncio.CancelledError):
            # The server refuses, or the link is closed: asyncio's streams would report either as an error of ours.
            pass
        finally:
            self._links.discard(link)
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            link.abort()

    async def _pump(
        self, link: Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_reply: bool = False
    ) -> None:
        with suppress(OSError):
            while data := await reader.read(_CHUNK):
                if is_reply and self._delay:
                    await asyncio.sleep(self._delay)
                await self._flows.wait()
                if not link.is_dead:
                    writer.write(data)
                    await writer.drain()
        # A connection that vanished in a black hole is not closed, either.
        if link.is_dead:
            await self._never.wait()
