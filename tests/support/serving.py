"""An app under a real uvicorn, and visitors who ask it many things at once."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn


@contextmanager
def served(app: Any, loop: Any = "asyncio") -> Iterator[int]:
    """Run *app* in a thread, on uvicorn's *loop*; yields its port."""
    config = uvicorn.Config(app, port=0, log_level="warning", loop=loop, timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        deadline = time.monotonic() + 20
        while not server.started:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(20)


class Visitor:
    """One connection to the app, with a cookie. A client of HTTP/1.1 that costs less than what it measures."""

    def __init__(self, port: int, cookie: str) -> None:
        self._port = port
        self._cookie = cookie

    async def __aenter__(self) -> Visitor:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def __aexit__(self, *error: object) -> None:
        self._writer.close()
        await self._writer.wait_closed()

    async def get(self, path: str) -> tuple[int, Any]:
        """The status and the JSON of *path*."""
        self._writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost:3000\r\nCookie: {self._cookie}\r\n\r\n".encode())
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.split("content-length: ")[1].split("\r\n")[0])
        body = await self._reader.readexactly(length)
        status = int(head.split(" ")[1])
        return status, json.loads(body) if status == 200 else None
