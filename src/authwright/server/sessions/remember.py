"""The form field ``rememberMe``: whether a session continues after the browser is closed.

Rule 1: a user who is not remembered gets session cookies without an expiry, which the browser drops when it closes.
Rule 2: a request does not say how long its cookies last, so the choice has a separate cookie. A user who changes that
        cookie changes only what their browser keeps: the server decides how long a session lasts (``max_age``).
"""

from __future__ import annotations

from authwright.http import Cookie
from authwright.server.protocol.cookies import CookieOption

FIELD = "rememberMe"


def choice_of(value: object, *, asks: bool) -> bool | None:
    """Return the choice in the *value* of the field or cookie; None if it is missing and the site does not ask."""
    if value is None:
        return False if asks else None
    return value == "true"


def as_chosen(written: list[Cookie], choice: bool | None, option: CookieOption) -> list[Cookie]:
    """Return *written*, the cookies of a session, with the lifetime of the *choice*, and the cookie that stores it."""
    if choice is None:
        return written
    lasting = [cookie for cookie in written if cookie.max_age != 0]
    if choice:
        return [*written, option.cookie("true", max((cookie.expires or 0 for cookie in lasting), default=None))]
    for cookie in lasting:
        cookie.expires = cookie.max_age = None
    return [*written, option.cookie("false")]
