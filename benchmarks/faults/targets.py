"""What can fail: each target says how each fault is brought about, or why it does not apply."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Literal, TypeAlias, get_args

from benchmarks.faults.proxy import Proxy
from benchmarks.site.auth import Place
from benchmarks.site.process import Site

Fault: TypeAlias = Literal[
    "refuses connections",
    "hangs",
    "black hole after failover",
    "slow",
    "restarts",
    "read-only",
    "out of connections",
]
FAULTS: tuple[Fault, ...] = get_args(Fault)
BLACK_HOLE: Fault = "black hole after failover"
Broken: TypeAlias = AbstractAsyncContextManager[None]
_DELAY = 1.0


class DoesNotApplyError(Exception):
    """A fault that the target cannot have. The text is the reason."""


class Target:
    """A server behind a proxy.

    Args:
        proxy: The proxy that the site connects to.
        place: The URLs of the site's servers, including this one.
    """

    name: str
    # The seconds that any response may take.
    limit: float = 5
    # The running site.
    site: Site

    def __init__(self, proxy: Proxy, place: Place) -> None:
        self.proxy, self.place = proxy, place

    def broken(self, fault: Fault) -> Broken:
        """Return a block in which the server has *fault*.

        Raises:
            DoesNotApplyError: The server cannot have it.
        """
        match fault:
            case "refuses connections":
                return self.proxy.refusing()
            case "hangs":
                return self.proxy.hanging()
            case "black hole after failover":
                return self.proxy.black_hole()
            case "slow":
                return self.proxy.slow(_DELAY)
            case "restarts":
                return self.restarted()
            case "read-only":
                return self.read_only()
            case "out of connections":
                return self.out_of_connections()

    def restarted(self) -> Broken:
        """Return a block in which the server is down; it starts at the end of the block."""
        raise NotImplementedError

    def read_only(self) -> Broken:
        """Return a block in which the server refuses writes."""
        raise NotImplementedError

    def out_of_connections(self) -> Broken:
        """Return a block in which the server accepts no more connections."""
        raise NotImplementedError


@asynccontextmanager
async def proxied(port: int) -> AsyncIterator[Proxy]:
    """Run a proxy to *port* until the block ends."""
    proxy = Proxy(port)
    await proxy.start()
    try:
        yield proxy
    finally:
        await proxy.stop()
