"""NextAuth.js v4 in Python: the auth server behind ``/api/auth/*``.

The names load at first use. This module also runs on MicroPython, for the client's sake: no typing, no ``__future__``.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from authwright.auth import Auth
    from authwright.options import Callbacks, Events, JWTOptions, Pages, SessionOptions, Theme

__version__ = "0.1.0"
__all__ = ["Auth", "Callbacks", "Events", "JWTOptions", "Pages", "SessionOptions", "Theme"]

if not TYPE_CHECKING:

    def __getattr__(name):
        if name == "Auth":
            from authwright.auth import Auth

            return Auth
        if name in __all__:
            from authwright import options

            return getattr(options, name)
        raise AttributeError(name)
