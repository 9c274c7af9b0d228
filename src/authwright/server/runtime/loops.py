"""Resources, one for each event loop, because a connection, a client or a lock belongs to a single loop.

Rule 1: a resource is looked up by the running loop, and opened at the first use on that loop.
Rule 2: a resource is closed on its own loop, by ``aclose`` or when that loop ends. Each resource is held by a suspended
        asynchronous generator, because a loop that ends closes its asynchronous generators
        (``loop.shutdown_asyncgens``, which asyncio.run, uvicorn and AnyIO call).
Rule 3: if a loop was closed in another way, its resource is dropped without being closed.
Rule 4: after a fork, the child does not use, close or free inherited resources. The child shares the sockets with its
        parent, and also the epoll descriptor: if the child closes a connection, it removes the parent's connection
        from it.
"""

from __future__ import annotations

import asyncio
import os
import sys
import weakref
from asyncio import AbstractEventLoop
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from typing import Any, Generic, TypeVar

T = TypeVar("T")
_CLOSING_TIMEOUT = 5.0
_all: weakref.WeakSet[PerLoop[Any]] = weakref.WeakSet()


class PerLoop(Generic[T]):
    """A resource that is opened once for each event loop.

    Args:
        make: A function that opens the resource. It is called on the loop that needs the resource.
        close: A coroutine function that closes the resource. It runs on the resource's loop. None means that there is
            nothing to close.
    """

    def __init__(self, make: Callable[[], T], close: Callable[[T], Awaitable[None]] | None = None) -> None:
        self._make = make
        self._close = close
        self._entries: dict[AbstractEventLoop, tuple[T, AsyncGenerator[None] | None]] = {}
        _all.add(self)

    def get(self) -> T:
        """Return the resource of the running loop, opening it at first use.

        Raises:
            RuntimeError: No event loop is running.
        """
        loop = asyncio.get_running_loop()
        entry = self._entries.get(loop)
        return entry[0] if entry else self._open(loop)

    async def aclose(self) -> None:
        """Close the resources of all running loops, each on its own loop. The next use opens new ones."""
        here = asyncio.get_running_loop()
        for loop in list(self._entries):
            if loop is here or loop.is_running():
                _, keeper = self._entries.pop(loop, (None, None))
                if keeper:
                    await _end(keeper, loop, here)

    def forget(self) -> None:
        """Drop all resources without closing or freeing them, in a forked child."""
        entries, self._entries = self._entries, {}
        if entries:
            never_free(entries)

    def _open(self, loop: AbstractEventLoop) -> T:
        for other in list(self._entries):
            if other.is_closed():
                self._entries.pop(other, None)
        resource = self._make()
        self._entries[loop] = resource, self._kept(resource, loop)
        return resource

    def _kept(self, resource: T, loop: AbstractEventLoop) -> AsyncGenerator[None] | None:
        if self._close is None:
            return None
        keeper = _keep(resource, self._close, weakref.ref(self), loop)
        # Run the generator up to the yield. This registers it with the loop.
        with suppress(StopIteration):
            keeper.__anext__().__await__().__next__()
        return keeper


async def _keep(
    resource: T,
    close: Callable[[T], Awaitable[None]],
    owner: weakref.ref[PerLoop[T]],
    loop: AbstractEventLoop,
) -> AsyncGenerator[None]:
    process = os.getpid()
    try:
        yield
    finally:
        # A forked child may end a loop that it inherited.
        if os.getpid() == process:
            per_loop = owner()
            if per_loop and per_loop._entries.get(loop, (None,))[0] is resource:
                del per_loop._entries[loop]
            await close(resource)


async def _end(keeper: AsyncGenerator[None], loop: AbstractEventLoop, here: AbstractEventLoop) -> None:
    if loop is here:
        await keeper.aclose()
        return

    async def there() -> None:
        await keeper.aclose()

    ending = there()
    try:
        future = asyncio.run_coroutine_threadsafe(ending, loop)
    except RuntimeError:
        # The loop was closed just now.
        ending.close()
        return
    # The other loop may stop before it runs this coroutine.
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.wrap_future(future), _CLOSING_TIMEOUT)


def never_free(inherited: object) -> None:
    """Keep *inherited* alive for ever, even when the interpreter exits and frees the contents of modules."""
    if sys.implementation.name != "cpython":
        _kept_for_ever.append(inherited)
        return
    import ctypes

    ctypes.pythonapi.Py_IncRef(ctypes.py_object(inherited))


_kept_for_ever: list[object] = []


def _after_fork() -> None:
    for per_loop in list(_all):
        per_loop.forget()


os.register_at_fork(after_in_child=_after_fork)
