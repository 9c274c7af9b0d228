"""GET /csrf: the token that every POST carries."""

from __future__ import annotations

from authwright.actions.request import ActionRequest
from authwright.context import Context
from authwright.http import Response


async def show(context: Context, request: ActionRequest) -> Response:
    """``{"csrfToken": ...}``, and its cookie where the browser has none that is valid."""
    return request.json({"csrfToken": request.csrf_token})
