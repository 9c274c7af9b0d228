"""Whether a session outlives the browser, as the person chose at sign-in: the form field ``rememberMe``.

Rule 1: who is not remembered gets session cookies without an end, which a browser forgets when it closes.
Rule 2: a request does not tell how long its cookies last, so the choice stands in one of its own. Who changes that
        changes what their own browser keeps: how long a session lasts the server decides (``max_age``).
"""

from __future__ import annotations

from authwright.http import Cookie
from authwright.protocol.cookies import CookieOption

FIELD = "rememberMe"


def choice_of(value: object, *, asks: bool) -> bool | None:
    """What the *value* of the field, or of the cookie, says; None where it is missing and the site *asks* nobody."""
    if value is None:
        return False if asks else None
    return value == "true"


def as_chosen(written: list[Cookie], choice: bool | None, option: CookieOption) -> list[Cookie]:
    """*written*, the cookies of a session, to last as the *choice* says, and the cookie that keeps it."""
    if choice is None:
        return written
    lasting = [cookie for cookie in written if cookie.max_age != 0]
    if choice:
        return [*written, option.cookie("true", max((cookie.expires or 0 for cookie in lasting), default=None))]
    for cookie in lasting:
        cookie.expires = cookie.max_age = None
    return [*written, option.cookie("false")]
