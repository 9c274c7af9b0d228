"""The form field ``rememberMe``: whether a session continues after the browser is closed.

Rule 1: a user who is not remembered gets session cookies without an expiry, which the browser drops when it closes.
Rule 2: a request does not say how long its cookies last, so the choice has a separate cookie. A user who changes that
        cookie changes only what their browser keeps: the server decides how long a session lasts (``max_age``).
"""

from __future__ import annotations

from collections.abc import Mapping

from authwright.http import Cookie, values_of
from authwright.server.protocol.cookies import CookieOption

FIELD = "rememberMe"


def remembered_choice(cookies: Mapping[str, str], option: CookieOption, *, asks: bool) -> bool | None:
    """Return the choice that the browser's cookie stores. Unknown content counts as a missing cookie."""
    known = (value for value in values_of(cookies, option.name) if value in ("true", "false"))
    return choice_of(next(known, None), asks=asks)


def choice_of(value: object, *, asks: bool) -> bool | None:
    """Return the choice in the *value* of the field or cookie; None if it is missing and the site does not ask."""
    if value is None:
        return False if asks else None
    return value == "true"


def as_chosen(
    written: list[Cookie], choice: bool | None, option: CookieOption, cookies: Mapping[str, str]
) -> list[Cookie]:
    """Give the cookies of a session the lifetime that the user chose, and add the cookie that stores the choice.

    Args:
        written: The cookies of the session.
        choice: The user's choice. Without one, a cookie with unknown content is deleted.
        option: The cookie that stores the choice.
        cookies: The cookies of the request.
    """
    if choice is None:
        return written + option.clear(cookies) if option.name in cookies else written
    lasting = [cookie for cookie in written if cookie.max_age != 0]
    if choice:
        expires = max((cookie.expires or 0 for cookie in lasting), default=None)
        return [*written, *option.write("true", expires, cookies)]
    for cookie in lasting:
        cookie.expires = cookie.max_age = None
    return [*written, *option.write("false", None, cookies)]
