"""The address of the API for a native client: its argument, or the environment variables of v4."""

from __future__ import annotations

import os
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from authwright.errors import ConfigurationError

_DEFAULT = "http://localhost:3000"
_DEFAULT_PATH = "/api/auth"


@dataclass(frozen=True, slots=True)
class Address:
    """The API's base URL, as seen from this process, and the site's origin, as seen by its visitors."""

    api: str
    origin: str


def find_address(base_url: str | None, base_path: str | None) -> Address:
    """Return the address of the API and the site.

    Args:
        base_url: The URL of the server or the API. If it is None, the environment variable ``NEXTAUTH_URL_INTERNAL`` is
            used, then ``NEXTAUTH_URL``, as in v4, then http://localhost:3000.
        base_path: The API's path, if the URL has none. Default: ``/api/auth``.

    Raises:
        ConfigurationError: The URL is not an http or https URL, or it has another path than *base_path*.
    """
    public = os.environ.get("NEXTAUTH_URL") or os.environ.get("AUTH_URL") or _DEFAULT
    reached = base_url or os.environ.get("NEXTAUTH_URL_INTERNAL") or public
    address = Address(_api(reached, _DEFAULT_PATH if base_path is None else base_path), _origin(base_url or public))
    _check_path(address.api, base_path)
    return address


def _api(url: str, base_path: str) -> str:
    path = urlsplit(url).path.rstrip("/")
    return _origin(url) + (path or "/" + base_path.strip("/"))


def _check_path(api: str, base_path: str | None) -> None:
    path = unquote(urlsplit(api).path).rstrip("/")
    given = path if base_path is None else unquote(base_path).rstrip("/")
    if path.strip("/") != given.strip("/"):
        raise ConfigurationError(
            "base_path",
            f"is {base_path!r}, but the base URL has the path {path!r} already.",
            "Pass the origin with base_path=, or the whole URL of the API without it.",
        )


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("http", "https") and parts.hostname and parts.username is None
        _ = parts.port
    except ValueError:
        valid = False
    if not valid:
        raise ConfigurationError("base_url", "must be an http or https URL.", "Write it as http://localhost:3000.")
    return f"{parts.scheme}://{parts.netloc}"
