"""The cookies of NextAuth.js v4: their names and attributes, and how a long session token spreads over several.

Rule 1: on https every name starts with ``__Secure-``, the csrf cookie's with ``__Host-``, and no bare name is read.
Rule 2: a value of over 4096 - 163 characters becomes ``name.0``, ``name.1``, ...; chunks that are not written again
        are removed, and so is the whole value where it was one before.
Rule 3: a cookie belongs to the session if its name is ``name`` or ``name.<digits>`` exactly (v4 takes any prefix).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from authwright.http import Cookie, SameSite

CHUNK_SIZE = 4096 - 163
CHECK_MAX_AGE = 15 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieOption:
    """The name and the attributes of one of our cookies. ``max_age`` is in seconds."""

    name: str
    http_only: bool = True
    same_site: SameSite | None = "lax"
    path: str = "/"
    secure: bool = False
    domain: str | None = None
    max_age: int | None = None

    def cookie(self, value: str, expires: float | None = None, name: str | None = None) -> Cookie:
        """The cookie, or its namesake called *name*, with *value*; it ends at *expires* (seconds since the epoch)."""
        # By position: by name it takes three times as long.
        return Cookie(
            name or self.name,
            value,
            self.max_age,
            self.domain,
            self.path,
            expires,
            self.http_only,
            self.secure,
            self.same_site,
        )

    def removal(self, name: str | None = None) -> Cookie:
        """What makes a browser forget the cookie, or its chunk called *name*."""
        removal = self.cookie("", name=name)
        removal.max_age = 0
        return removal

    def values_in(self, cookies: Mapping[str, str]) -> dict[str, str]:
        """The cookie itself and its chunks, as a request carries them."""
        chunk = self.name + "."
        found = {name: value for name, value in cookies.items() if name == self.name or _is_chunk(name, chunk)}
        return dict(sorted(found.items(), key=lambda item: _index(item[0], chunk)))

    def read(self, cookies: Mapping[str, str]) -> str | None:
        """The value, its chunks joined in the order of their numbers; None where there is none."""
        whole = cookies.get(self.name)
        if whole:
            return whole
        if f"{self.name}.0" not in cookies:
            return None
        chunks = self.values_in(cookies)
        chunks.pop(self.name, None)
        return "".join(chunks.values()) or None

    def write(self, value: str, expires: float, cookies: Mapping[str, str]) -> list[Cookie]:
        """*value* in as many cookies as it takes, and the removal of those in the request that it leaves over."""
        if len(value) <= CHUNK_SIZE:
            written = [self.cookie(value, expires)]
            # Most requests carry no chunk, and one look at all names at once tells.
            if self.name + "." not in " ".join(cookies):
                return written
        else:
            starts = range(0, len(value), CHUNK_SIZE)
            written = [
                self.cookie(value[start : start + CHUNK_SIZE], expires, f"{self.name}.{i}")
                for i, start in enumerate(starts)
            ]
        names = {cookie.name for cookie in written}
        return [self.removal(name) for name in self.values_in(cookies) if name not in names] + written

    def clear(self, cookies: Mapping[str, str]) -> list[Cookie]:
        """The removal of the cookie and all of its chunks in the request."""
        return [self.removal(name) for name in self.values_in(cookies)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cookies:
    """All the cookies that a site sets."""

    session_token: CookieOption
    callback_url: CookieOption
    csrf_token: CookieOption
    pkce_code_verifier: CookieOption
    state: CookieOption
    nonce: CookieOption
    remember_me: CookieOption


def default_cookies(secure: bool) -> Cookies:
    """v4's cookies, for https where *secure*."""
    prefix = "__Secure-" if secure else ""

    def option(name: str, max_age: int | None = None) -> CookieOption:
        return CookieOption(name=name, secure=secure, max_age=max_age)

    return Cookies(
        session_token=option(f"{prefix}next-auth.session-token"),
        callback_url=option(f"{prefix}next-auth.callback-url"),
        csrf_token=option(f"{'__Host-' if secure else ''}next-auth.csrf-token"),
        pkce_code_verifier=option(f"{prefix}next-auth.pkce.code_verifier", CHECK_MAX_AGE),
        state=option(f"{prefix}next-auth.state", CHECK_MAX_AGE),
        nonce=option(f"{prefix}next-auth.nonce", CHECK_MAX_AGE),
        # Not v4's; set only where somebody was asked.
        remember_me=option(f"{prefix}next-auth.remember-me"),
    )


def _is_chunk(name: str, prefix: str) -> bool:
    if not name.startswith(prefix):
        return False
    number = name[len(prefix) :]
    return number.isascii() and number.isdigit() and len(number) <= 2


def _index(name: str, prefix: str) -> int:
    return int(name[len(prefix) :]) if name.startswith(prefix) else -1
