"""What the log says about the current request: who sent it, for which provider, and which of its texts are secret.

Rule 1: the code that handles a request enters ``Subject(request)``. A context variable holds it, so everything that
        runs for the request knows it, also in other tasks and threads.
Rule 2: every text that the request brings, and every text that one of the app's functions receives, may be a secret.
        The exceptions are headers that only describe the browser or the connection and, of URLs, what is neither in the
        query nor a long part of the path.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from contextvars import ContextVar, Token
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from authwright.errors import RequestError
from authwright.http import Request

if TYPE_CHECKING:
    from authwright.server.runtime.log import Log

_DEPTH_LIMIT = 8
_URLS = frozenset({"callbackUrl", "url", "base_url", "referer"})
# A part of a URL's path of this length may be a token, as in links for a new password.
_LONG_SEGMENT = 16
_HARMLESS_HEADERS = frozenset(
    {
        *("accept", "accept-charset", "accept-encoding", "accept-language", "cache-control", "connection", "date"),
        *("content-length", "content-type", "dnt", "forwarded", "host", "origin", "pragma", "priority", "te"),
        *("transfer-encoding", "upgrade-insecure-requests", "user-agent", "via", "x-requested-with"),
        # Of the cookies, only the values are secret.
        "cookie",
    }
)
_HARMLESS_HEADER_PREFIXES = ("sec-", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")
_HARMLESS = frozenset({"true", "false", "null", "none", "update", "signin", "signup"})


class Subject:
    """Make *request* the current one inside the ``with`` block. *log* is that of the ``Auth`` that handles it."""

    __slots__ = ("_token", "given", "log", "provider", "request")
    _token: Token[Subject | None]

    def __init__(self, request: Request, log: Log | None = None) -> None:
        self.request: Request = request
        self.log: Log | None = log
        # The id of the provider that the request is for.
        self.provider: str | None = None
        # What the app's functions have received.
        self.given: list[Mapping[str, Any]] = []

    def __enter__(self) -> Subject:
        self._token = _current.set(self)
        return self

    def __exit__(self, *exception: object) -> None:
        _current.reset(self._token)

    def secrets(self) -> Iterator[str]:
        """Yield the texts that must not be logged (Rule 2)."""
        yield from _of_request(self.request)
        yield from _texts(self.given)


_current: ContextVar[Subject | None] = ContextVar("authwright_subject", default=None)


def current() -> Subject | None:
    """Return the current request, or None."""
    return _current.get()


def _of_request(request: Request) -> Iterator[str]:
    for name, value in request.headers.items():
        if name not in _HARMLESS_HEADERS and not name.startswith(_HARMLESS_HEADER_PREFIXES):
            # Without the scheme of Authorization.
            yield from _texts({name: value.partition(" ")[2] or value})
    yield from _texts([request.cookies, getattr(request.cookies, "repeated", {})])
    try:
        yield from _texts([request.query, request.form])
    except RequestError:
        yield request.raw_query
        yield request.body.decode("utf-8", "replace")


def _texts(value: object, depth: int = 0, *, is_url: bool = False) -> Iterator[str]:
    """Yield the texts in *value*. Of a dataclass, only the fields that its repr leaves out are secret."""
    if isinstance(value, str):
        if is_url:
            yield from _parts_of_url(value, depth)
        elif value.lower() not in _HARMLESS:
            yield value
    elif isinstance(value, bytes):
        yield value.decode("utf-8", "replace")
    elif depth == _DEPTH_LIMIT:
        return
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from _texts(each, depth + 1, is_url=name in _URLS or str(name).endswith("callback-url"))
    elif isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from _texts(each, depth + 1)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            each = getattr(value, field.name, None)
            if not field.repr or isinstance(each, Mapping):
                yield from _texts(each, depth + 1)


def _parts_of_url(text: str, depth: int) -> Iterator[str]:
    try:
        url = urlsplit(text)
    except ValueError:
        yield text
        return
    yield from _texts([{name: value} for name, value in parse_qsl(url.query)], depth + 1)
    yield from (segment for segment in url.path.split("/") if len(segment) >= _LONG_SEGMENT)
    yield url.fragment
