"""The NextAuth.js v4 client API: ``AsyncAuthClient``, ``AuthClient`` and ``SessionProvider`` for a native process.

Each user interface framework has its own module, with the names of v4: ``authwright.client.reactpy``, ``.nicegui`` and
``.browser`` (PyScript). All of them use the same ``SessionStore``. A name is imported when it is first used. This
module and the store run on CPython, Pyodide and MicroPython, so they use no typing, ``__future__`` or dataclasses at
run time.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from authwright.client.core.api import Api
    from authwright.client.core.context import (
        Authenticated,
        Loading,
        SessionContext,
        SignInResult,
        Unauthenticated,
    )
    from authwright.client.core.store import SessionStore
    from authwright.client.native.asynchronous import AsyncAuthClient
    from authwright.client.native.provider import SessionProvider
    from authwright.client.native.synchronous import AuthClient

__all__ = [
    "Api",
    "AsyncAuthClient",
    "AuthClient",
    "Authenticated",
    "Loading",
    "SessionContext",
    "SessionProvider",
    "SessionStore",
    "SignInResult",
    "Unauthenticated",
]

_HOMES = {
    "Api": "core.api",
    "AsyncAuthClient": "native.asynchronous",
    "AuthClient": "native.synchronous",
    "Authenticated": "core.context",
    "Loading": "core.context",
    "SessionContext": "core.context",
    "SessionProvider": "native.provider",
    "SessionStore": "core.store",
    "SignInResult": "core.context",
    "Unauthenticated": "core.context",
}

if not TYPE_CHECKING:

    def __getattr__(name):
        if name not in _HOMES:
            raise AttributeError(name)
        home = "authwright.client." + _HOMES[name]
        # MicroPython's __import__ does not support a fromlist with a package's modules, so follow the dotted name.
        module = __import__(home)
        for part in home.split(".")[1:]:
            module = getattr(module, part)
        return getattr(module, name)
