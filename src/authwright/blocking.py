"""The synchronous side: one event loop in one thread for each process, started at first use.

A loop for each call would break what belongs to a loop, such as asyncpg's pool; a loop inherited through a fork has
no thread, so the child starts its own.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from authwright import calling_thread

T = TypeVar("T")
_lock = threading.Lock()
_loops: dict[int, asyncio.AbstractEventLoop] = {}


def run(coroutine: Coroutine[Any, Any, T], twin: str) -> T:
    """What *coroutine* answers, run on the process's own loop.

    Raises:
        RuntimeError: It is called inside a running event loop, where it would block it; names *twin* to await.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return calling_thread.serve(lambda: asyncio.run_coroutine_threadsafe(coroutine, _loop()))
    coroutine.close()
    raise RuntimeError(f"{twin}_sync() was called inside a running event loop: use `await {twin}()` there.")


def _loop() -> asyncio.AbstractEventLoop:
    with _lock:
        loop = _loops.get(os.getpid())
        if loop is None:
            loop = _loops[os.getpid()] = asyncio.new_event_loop()
            threading.Thread(target=loop.run_forever, name="authwright", daemon=True).start()
        return loop


# A fork may happen while another thread holds the lock, which the child could then never take.
os.register_at_fork(after_in_child=lambda: globals().update(_lock=threading.Lock()))
