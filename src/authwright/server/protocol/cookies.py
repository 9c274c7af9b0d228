"""The cookies of NextAuth.js v4: their names, their attributes, and how a long session token is split into chunks.

Rule 1: on https every name starts with ``__Secure-``, and cookies without a prefix are ignored. The CSRF cookie, the
        check cookies and the sign-out marker start with ``__Host-`` (RFC 6265bis section 4.1.3.2), because a sibling
        subdomain can set a ``__Secure-`` cookie for the whole domain, but not a ``__Host-`` cookie. (v4's check
        cookies are ``__Secure-``.)
Rule 2: a value of more than 4096 - 163 characters is split into ``name.0``, ``name.1``, ... Chunks left over from an
        earlier value are deleted, and so is an earlier cookie that was not split.
Rule 3: a cookie belongs to the session only if its name is ``name`` or ``name.<digits>`` (v4 accepts any name with
        this prefix).
Rule 4: a value ends at its first chunk that is shorter than chunk 0. If two responses cross, the last chunk of a
        longer value may remain after the chunks of a shorter value, which could not be read together with it. (One
        value in 3933 has a last chunk of full size, because v4 writes it so, and is not protected.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from authwright.http import Cookie, SameSite

CHUNK_SIZE = 4096 - 163
CHECK_MAX_AGE = 15 * 60
SIGNED_OUT_MAX_AGE = 2 * 60


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
        """Return the cookie with *value*.

        Args:
            value: The value.
            expires: When the cookie expires, in seconds since the epoch, or None for a cookie without ``Expires``.
            name: A name to use instead of the cookie's own, such as that of a chunk.
        """
        # Positional arguments are three times as fast as keyword arguments here.
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
        """Return the cookie that deletes this cookie, or its chunk *name*."""
        removal = self.cookie("", name=name)
        removal.max_age = 0
        return removal

    def values_in(self, cookies: Mapping[str, str]) -> dict[str, str]:
        """Return the cookie and its chunks in the request, by name."""
        chunk = self.name + "."
        return {name: value for name, value in cookies.items() if name == self.name or _is_chunk(name, chunk)}

    def read(self, cookies: Mapping[str, str]) -> str | None:
        """Return the value, joined from its chunks if necessary, or None if the cookie is missing."""
        whole = cookies.get(self.name)
        if whole:
            return whole
        first = cookies.get(f"{self.name}.0")
        if not first:
            return None
        chunks = [first]
        while len(chunks[-1]) >= len(first) and (following := cookies.get(f"{self.name}.{len(chunks)}")):
            chunks.append(following)
        return "".join(chunks)

    def write(self, value: str, expires: float, cookies: Mapping[str, str]) -> list[Cookie]:
        """Split *value* over as many cookies as needed, and delete leftover chunks."""
        if len(value) <= CHUNK_SIZE:
            written = [self.cookie(value, expires)]
            # Most requests have no chunks. One search in all the names is the fastest way to know.
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
        """Return the cookies that delete the cookie and all its chunks in the request."""
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
    signed_out: CookieOption


def default_cookies(secure: bool) -> Cookies:
    """Return the default cookies, for https if *secure*."""
    prefix, host = ("__Secure-", "__Host-") if secure else ("", "")

    def option(name: str, max_age: int | None = None) -> CookieOption:
        return CookieOption(name=name, secure=secure, max_age=max_age)

    return Cookies(
        session_token=option(f"{prefix}next-auth.session-token"),
        callback_url=option(f"{prefix}next-auth.callback-url"),
        csrf_token=option(f"{host}next-auth.csrf-token"),
        pkce_code_verifier=option(f"{host}next-auth.pkce.code_verifier", CHECK_MAX_AGE),
        state=option(f"{host}next-auth.state", CHECK_MAX_AGE),
        nonce=option(f"{host}next-auth.nonce", CHECK_MAX_AGE),
        # The last two are not v4's.
        remember_me=option(f"{prefix}next-auth.remember-me"),
        signed_out=option(f"{host}next-auth.signed-out", SIGNED_OUT_MAX_AGE),
    )


def _is_chunk(name: str, prefix: str) -> bool:
    if not name.startswith(prefix):
        return False
    number = name[len(prefix) :]
    return number.isascii() and number.isdigit() and len(number) <= 2
