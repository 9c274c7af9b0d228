"""The sign-out marker: an encrypted cookie with the ids of the sessions that this browser has just signed out of.

A JWT session cannot be deleted, so a response that is still on its way when the user signs out could set the session's
cookie again.

Rule 1: the cookie is an encrypted token whose salt is the cookie's name. Its claim ``sessions`` is a list of ids.
Rule 2: the cookie expires after two minutes and contains the last eight sessions.
Rule 3: an invalid value counts as an empty list. If there are several cookies with this name, all of them count.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from authwright.errors import InvalidToken
from authwright.http import Cookie, values_of
from authwright.server.protocol import tokens
from authwright.server.protocol.cookies import SIGNED_OUT_MAX_AGE, CookieOption

_LIMIT = 8


def read_signed_out(
    option: CookieOption, cookies: Mapping[str, str], secrets: Sequence[str], now: float
) -> tuple[str, ...]:
    """Return the ids of the sessions that this browser has just signed out of, oldest first."""
    ids: list[str] = []
    for value in values_of(cookies, option.name):
        try:
            marked = tokens.decode(value, secrets, now=now, salt=option.name).get("sessions")
        except InvalidToken:
            continue
        ids += [one for one in marked if isinstance(one, str)] if isinstance(marked, list) else []
    return tuple(ids)


def mark_signed_out(
    session_ids: Collection[str],
    option: CookieOption,
    cookies: Mapping[str, str],
    secrets: Sequence[str],
    *,
    now: float,
    random: Callable[[int], bytes],
) -> Cookie:
    """Return the cookie that adds *session_ids* to the sessions that this browser has just signed out of."""
    before = [one for one in read_signed_out(option, cookies, secrets, now) if one not in session_ids]
    max_age = option.max_age or SIGNED_OUT_MAX_AGE
    claims = {"sessions": [*before, *session_ids][-_LIMIT:]}
    value = tokens.encode(claims, secrets[0], max_age=max_age, now=now, random=random, salt=option.name)
    return option.cookie(value, now + max_age)
