"""Connections that belong to the app: the event loop that uses them first owns them, for as long as they are open."""

from __future__ import annotations

import asyncio
import weakref

from authwright.errors import ConfigurationError

_owners: weakref.WeakKeyDictionary[object, weakref.ref[asyncio.AbstractEventLoop]] = weakref.WeakKeyDictionary()


def claim(connections: object, option: str, what: str, instead: str = "Pass the URL") -> None:
    """Make the running loop the owner of *connections*, or see that it is.

    Args:
        connections: A pool or a client.
        option: The option that names it, for the error.
        what: What it is called, such as "engine".
        instead: What the app could do without it.

    Raises:
        ConfigurationError: They were used on another loop. asyncio's drivers then return one caller's rows to another.
    """
    loop = asyncio.get_running_loop()
    owner = _owners.setdefault(connections, weakref.ref(loop))()
    if owner is not loop:
        problem = f"is the app's own {what}, which another event loop or process has used: a connection belongs to one."
        remedy = f"{instead}, or one {what} for each loop; or await the method, in place of its _sync twin."
        raise ConfigurationError(option, problem, remedy)
