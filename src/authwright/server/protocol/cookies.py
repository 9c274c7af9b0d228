"""The cookies of NextAuth.js v4: their names, their attributes, and how a long session token is split into chunks.

Rule 1: on https every name starts with ``__Secure-``, and cookies without a prefix are ignored. The CSRF cookie, the
        check cookies and the sign-out marker start with ``__Host-`` (RFC 6265bis section 4.1.3.2), because a sibling
        subdomain can set a ``__Secure-`` cookie for the whole domain, but not a ``__Host-`` cookie. (v4's check
        cookies are ``__Secure-``.)
Rule 2: a value whose escaped form is longer than 4096 - 163 characters is split into ``name.0``, ``name.1``, ... Chunks
        left over from an earlier value are deleted, and so is an earlier cookie that was not split. (v4 counts the
        characters before it escapes them. A session token in v4's own format contains no characters to escape.)
Rule 3: a cookie belongs to the session only if its name is ``name`` or ``name.<digits>`` (v4 accepts any name with
        this prefix).
Rule 4: a value ends at its first chunk that is not full. Chunks after that may be left over from a longer value, if two
        responses crossed, and do not belong to the value. One value in 3933 ends with a full chunk. Then its end is
        unknown, so several lengths are tried.
Rule 5: after a change of ``domain`` or ``path`` a browser has two cookies with one name, and its request does not say
        which is which. So each value is a candidate, up to a limit, and the valid one counts. A removal also deletes
        the cookie with the default domain and path. A cookie with an earlier domain of the app stays: nothing in a
        request names that domain.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product

from authwright.http import Cookie, RequestCookies, SameSite, escape, values_of

CHUNK_SIZE = 4096 - 163
CHECK_MAX_AGE = 15 * 60
SIGNED_OUT_MAX_AGE = 2 * 60
# A character takes at most 12 bytes when it is escaped, so a chunk with less room than that is full.
_FULL = CHUNK_SIZE - 11
# The most values of one request that are tried, so that a request cannot cost much.
_CANDIDATES = 8
_CHUNKS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieOption:
    """The name and the attributes of one of our cookies. ``max_age`` is in seconds.

    A ``partitioned`` cookie belongs to the site that embeds the page (CHIPS), so that an app in a frame can sign in.
    """

    name: str
    http_only: bool = True
    same_site: SameSite | None = "lax"
    path: str = "/"
    secure: bool = False
    domain: str | None = None
    max_age: int | None = None
    partitioned: bool = False

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
            self.partitioned,
        )

    def removal(self, name: str | None = None) -> Cookie:
        """Return the cookie that deletes this cookie, or its chunk *name*."""
        removal = self.cookie("", name=name)
        removal.max_age = 0
        return removal

    def removals(self, name: str | None = None) -> list[Cookie]:
        """Return the cookies that delete this cookie, or its chunk *name*, also with the default domain and path."""
        removal = self.removal(name)
        if not self.domain and self.path == "/":
            return [removal]
        places = product(dict.fromkeys((None, self.domain)), dict.fromkeys(("/", self.path)))
        twins = [place for place in places if place != (self.domain, self.path)]
        # The removal of the cookie itself comes last: Django sends only the last one.
        return [*(replace(removal, domain=domain, path=path) for domain, path in twins), removal]

    def values_in(self, cookies: Mapping[str, str]) -> dict[str, str]:
        """Return the cookie and its chunks in the request, by name."""
        chunk = self.name + "."
        return {name: value for name, value in cookies.items() if name == self.name or _is_chunk(name, chunk)}

    def read(self, cookies: Mapping[str, str]) -> str | None:
        """Return the most likely value, joined from its chunks if necessary, or None if the cookie is missing."""
        return next(self._values(cookies), None)

    def candidates(self, cookies: Mapping[str, str]) -> list[str]:
        """Return the values that the cookie may have, the most likely one first. Nearly always there is only one."""
        whole = cookies.get(self.name)
        if whole and f"{self.name}.0" not in cookies and not _repeats(self.name, cookies):
            return [whole]
        return list(islice(dict.fromkeys(islice(self._values(cookies), 4 * _CANDIDATES)), _CANDIDATES))

    def write(self, value: str, expires: float | None, cookies: Mapping[str, str]) -> list[Cookie]:
        """Split *value* over as many cookies as needed, and delete leftover chunks and stale cookies of these names."""
        if len(value) <= CHUNK_SIZE and len(escape(value)) <= CHUNK_SIZE:
            written = [self.cookie(value, expires)]
            # Most requests have no chunks. One search in all the names is the fastest way to know.
            if self.name + "." not in " ".join(cookies) and not _repeats(self.name, cookies):
                return written
        else:
            written = [self.cookie(chunk, expires, f"{self.name}.{i}") for i, chunk in enumerate(_split(value))]
        kept = {cookie.name for cookie in written}
        return [*self._stale(cookies, kept), *written]

    def clear(self, cookies: Mapping[str, str]) -> list[Cookie]:
        """Return the cookies that delete the cookie and all its chunks in the request."""
        return self._stale(cookies, frozenset())

    def _stale(self, cookies: Mapping[str, str], kept: Collection[str]) -> list[Cookie]:
        """Return the cookies that delete the cookies in the request. If a name is in *kept*, delete only its twins."""
        removals = []
        for name in self.values_in(cookies):
            *twins, removal = self.removals(name)
            if name not in kept:
                removals += [*twins, removal]
            elif _repeats(name, cookies):
                removals += twins
        return removals

    def _values(self, cookies: Mapping[str, str]) -> Iterator[str]:
        """Yield the values that the cookie may have: the most likely first, some of them twice."""
        yield from values_of(cookies, self.name)
        chunks: list[Sequence[str]] = []
        while len(chunks) < _CHUNKS and (found := values_of(cookies, f"{self.name}.{len(chunks)}")):
            chunks.append(found)
        if not chunks:
            return
        # Browsers send the cookies of one domain in one order, so the first values belong together, and so on.
        together = [[found[min(i, len(found) - 1)] for found in chunks] for i in range(max(map(len, chunks)))]
        for series in (*together, *islice(product(*chunks), _CANDIDATES)):
            end = next((i for i, chunk in enumerate(series) if not _is_full(chunk, series[0])), len(series) - 1)
            yield "".join(series[: end + 1])
        for series in together:
            # A value that fits into one chunk is not split, so a value in chunks has at least two of them.
            yield from ("".join(series[:length]) for length in range(len(series), 1, -1))


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


def _split(value: str) -> Iterator[str]:
    """Yield *value* in chunks that are not larger than ``CHUNK_SIZE`` when they are escaped."""
    if len(escape(value)) == len(value):
        yield from (value[start : start + CHUNK_SIZE] for start in range(0, len(value), CHUNK_SIZE))
        return
    sizes = {character: len(escape(character)) for character in set(value)}
    start = size = 0
    for end, character in enumerate(value):
        size += sizes[character]
        if size > CHUNK_SIZE:
            yield value[start:end]
            start, size = end, sizes[character]
    yield value[start:]


def _is_full(chunk: str, first: str) -> bool:
    # v4's chunks all have the same length before they are escaped.
    return len(chunk) >= len(first) or len(escape(chunk)) >= _FULL


def _repeats(name: str, cookies: Mapping[str, str]) -> bool:
    return isinstance(cookies, RequestCookies) and name in cookies.repeated


def _is_chunk(name: str, prefix: str) -> bool:
    if not name.startswith(prefix):
        return False
    number = name[len(prefix) :]
    return number.isascii() and number.isdigit() and len(number) <= 2
