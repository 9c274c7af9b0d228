"""GET /csrf: the token that every POST carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from authwright.actions.request import ActionRequest
from authwright.http import Response

if TYPE_CHECKING:
    from authwright.auth import Auth


async def show(auth: Auth, request: ActionRequest) -> Response:
    """``{"csrfToken": ...}``, and its cookie where the browser has none that is valid."""
    return request.json({"csrfToken": request.csrf_token})
