"""The URL of the REST API, as the server and the native client read it, and the origin of a URL as a browser sees it.

Rule 1: browsers remove tabs and newlines from a URL and read ``\\`` as ``/``, but Python does neither. So a URL with
        one of these, with white space, a control character or user information has no origin here.
Rule 2: an origin is the scheme, the host in lower case and the port, unless it is the default port (RFC 6454
        section 4).
Rule 3: a base URL is written by the app's developer, so it is read as v4's parseUrl reads it: blanks around it do not
        matter, the default scheme is https, a host in another script becomes its A-label, and the path may contain
        any character. A value that has no clear meaning is refused, and the error says why, without the value.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import quote, unquote, urlencode, urlsplit

from authwright.errors import ConfigurationError

DEFAULT_BASE_URL = "http://localhost:3000/api/auth"
DEFAULT_PATH = "/api/auth"
# The printable ASCII characters that are valid in a URL. They include %, so that nothing is encoded twice.
URL_CHARACTERS = "!#$%&'()*+,/:;=?@[]~"
UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0\\\u2028\u2029\ud800-\udfff]")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\]")
# A browser reads a host whose last label is a number as an IPv4 address, and "127.1" as 127.0.0.1.
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_BLANKS = " \t\r\n\f\v"
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_PARTS = re.compile(r"([^/?#]*)([^?#]*)(.*)", re.DOTALL)
_WITHOUT_SLASHES = re.compile(r"https?:(?!//)", re.I)
_UNSAFE_IN_PATH = re.compile(r"[\x00-\x1f\x7f-\x9f\\\u2028\u2029\ud800-\udfff]")
_PATH_CHARACTERS = "!$%&'()*+,/:;=@[]~"


@dataclass(frozen=True)
class BaseURL:
    """The public URL of the REST API: ``origin`` (``https://example.com``) and ``path`` (``/api/auth``), in ASCII."""

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

    @classmethod
    def parse(cls, value: str, default_path: str = DEFAULT_PATH) -> BaseURL:
        """Parse a base URL (Rule 3).

        Args:
            value: The URL. Without a scheme, the scheme is https.
            default_path: The path of a URL that has none.

        Raises:
            ValueError: *value* is not an http(s) URL, or has a query, a fragment or user information. The text
                completes the sentence "the value ...".
        """
        if value[:1] in ("'", '"'):
            raise ValueError("is not an http(s) URL: it has quotes around it. Remove the quotes")
        if _WITHOUT_SLASHES.match(value):
            raise ValueError("is not an http(s) URL: two slashes must follow the colon, as in https://example.com")
        found = _SCHEME.match(value)
        scheme = found[1].lower() if found else "https"
        if scheme not in _DEFAULT_PORTS:
            raise ValueError("is not an http(s) URL: it has another scheme")
        parts = _PARTS.fullmatch(value[found.end() :] if found else value.removeprefix("//"))
        assert parts is not None  # it matches every text
        place, path, rest = parts.groups()
        if rest.strip("?#"):
            raise ValueError("has a query or a fragment")
        return cls(_origin(scheme, place), _path(path) or _path(f"/{default_path.strip('/')}"))

    @classmethod
    def configured(cls, given: str | None, *variables: str, default_path: str = DEFAULT_PATH) -> BaseURL | None:
        """Return the base URL of the option ``base_url``, or else of the first environment variable that is set.

        Args:
            given: The value of the option, or None.
            *variables: The names of the variables. A blank variable counts as unset.
            default_path: The path of a URL that has none.

        Returns:
            The base URL, or None if none is set.

        Raises:
            ConfigurationError: The value is invalid. The text names the option or the variable.
        """
        remedy = "Use the public URL of the API, such as 'https://example.com/api/auth'."
        if given is not None and not isinstance(given, str):
            raise ConfigurationError("base_url", f"the value is a {type(given).__name__}, not a string.", remedy)
        values = {"base_url": given, **{name: os.environ.get(name) for name in variables}}
        for source, value in values.items():
            written = (value or "").strip(_BLANKS)
            if written:
                try:
                    return cls.parse(written, default_path)
                except ValueError as problem:
                    raise ConfigurationError("base_url", f"the value of {source} {problem}.", remedy) from None
        return None


def origin_of(url: str) -> str | None:
    """Return the origin of an absolute http(s) URL, or None if browsers could read another origin from it."""
    if UNSAFE.search(url):
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


def _origin(scheme: str, place: str) -> str:
    """Return the origin of *scheme* and *place*, the host and port of a base URL."""
    if "@" in place:
        raise ValueError("is not an http(s) URL of an API: it has a user name or a password. Remove it")
    host, colon, port = place.rpartition(":")
    if not colon or place.endswith("]"):
        host, port = place, ""
    if port and not (port.isascii() and port.isdigit() and int(port[:6]) <= 65535):
        raise ValueError("is not an http(s) URL: what follows the colon is not a port from 0 to 65535")
    try:
        name = _ascii_host(host)
    except ValueError:
        name = ""
    origin = origin_of(f"{scheme}://{name}" + (f":{port}" if port else ""))
    if origin is None:
        dot = ". It ends with a dot. Remove the dot" if host.endswith((".", "。")) else ""
        raise ValueError(f"is not an http(s) URL: {'its host is not valid' if host else 'it has no host'}{dot}")
    return origin


def _ascii_host(host: str) -> str:
    """Return *host* as a browser sends it: A-labels instead of other scripts (UTS 46), and IPv6 in its short form.

    Raises:
        ValueError: *host* is not a valid host. IDNA 2008 disallows emoji, which browsers accept: only their A-labels
            are valid here.
    """
    if host.startswith("[") and host.endswith("]"):
        return f"[{IPv6Address(host[1:-1])}]"
    if ":" in host:
        raise ValueError("The host contains a colon.")
    if not host.isascii():
        import idna

        host = idna.encode(host, uts46=True).decode()
    labels = host.lower().split(".")
    for label in labels:
        if label.startswith("xn--"):
            _check_a_label(label)
    return str(IPv4Address(host)) if NUMBER.fullmatch(labels[-1]) else host


def _check_a_label(label: str) -> None:
    """Raise ``ValueError`` if *label* is not an A-label that a browser would create for a label in another script."""
    import idna

    text = label.removeprefix("xn--").encode().decode("punycode")
    if text.isascii() or idna.uts46_remap(text, std3_rules=False) != text:
        raise ValueError("The label does not decode to a label in another script.")


def _path(path: str) -> str:
    path = path.rstrip("/")
    if _UNSAFE_IN_PATH.search(path):
        raise ValueError("is not an http(s) URL: its path has a backslash or a control character")
    if any(unquote(segment).strip() in ("", ".", "..") for segment in path.split("/")[1:]):
        raise ValueError("is not an http(s) URL of an API: a segment of its path is empty, '.' or '..'")
    return quote(path, safe=_PATH_CHARACTERS)
