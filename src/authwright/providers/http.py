"""The HTTP client for the ``token`` and ``userinfo`` functions of a provider.

It is implemented in ``authwright.server.oauth.outbound``, which limits the time and size of each response.
"""

from __future__ import annotations

import asyncio
from codecs import BOM_UTF8
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import parse_qsl

from authwright.errors import OAuthCallbackError
from authwright.server.runtime.log import current_log
from authwright.server.strict_json import load_repaired

__all__ = ["Http", "Reply", "bearer", "object_in", "optional_list"]


# Seconds. This leaves time for the rest of the sign-in, which takes at most 10 seconds in total.
_OPTIONAL_LIMIT = 3.0


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete HTTP response from a provider. The names in ``headers`` are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """Return the body as a JSON object. Raises ``OAuthCallbackError`` if it is not a JSON object."""
        value = self._parsed()
        if not isinstance(value, dict):
            raise OAuthCallbackError("The provider's response is not a JSON object.")
        return value

    def form(self) -> dict[str, str]:
        """Return the form fields in the body. If a name is repeated, its last value is returned."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace").strip(), keep_blank_values=True))

    def json_list(self) -> list[Any]:
        """Return the body as a JSON array. Raises ``OAuthCallbackError`` if it is not a JSON array."""
        value = self._parsed()
        if not isinstance(value, list):
            raise OAuthCallbackError("The provider's response is not a JSON array.")
        return value

    def _parsed(self) -> object:
        try:
            return load_repaired(self.body.removeprefix(BOM_UTF8))
        except (ValueError, RecursionError):
            raise OAuthCallbackError("The provider's response is not valid JSON.") from None


class Http(Protocol):
    """The parameter ``http`` of a ``token`` or ``userinfo`` function."""

    async def get(self, url: str, headers: Mapping[str, str] | None = None) -> Reply: ...
    async def post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Reply: ...


def bearer(tokens: Mapping[str, Any]) -> dict[str, str]:
    """Return the header with the access token (RFC 6750 section 2.1)."""
    return {"Authorization": f"Bearer {tokens['access_token']}"}


def object_in(response: Reply) -> dict[str, Any]:
    """Return the JSON object in *response*. Raises ``OAuthCallbackError`` if its status is not 200."""
    if response.status != 200:
        raise OAuthCallbackError(f"The provider responded with status {response.status}.")
    return response.json()


async def optional_list(request: Awaitable[Reply], remedy: str) -> list[Any]:
    """Return the JSON array in the response to *request*, or an empty list if the provider does not return one.

    Use this for a request that only adds to what is known about a user. As in v4, the sign-in continues if the request
    fails. The failure is logged.

    Args:
        request: The call of ``Http.get`` or ``Http.post``.
        remedy: What to do if the request always fails, for the log.
    """
    try:
        async with asyncio.timeout(_OPTIONAL_LIMIT):
            response = await request
        if response.status == 200:
            return response.json_list()
        problem = f"The provider responded with status {response.status}."
    except OAuthCallbackError as error:
        problem = error.detail
    except TimeoutError:
        problem = f"The provider took longer than {_OPTIONAL_LIMIT:.0f} seconds to respond."
    current_log().warning("OAUTH_OPTIONAL_REQUEST_ERROR", f"{problem} {remedy}")
    return []
