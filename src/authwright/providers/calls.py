"""What a provider's own functions may call: endpoints, within the limits of ``authwright.oauth``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from authwright.errors import OAuthCallbackError


class Answer(Protocol):
    """What an endpoint answered, whole."""

    @property
    def status(self) -> int: ...
    def json(self) -> dict[str, Any]: ...
    def json_list(self) -> list[Any]: ...


class Http(Protocol):
    """``http`` of a ``token`` or ``userinfo`` function."""

    async def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer: ...
    async def post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Answer: ...


def bearer(tokens: Mapping[str, Any]) -> dict[str, str]:
    """The header that carries the access token (RFC 6750 section 2.1)."""
    return {"Authorization": f"Bearer {tokens['access_token']}"}


def object_in(answer: Answer) -> dict[str, Any]:
    """The JSON object in *answer*. Raises ``OAuthCallbackError`` where the endpoint refused."""
    if answer.status != 200:
        raise OAuthCallbackError(f"The provider answered {answer.status}.")
    return answer.json()
