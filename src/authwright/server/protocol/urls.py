"""URLs that a response or a request to a provider may use. ``authwright.base_url`` says what an origin is."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from authwright.base_url import DEFAULT_BASE_URL, UNSAFE, URL_CHARACTERS, BaseURL, origin_of

__all__ = [
    "DEFAULT_BASE_URL",
    "BaseURL",
    "add_parameters",
    "ascii_url",
    "is_endpoint",
    "is_local_path",
    "origin_of",
    "parse_base_url",
]

_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
parse_base_url = BaseURL.parse


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
    return url.startswith("/") and not url.startswith("//") and not UNSAFE.search(url)


def add_parameters(url: str, **parameters: str) -> str:
    """Return *url* with *parameters* appended to its query."""
    return f"{url}{'&' if '?' in url else '?'}{urlencode(parameters)}"


def ascii_url(url: str) -> str:
    """Return *url* with invalid characters percent-encoded, so that it is safe in a header."""
    return url if url.isascii() and url.isalnum() else quote(url, safe=URL_CHARACTERS, errors="replace")
