"""A TCP proxy in front of a server, which stops forwarding on demand, as a network that hangs does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Proxy:
    """Forwards each connection, until it is told to hang."""

    def __init__(self, host: str, port: int) -> None:
        self._target = host, port
        self._tasks: set[asyncio.Task[None]] = set()
        self._gate = asyncio.Event()
        self._gate.set()
        self.port = 0

    def hang(self) -> None:
        """Accept connections, and forward nothing more."""
        self._gate.clear()

    def resume(self) -> None:
        """Forward again, what was held back first."""
        self._gate.set()

    def fail_over(self) -> None:
        """Forward new connections only: the old ones lead to a machine that is gone, without any notice."""
        self._gate.clear()
        self._gate = asyncio.Event()
        self._gate.set()

    async def forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        gate = self._gate
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        with suppress(OSError, asyncio.CancelledError):
            await gate.wait()
            upstream, downstream = await asyncio.open_connection(*self._target)
            try:
                await asyncio.gather(_pipe(reader, downstream, gate), _pipe(upstream, writer, gate))
            finally:
                downstream.close()
        writer.close()

    def stop(self) -> None:
        """Break all connections."""
        for task in list(self._tasks):
            task.cancel()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, gate: asyncio.Event) -> None:
    while data := await reader.read(65536):
        await gate.wait()
        writer.write(data)
        await writer.drain()
    await gate.wait()
    writer.close()


@asynccontextmanager
async def proxied(host: str, port: int) -> AsyncIterator[Proxy]:
    """A proxy to *host* and *port*, on a free port."""
    proxy = Proxy(host, port)
    server = await asyncio.start_server(proxy.forward, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    yield proxy
    server.close()
    proxy.stop()
    await asyncio.sleep(0.01)
