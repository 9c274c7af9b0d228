"""What the app's ``jwt`` and ``session`` callbacks return, checked.

Rule 1: a callback that forgot ``return``, or returned another type, must not end or change a session. The request
        counts as signed out, nothing is renewed, and the cookie stays, as if the callback had raised an exception.
Rule 2: the error names the callback, and the type of what it returned, but not the value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from authwright.errors import ConfigurationError
from authwright.types import JWT, Session


class UnusableResult(ConfigurationError):
    """One of the app's functions for sessions returned something that cannot be used.

    Other configuration errors, such as missing tables, are not caught with it: then it is unknown who is signed in.
    """


def claims_of(result: object) -> JWT:
    """Return what the ``jwt`` callback returned. Raises ``UnusableResult`` if that is not a mapping."""
    # A test for dict is faster than one for Mapping, and this runs at every read of a session.
    if isinstance(result, dict) or isinstance(result, Mapping):  # noqa: SIM101
        return cast(JWT, result)
    raise UnusableResult("callbacks.jwt", f"returned {_described(result)}.", "Return the token, which is a dict.")


def session_of(result: object) -> Session:
    """Return what the ``session`` callback returned. Raises ``UnusableResult`` if that is not a mapping.

    As in v4, an empty one means that the user is signed out.
    """
    if isinstance(result, dict):
        return cast(Session, result)
    if isinstance(result, Mapping):
        return cast(Session, dict(result))
    remedy = "Return the session, which is a dict."
    raise UnusableResult("callbacks.session", f"returned {_described(result)}.", remedy)


def _described(result: object) -> str:
    return "None" if result is None else f"a {type(result).__name__}"
