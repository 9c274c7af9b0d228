"""The URL of the REST API, and the origin of a URL as a browser sees it.

Rule 1: browsers remove tabs and newlines from a URL and read ``\\`` as ``/``, but Python does neither. So a URL with
        one of these, with white space, a control character or user information has no origin here.
Rule 2: an origin is the scheme, the host in lower case and the port, unless it is the default port (RFC 6454
        section 4).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote, unquote, urlencode, urlsplit

DEFAULT_BASE_URL = "http://localhost:3000/api/auth"
_DEFAULT_PATH = "/api/auth"
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0\\\u2028\u2029\ud800-\udfff]")
_HOST = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\]")
# The printable ASCII characters that are valid in a URL. They include %, so that nothing is encoded twice.
_URL_CHARACTERS = "!#$%&'()*+,/:;=?@[]~"


@dataclass(frozen=True)
class BaseURL:
    """The public URL of the REST API: ``origin`` (``https://example.com``) and ``path`` (``/api/auth``)."""

    origin: str
    path: str

    @cached_property
    def url(self) -> str:
        return self.origin + self.path

    @cached_property
    def decoded_path(self) -> str:
        """The percent-decoded path, as servers report it."""
        return unquote(self.path)

    @property
    def host(self) -> str:
        return self.origin.partition("://")[2]

    @property
    def secure(self) -> bool:
        return self.origin.startswith("https://")

    def to(self, action: str, **parameters: str) -> str:
        """Return the URL of *action* (``signin/github``) with *parameters* as its query."""
        query = "?" + urlencode(parameters) if parameters else ""
        return f"{self.url}/{action}{query}"


def parse_base_url(value: str) -> BaseURL:
    """Parse a base URL. The default path is ``/api/auth`` and the default scheme is https (v4's parseUrl).

    Raises:
        ValueError: *value* is not an http(s) URL, or it has a query, a fragment or user information.
    """
    if "://" not in value:
        value = f"https://{value}"
    origin = origin_of(value)
    if origin is None:
        raise ValueError("is not an http(s) URL")
    parts = urlsplit(value)
    if parts.query or parts.fragment:
        raise ValueError("has a query or a fragment")
    path = parts.path.rstrip("/")
    return BaseURL(origin, quote(path, safe=_URL_CHARACTERS) or _DEFAULT_PATH)


def origin_of(url: str) -> str | None:
    """Return the origin of an absolute http(s) URL, or None if browsers could read another origin from it."""
    if _UNSAFE.search(url):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    scheme, netloc = parts.scheme, parts.netloc
    if scheme not in _DEFAULT_PORTS or url[len(scheme) + 1 :][: len(netloc) + 2] != "//" + netloc:
        return None
    # "\u212a".lower() is "k", so check for ASCII before converting to lower case.
    if not netloc.isascii():
        return None
    host = netloc.lower()
    if port is not None:
        host = host.rpartition(":")[0]
    host = host.removesuffix(":")
    if not _HOST.fullmatch(host):
        return None
    return f"{scheme}://{host}" + ("" if port in (None, _DEFAULT_PORTS[scheme]) else f":{port}")


def is_endpoint(url: str) -> bool:
    """Return whether *url* is a valid endpoint: https, or http on loopback in development (RFC 8252 section 8.3)."""
    origin = origin_of(url)
    if origin is None:
        return False
    host = origin.partition("://")[2]
    name = host if host.endswith("]") else host.partition(":")[0] if "]" not in host else host.rpartition(":")[0]
    return origin.startswith("https://") or name in _LOOPBACK


def is_local_path(url: str) -> bool:
    """Return whether *url* is a path of this site: ``/x``, but not ``//host`` or ``/\\host``, which lead elsewhere."""
    return url.startswith("/") and not url.startswith("//") and not _UNSAFE.search(url)


def add_parameters(url: str, **parameters: str) -> str:
    """Return *url* with *parameters* appended to its query."""
    return f"{url}{'&' if '?' in url else '?'}{urlencode(parameters)}"


def ascii_url(url: str) -> str:
    """Return *url* with invalid characters percent-encoded, so that it is safe in a header."""
    return url if url.isascii() and url.isalnum() else quote(url, safe=_URL_CHARACTERS, errors="replace")
