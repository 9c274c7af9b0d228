"""Owners of the app's connections: the first event loop that uses them owns them until they are closed."""

from __future__ import annotations

import asyncio
import weakref

from authwright.errors import ConfigurationError

_owners: weakref.WeakKeyDictionary[object, weakref.ref[asyncio.AbstractEventLoop]] = weakref.WeakKeyDictionary()


def claim(connections: object, option: str, what: str, instead: str = "Pass the URL") -> None:
    """Make the running loop the owner of *connections*, or check that it is the owner.

    Args:
        connections: A pool or a client.
        option: The option through which the app passed *connections*, for the error message.
        what: The kind of object, for the error message, such as "engine".
        instead: An alternative, for the error message.

    Raises:
        ConfigurationError: Another loop owns *connections*. Used on two loops, an asyncio driver may return the rows of
            one caller to another.
    """
    loop = asyncio.get_running_loop()
    owner = _owners.setdefault(connections, weakref.ref(loop))()
    if owner is not loop:
        problem = f"the app's own {what} was used on another event loop or in another process, but belongs to one loop."
        remedy = f"{instead}, or create one {what} for each loop. Or await the method instead of its _sync version."
        raise ConfigurationError(option, problem, remedy)
