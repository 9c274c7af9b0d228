"""Requests, responses and cookies as plain values. All parsing and serialising of HTTP is here.

This module does no I/O and depends on no framework. Input from a browser is not trusted: a repeated parameter, an
invalid body or a value of the wrong type raises ``BadRequest``.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Literal
from urllib.parse import parse_qsl, quote, unquote

from authwright.errors import BadRequest, PayloadTooLarge
from authwright.server.strict_json import load_foreign

__all__ = [
    "Cookie",
    "Request",
    "RequestCookies",
    "Response",
    "escape",
    "http_date",
    "iso_date",
    "parse_cookies",
    "parse_form",
    "values_of",
]

BODY_LIMIT = 100_000
_DEPTH_LIMIT = 64
_FIELD_LIMIT = 200
# A change of a cookie's domain or path leaves two cookies with one name, and a second change three.
_VALUES_LIMIT = 4
_BLANKS = " \t"
_CALLBACK_URL = "callbackUrl"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# The characters, besides letters and digits, that encodeURIComponent does not escape. v4 writes its cookies with it.
_URI_COMPONENT = "!'()*-._~"
_PLAIN = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"
_SAME_SITE = {None: "", "lax": "; SameSite=Lax", "strict": "; SameSite=Strict", "none": "; SameSite=None"}

JSON = ("Content-Type", "application/json")
# The three headers that v4 sets on every response that concerns a token, a form or a cookie.
NO_STORE = (("Cache-Control", "private, no-cache, no-store"), ("Pragma", "no-cache"), ("Expires", "0"))

SameSite = Literal["lax", "strict", "none"]


@dataclass(slots=True)
class Cookie:
    """A cookie to set (RFC 6265). ``max_age`` is in seconds, ``expires`` in seconds since the epoch."""

    name: str
    value: str = field(repr=False)
    max_age: int | None = None
    domain: str | None = None
    path: str = "/"
    expires: float | None = None
    http_only: bool = True
    secure: bool = False
    same_site: SameSite | None = "lax"
    partitioned: bool = False

    def serialize(self) -> str:
        """Return the value of ``Set-Cookie``, with the attributes in the order of Node's ``cookie`` package."""
        value = escape(self.value)
        max_age = "" if self.max_age is None else f"; Max-Age={self.max_age}"
        domain = f"; Domain={self.domain}" if self.domain else ""
        expires = "" if self.expires is None else f"; Expires={http_date(int(self.expires))}"
        http_only = "; HttpOnly" if self.http_only else ""
        secure = "; Secure" if self.secure else ""
        partitioned = "; Partitioned" if self.partitioned else ""
        end = f"{http_only}{secure}{partitioned}{_SAME_SITE[self.same_site]}"
        return f"{self.name}={value}{max_age}{domain}; Path={self.path}{expires}{end}"


class RequestCookies(dict[str, str]):
    """The cookies of a request. If a name is repeated, its first value counts, as in Node's ``cookie`` package.

    ``repeated`` has all values of the repeated names, at most four each.
    """

    __slots__ = ("repeated",)

    def __init__(self) -> None:
        super().__init__()
        self.repeated: dict[str, list[str]] = {}


class Request:
    """A request as the server sees it.

    Args:
        method: The HTTP method, in upper case.
        path: The path of the URL, decoded. It starts with *root_path*.
        query: The raw query string, without the question mark.
        headers: Names and values. Names are case-insensitive. A repeated header is joined (RFC 9110 section 5.3).
        body: The whole body.
        scheme: ``http`` or ``https``, for a WebSocket also ``ws`` or ``wss``, as the server received it. It is empty if
            only the cookies of a request are known.
        root_path: The part of *path* at which the application is mounted (ASGI's ``root_path``).
        client: The address at the other end of the connection.
        cookies: The ``Cookie`` header, if the caller has it already. Then *headers* are only read when they are needed.
        raw_path: The path of the URL as the client sent it, still percent-encoded; None if the server does not provide
            it.
        app_root: The *root_path* of the outermost app. Default: *root_path*.
        router: The router of the outermost app, if that is an app of Starlette or FastAPI.
        host: The ``Host`` header, if the caller has it already.
    """

    def __init__(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        body: bytes = b"",
        scheme: str = "http",
        root_path: str = "",
        client: str | None = None,
        cookies: str | None = None,
        raw_path: str | None = None,
        app_root: str | None = None,
        router: object = None,
        host: str | None = None,
    ) -> None:
        self.method = method
        self.path = path
        self.raw_path = raw_path
        self.raw_query = query
        self._raw_headers = headers
        self.body = body
        self.scheme = scheme
        self.root_path = root_path
        self.client = client
        self.app_root: str = root_path if app_root is None else app_root
        self.router = router
        self._host = host
        self.cookies: dict[str, str] = parse_cookies(self.headers.get("cookie", "") if cookies is None else cookies)

    @cached_property
    def headers(self) -> dict[str, str]:
        """The headers, by lower-case name."""
        raw = self._raw_headers
        return _joined(raw.items() if isinstance(raw, Mapping) else raw)

    @property
    def host(self) -> str:
        """The ``Host`` header, or an empty string."""
        return self.headers.get("host", "") if self._host is None else self._host

    @cached_property
    def query(self) -> dict[str, str]:
        """The parameters of the query. Raises ``BadRequest`` (see ``parse_form``; RFC 6749 section 3.1)."""
        return parse_form(self.raw_query) if self.raw_query else {}

    @cached_property
    def form(self) -> dict[str, Any]:
        """The fields of the body: those of a form (all values are strings) or of a JSON object.

        Raises:
            BadRequest: The body is neither a form nor a JSON object, is invalid, or is nested deeper than 64 levels.
            PayloadTooLarge: The body is larger than 100 kB.
        """
        if len(self.body) > BODY_LIMIT:
            raise PayloadTooLarge
        if not self.body:
            return {}
        media_type = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type == "application/json":
            return _parse_json_object(self.body)
        if media_type == "application/x-www-form-urlencoded":
            return dict(parse_form(self.body.decode("utf-8", "replace")))
        raise BadRequest("The body is neither application/json nor application/x-www-form-urlencoded.")

    def text_field(self, name: str) -> str | None:
        """Return the body's field *name*, or None if it is missing. Raises ``BadRequest`` if it is not a string."""
        value = self.form.get(name)
        if value is None or isinstance(value, str):
            return value
        raise BadRequest(f"The field {name} is not a string.")


@dataclass(slots=True)
class Response:
    """A response. Each of ``cookies`` becomes one ``Set-Cookie`` header."""

    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    cookies: Sequence[Cookie] = ()

    def header(self, name: str) -> str | None:
        """Return the value of the first header *name* (case-insensitive), or None if there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


def escape(value: str) -> str:
    """Return *value* as it is written in a cookie: percent-encoded like JavaScript's ``encodeURIComponent``."""
    # Deleting the allowed characters is the fastest way to check that there are no others.
    plain = not value.encode("utf-8", "replace").translate(None, _PLAIN)
    return value if plain else quote(value, safe=_URI_COMPONENT, errors="replace")


def parse_cookies(header: str) -> RequestCookies:
    """Parse a ``Cookie`` header."""
    cookies = RequestCookies()
    for pair in header.split(";"):
        name, equals, value = pair.partition("=")
        # RFC 6265 section 4.2.1: strip only spaces and tabs. Otherwise "\xa0__Host-x", which any subdomain can set,
        # would be read as "__Host-x".
        name = name.strip(_BLANKS)
        if not equals:
            continue
        value = value.strip(_BLANKS)
        if len(value) > 1 and value[0] == '"' == value[-1]:
            value = value[1:-1]
        if "%" in value:
            value = _unquote(value)
        if name not in cookies:
            cookies[name] = value
            continue
        values = cookies.repeated.setdefault(name, [cookies[name]])
        if len(values) < _VALUES_LIMIT:
            values.append(value)
    return cookies


def values_of(cookies: Mapping[str, str], name: str) -> Sequence[str]:
    """Return all values of the cookie *name*, in the order of the request, without empty ones."""
    values: Sequence[str] = (cookies.get(name, ""),)
    if isinstance(cookies, RequestCookies) and name in cookies.repeated:
        values = cookies.repeated[name]
    return [value for value in values if value]


def _unquote(value: str) -> str:
    """Decode percent-encoding like ``unquote``, but much faster for the escapes in our own cookies."""
    plain = value.replace("%7C", "|")
    if "%" in plain:
        plain = plain.replace("%3A", ":").replace("%2F", "/")
    return unquote(value) if "%" in plain else plain


def parse_form(text: str) -> dict[str, str]:
    """Parse an ``application/x-www-form-urlencoded`` text.

    Raises:
        BadRequest: A field other than ``callbackUrl`` is repeated, or there are more than 200 fields.
    """
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_FIELD_LIMIT)
    except ValueError:
        raise BadRequest("The request has too many parameters.") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        urls = [value for name, value in pairs if name == _CALLBACK_URL]
        if len(pairs) - len(fields) != max(len(urls) - 1, 0):
            raise BadRequest("The request repeats a parameter.")
        # The address of a page must not stop a sign-in or a sign-out. Several URLs, joined by a line break, are not a
        # valid URL, so the flow ends at the origin.
        fields[_CALLBACK_URL] = "\n".join(dict.fromkeys(urls))
    return fields


# Cached, because all sessions that are renewed in the same second have the same expiry.
@lru_cache(maxsize=16)
def http_date(second: int) -> str:
    """Format *second* (since the epoch) as an IMF-fixdate (RFC 9110 section 5.6.7)."""
    t = time.gmtime(second)
    clock = f"{t.tm_hour:02}:{t.tm_min:02}:{t.tm_sec:02}"
    return f"{_DAYS[t.tm_wday]}, {t.tm_mday:02} {_MONTHS[t.tm_mon - 1]} {t.tm_year} {clock} GMT"


def iso_date(timestamp: float) -> str:
    """Format *timestamp* (seconds since the epoch) like JavaScript's ``toISOString``."""
    second, millisecond = divmod(int(timestamp * 1000), 1000)
    return f"{_iso_second(second)}.{millisecond:03}Z"


@lru_cache(maxsize=16)
def _iso_second(second: int) -> str:
    t = time.gmtime(second)
    return f"{t.tm_year:04}-{t.tm_mon:02}-{t.tm_mday:02}T{t.tm_hour:02}:{t.tm_min:02}:{t.tm_sec:02}"


def _joined(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return *headers* by lower-case name. A repeated header is joined (RFC 9110 section 5.3)."""
    by_name: dict[str, str] = {}
    for mixed, value in headers:
        name = mixed.lower()
        if name in by_name:
            by_name[name] += ("; " if name == "cookie" else ", ") + value
        else:
            by_name[name] = value
    return by_name


def _parse_json_object(body: bytes) -> dict[str, Any]:
    try:
        value = load_foreign(body)
    except (ValueError, RecursionError):
        raise BadRequest("The body is not valid JSON.") from None
    if not isinstance(value, dict) or _too_deep(value):
        raise BadRequest("The body is not a JSON object, or is nested too deeply.")
    return value


def _too_deep(value: object) -> bool:
    level = [value]
    for _ in range(_DEPTH_LIMIT):
        level = [
            child
            for node in level
            if isinstance(node, (dict, list))
            for child in (node.values() if isinstance(node, dict) else node)
        ]
        if not level:
            return False
    return True
