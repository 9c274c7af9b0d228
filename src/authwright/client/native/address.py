"""The address of the API for a native client: its argument, or the environment variables of v4."""

from __future__ import annotations

from dataclasses import dataclass

from authwright.types import BaseURL

_DEFAULT = "http://localhost:3000"


@dataclass(frozen=True, slots=True)
class Address:
    """The API's base URL, as seen from this process, and the site's origin, as seen by its visitors.

    ``internal`` is True if the API is reached over the plain http of ``NEXTAUTH_URL_INTERNAL``.
    """

    api: str
    origin: str
    internal: bool


def find_address(base_url: str | None, base_path: str) -> Address:
    """Return the address of the API and the site.

    Args:
        base_url: The URL of the server or the API. If it is None, the environment variable ``NEXTAUTH_URL_INTERNAL`` is
            used, then ``NEXTAUTH_URL``, as in v4, then http://localhost:3000.
        base_path: The API's path, used if the URL has no path.

    Raises:
        ConfigurationError: The URL is invalid; see ``BaseURL.parse``.
    """
    public = BaseURL.configured(base_url, "NEXTAUTH_URL", "AUTH_URL", default_path=base_path)
    public = public or BaseURL.parse(_DEFAULT, base_path)
    internal = None if base_url else BaseURL.configured(None, "NEXTAUTH_URL_INTERNAL", default_path=base_path)
    return Address((internal or public).url, public.origin, internal is not None and not internal.secure)
