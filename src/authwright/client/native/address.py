"""The address of the API for a native client: its argument, or the environment variables of v4."""

from __future__ import annotations

import os
from dataclasses import dataclass
from urllib.parse import urlsplit

from authwright.errors import ConfigurationError

_DEFAULT = "http://localhost:3000"


@dataclass(frozen=True, slots=True)
class Address:
    """The API's base URL, as seen from this process, and the site's origin, as seen by its visitors."""

    api: str
    origin: str


def find_address(base_url: str | None, base_path: str) -> Address:
    """Return the address of the API and the site.

    Args:
        base_url: The URL of the server or the API. If it is None, the environment variable ``NEXTAUTH_URL_INTERNAL`` is
            used, then ``NEXTAUTH_URL``, as in v4, then http://localhost:3000.
        base_path: The API's path, used if the URL has no path.

    Raises:
        ConfigurationError: The URL is not an http or https URL.
    """
    public = os.environ.get("NEXTAUTH_URL") or os.environ.get("AUTH_URL") or _DEFAULT
    reached = base_url or os.environ.get("NEXTAUTH_URL_INTERNAL") or public
    return Address(_api(reached, base_path), _origin(base_url or public))


def _api(url: str, base_path: str) -> str:
    path = urlsplit(url).path.rstrip("/")
    return _origin(url) + (path or "/" + base_path.strip("/"))


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
