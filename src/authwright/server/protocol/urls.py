"""URLs that a response or a request to a provider may use. ``authwright.base_url`` says what an origin is."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from urllib.parse import quote, urlencode, urlsplit

from authwright.base_url import DEFAULT_BASE_URL, NUMBER, UNSAFE, URL_CHARACTERS, BaseURL, origin_of

__all__ = [
    "DEFAULT_BASE_URL",
    "BaseURL",
    "add_parameters",
    "ascii_url",
    "is_endpoint",
    "is_local_path",
    "is_private",
    "origin_of",
    "parse_base_url",
]

_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
# Names that the public DNS does not have: RFC 6761, RFC 6762 with appendix G, RFC 8375.
_PRIVATE = (
    *(".localhost", ".test", ".local", ".home.arpa"),
    *(".intranet", ".internal", ".private", ".corp", ".home", ".lan"),
)
parse_base_url: Callable[[str], BaseURL] = BaseURL.parse


def is_endpoint(url: str, *, allow_insecure: bool = False) -> bool:
    """Return whether *url* is a valid endpoint: https, or http on loopback in development (RFC 8252 section 8.3).

    With *allow_insecure*, http is also valid on a private name, such as ``http://keycloak:8080``.
    """
    origin = origin_of(url)
    if origin is None:
        return False
    return origin.startswith("https://") or _host_of(origin) in _LOOPBACK or (allow_insecure and is_private(origin))


def is_private(origin: str) -> bool:
    """Return whether the host of *origin* is in a private network: its name has no dot or a private suffix, or it is
    the IP address of a private network."""
    host = _host_of(origin)
    last = host.rpartition(".")[2]
    if host.startswith("[") or NUMBER.fullmatch(last):
        try:
            address = ip_address(host.strip("[]"))
        except ValueError:
            # Such as 134744072, which is 8.8.8.8.
            return False
        if isinstance(address, IPv6Address) and address.ipv4_mapped:
            return address.ipv4_mapped.is_private
        return address.is_private
    return "." not in host or host.endswith(_PRIVATE)


def _host_of(origin: str) -> str:
    """Return the host of *origin* without the port."""
    host = urlsplit(origin).netloc
    return host if host.endswith("]") else host.partition(":")[0] if "]" not in host else host.rpartition(":")[0]


def is_local_path(url: str) -> bool:
    """Return whether *url* is a path of this site: ``/x``, but not ``//host`` or ``/\\host``, which lead elsewhere."""
    return url.startswith("/") and not url.startswith("//") and not UNSAFE.search(url)


def add_parameters(url: str, **parameters: str) -> str:
    """Return *url* with *parameters* appended to its query."""
    return f"{url}{'&' if '?' in url else '?'}{urlencode(parameters)}"


def ascii_url(url: str) -> str:
    """Return *url* with invalid characters percent-encoded, so that it is safe in a header."""
    return url if url.isascii() and url.isalnum() else quote(url, safe=URL_CHARACTERS, errors="replace")
