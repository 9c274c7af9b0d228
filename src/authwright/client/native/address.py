"""The address of the API for a native client: its argument, or the environment variables of v4."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from authwright.errors import ConfigurationError
from authwright.types import BaseURL

_DEFAULT = "http://localhost:3000"
_DEFAULT_PATH = "/api/auth"


@dataclass(frozen=True, slots=True)
class Address:
    """The API's base URL, as seen from this process, and the site's origin, as seen by its visitors.

    ``internal`` is True if the API is reached over the plain http of ``NEXTAUTH_URL_INTERNAL``.
    """

    api: str
    origin: str
    internal: bool


def find_address(base_url: str | None, base_path: str | None) -> Address:
    """Return the address of the API and the site.

    Args:
        base_url: The URL of the server or the API. If it is None, the environment variable ``NEXTAUTH_URL_INTERNAL`` is
            used, then ``NEXTAUTH_URL``, as in v4, then http://localhost:3000.
        base_path: The API's path, if the URL has none. Default: ``/api/auth``.

    Raises:
        ConfigurationError: The URL is invalid (see ``BaseURL.parse``), or it has another path than *base_path*.
    """
    path = _DEFAULT_PATH if base_path is None else base_path
    public = BaseURL.configured(base_url, "NEXTAUTH_URL", "AUTH_URL", default_path=path)
    public = public or BaseURL.parse(_DEFAULT, path)
    internal = None if base_url else BaseURL.configured(None, "NEXTAUTH_URL_INTERNAL", default_path=path)
    address = Address((internal or public).url, public.origin, internal is not None and not internal.secure)
    _check_path(address.api, base_path)
    return address


def _check_path(api: str, base_path: str | None) -> None:
    path = unquote(urlsplit(api).path)
    if base_path is not None and path.strip("/") != unquote(base_path).strip("/"):
        raise ConfigurationError(
            "base_path",
            f"is {base_path!r}, but the base URL has the path {path!r} already.",
            "Pass the origin with base_path=, or the whole URL of the API without it.",
        )
