"""The HTTP client for a provider's own functions. It applies the limits of ``authwright.oauth.outbound``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from authwright.errors import OAuthCallbackError


class Answer(Protocol):
    """A complete HTTP response."""

    @property
    def status(self) -> int: ...
    def json(self) -> dict[str, Any]: ...
    def json_list(self) -> list[Any]: ...


class Http(Protocol):
    """The parameter ``http`` of a ``token`` or ``userinfo`` function."""

    async def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer: ...
    async def post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Answer: ...


def bearer(tokens: Mapping[str, Any]) -> dict[str, str]:
    """Return the header with the access token (RFC 6750 section 2.1)."""
    return {"Authorization": f"Bearer {tokens['access_token']}"}


def object_in(response: Answer) -> dict[str, Any]:
    """Return the JSON object in *response*. Raises ``OAuthCallbackError`` if its status is not 200."""
    if response.status != 200:
        raise OAuthCallbackError(f"The provider responded with status {response.status}.")
    return response.json()
