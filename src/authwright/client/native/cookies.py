"""Cookies that httpx2 handles in another way than a browser does.

Rule 1: the ``Set-Cookie`` headers of a response are applied in order (RFC 6265 section 5.3), so a cookie that is set
        and then removed is gone. The jar of the standard library applies all removals first.
Rule 2: a cookie is bytes. Browsers accept any but control characters, and send them back unchanged. httpx2 can send
        ASCII only, and raises an exception otherwise, so that cookies that are not ASCII are kept in a second jar.
Rule 3: a cookie with a control character is ignored (RFC 6265bis section 5.6), because no header can carry it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from copy import copy
from http.cookiejar import Cookie, CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING, Any
from urllib.request import Request

if TYPE_CHECKING:
    import httpx2


class Cookies:
    """The cookies of an HTTP client: its own jar, and a jar for what httpx2 cannot send.

    Args:
        client: The HTTP client.
        known: The cookies to start with.
        as_https: Send secure cookies over plain http too (Rule 4 of the transport).
    """

    def __init__(
        self, client: httpx2.AsyncClient | httpx2.Client, known: Iterable[Cookie], *, as_https: bool = False
    ) -> None:
        self._client = client
        self._as_https = as_https
        self._other = CookieJar()
        for cookie in known:
            self._jar.set_cookie(cookie)
        self._sort()
        if type(getattr(self._jar, "_policy", None)) is DefaultCookiePolicy:
            # httpx2 reads the cookies of a redirect, and builds the next request, before it returns the response.
            self._jar.set_policy(_AsciiPolicy())

    def __iter__(self) -> Iterator[Cookie]:
        yield from self._jar
        yield from (_with(cookie, _as_text) for cookie in self._other)

    @property
    def _jar(self) -> CookieJar:
        # The caller may replace client.cookies.
        return self._client.cookies.jar

    def build(self, method: str, url: httpx2.URL | str, **options: Any) -> httpx2.Request:
        """Build a request of the HTTP client with all cookies."""
        try:
            request = self._client.build_request(method, url, **options)
        except UnicodeEncodeError:
            # The caller has put a cookie into the jar of httpx2.
            self._sort()
            request = self._client.build_request(method, url, **options)
        if not any(name.lower() == "cookie" for name in options.get("headers") or ()):
            self.add_to(request)
        return request

    def _sort(self) -> None:
        """Move each cookie that httpx2 cannot send to the second jar."""
        for cookie in list(self._jar):
            if not _is_ascii(cookie):
                _remove(self._jar, cookie)
                if is_sendable(cookie.name) and is_sendable(cookie.value or ""):
                    self._other.set_cookie(_with(cookie, _as_bytes))

    def take(self, response: httpx2.Response) -> bool:
        """Apply the ``Set-Cookie`` headers of *response* in order. Return whether there are any."""
        headers = [value for name, value in response.headers.raw if name.lower() == b"set-cookie"]
        request: Any = Request(str(response.request.url))  # noqa: S310 (it is not opened)
        for header in headers:
            text = header.decode("ascii", "surrogateescape")
            if is_sendable(text.replace("\t", " ")):
                for jar in (self._jar, self._other):
                    jar.extract_cookies(_SetCookie(text), request)  # type: ignore[arg-type]
        if headers:
            for cookie in list(self._other):
                _remove(self._other if _is_ascii(cookie) else self._jar, cookie)
            self._sort()
        return bool(headers)

    def add_to(self, request: httpx2.Request) -> None:
        """Add the cookies that httpx2 does not send to *request*."""
        import httpx2

        url = str(request.url)
        cookies = [value for name, value in request.headers.raw if name.lower() == b"cookie"]
        jars = [self._other]
        if self._as_https:
            # A jar returns secure cookies for https only, so ask it for those of the same URL on https.
            url, cookies, jars = url.replace("http://", "https://", 1), [], [self._jar, self._other]
        added = [header for header in (_header_of(jar, url) for jar in jars) if header]
        if added:
            rest = [(name, value) for name, value in request.headers.raw if name.lower() != b"cookie"]
            request.headers = httpx2.Headers([*rest, (b"Cookie", b"; ".join(cookies + added))])


def _header_of(jar: CookieJar, url: str) -> bytes:
    request = Request(url)  # noqa: S310 (it is not opened)
    jar.add_cookie_header(request)
    return request.get_header("Cookie", "").encode("ascii", "surrogateescape")


class _AsciiPolicy(DefaultCookiePolicy):
    """The policy of the jar of httpx2."""

    def set_ok(self, cookie: Cookie, request: Request) -> bool:
        return _is_ascii(cookie) and super().set_ok(cookie, request)


class _SetCookie:
    """A response with one ``Set-Cookie`` header, as the jar of the standard library reads it."""

    def __init__(self, header: str) -> None:
        self._header = header

    def info(self) -> _SetCookie:
        return self

    def get_all(self, name: str, default: list[str]) -> list[str]:
        return [self._header] if name == "Set-Cookie" else default


def is_sendable(text: str) -> bool:
    """Return whether a header can carry *text*: bytes other than control characters."""
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return not any(character < " " or character == "\x7f" for character in text)


def _as_bytes(text: str) -> str:
    """Return *text* with a surrogate for each byte that is not ASCII, so that no byte is taken for a blank."""
    return text.encode("utf-8", "surrogateescape").decode("ascii", "surrogateescape")


def _as_text(text: str) -> str:
    return text.encode("ascii", "surrogateescape").decode("utf-8", "surrogateescape")


def _with(cookie: Cookie, convert: Callable[[str], str]) -> Cookie:
    changed = copy(cookie)
    changed.name = convert(cookie.name)
    changed.value = None if cookie.value is None else convert(cookie.value)
    return changed


def _is_ascii(cookie: Cookie) -> bool:
    text = cookie.name + (cookie.value or "")
    return text.isascii() and is_sendable(text)


def _remove(jar: CookieJar, cookie: Cookie) -> None:
    try:
        jar.clear(cookie.domain, cookie.path, cookie.name)
    except KeyError:
        return  # The jar does not have it.
