"""The limit for the cookies of a session token.

Rule 1: the size is what the browser sends back: ``name=value`` of each chunk, in bytes.
Rule 2: from 4096 bytes on, or from three quarters of a lower limit, a warning names the largest claim. Servers and
        proxies refuse headers of about 8 kB. They would then refuse every request of that browser, including the
        sign-out.
Rule 3: above the limit, or above what we can read back, the session is refused and its cookies are not set.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from authwright.errors import SessionTooLarge
from authwright.http import Cookie
from authwright.server.protocol.cookies import CHUNK_SIZE
from authwright.server.protocol.tokens import SIZE_LIMIT
from authwright.server.runtime.log import Log
from authwright.server.strict_json import dump

WARN_FROM = 4096
_REMEDIES = (
    "Keep less in the token, use strategy='database', or raise SessionOptions(max_cookie_size=...) together with the"
    " header limits of your servers and proxies."
)


class CookieSize:
    """Checks the cookies of a session against the limit.

    Args:
        limit: The option ``max_cookie_size``.
        log: The log.
        encoded_by_app: Whether the app's own ``jwt.encode`` writes the tokens. Then a character may take several bytes.
    """

    def __init__(self, limit: int | None, log: Log, *, encoded_by_app: bool) -> None:
        self._limit = limit
        self._log = log
        self._warn_from = WARN_FROM if limit is None else min(WARN_FROM, limit * 3 // 4)
        # A token of ours below this length needs no warning, whatever the cookie's name.
        one_look = not encoded_by_app and self._warn_from == WARN_FROM
        self._surely_small = CHUNK_SIZE - 100 if one_look else 0

    def check(
        self,
        token: str,
        written: Sequence[Cookie],
        claims: Mapping[str, Any],
        before: Callable[[], Sequence[Cookie]] | None = None,
    ) -> None:
        """Check the cookies *written* for *token*.

        Args:
            token: The session token.
            written: Its cookies, and the removal of others.
            claims: What the token holds, to name the largest claim.
            before: Returns the cookies before a renewal. If those were large enough for a warning, it is not repeated.

        Raises:
            SessionTooLarge: The cookies are too large.
        """
        if len(token) <= self._surely_small:
            return
        size = _size_of(written)
        if len(token) > SIZE_LIMIT:
            raise SessionTooLarge(
                f"{_described(size, claims)} A cookie of that size could not be read back. {_REMEDIES}"
            )
        if self._limit is not None and size > self._limit:
            raise SessionTooLarge(f"{_described(size, claims)} max_cookie_size is {self._limit} bytes. {_REMEDIES}")
        if size >= self._warn_from and (before is None or _size_of(before()) < self._warn_from):
            self._log.warning(
                "SESSION_COOKIE_SIZE", f"{_described(size, claims)} {_REMEDIES}", user_id=claims.get("sub")
            )


def _size_of(written: Sequence[Cookie]) -> int:
    return sum(len(cookie.serialize().partition(";")[0]) for cookie in written if cookie.max_age != 0)


def _described(size: int, claims: Mapping[str, Any]) -> str:
    sizes = {name: _size_in_json(value) for name, value in claims.items()}
    largest = max(sizes, key=sizes.__getitem__, default=None)
    text = f"The session cookie has {size} bytes."
    return text if largest is None else f"{text} Its largest claim is {largest!r} with {sizes[largest]} bytes."


def _size_in_json(value: object) -> int:
    try:
        return len(dump(value))
    except (TypeError, ValueError, RecursionError):
        # An app's own jwt.encode may accept claims that are not JSON.
        return len(repr(value))
