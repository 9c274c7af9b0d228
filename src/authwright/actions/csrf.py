"""GET /csrf: the token that every POST has to contain."""

from __future__ import annotations

from authwright.actions.request import ActionRequest
from authwright.context import Context
from authwright.http import Response


async def show(context: Context, request: ActionRequest) -> Response:
    """Return ``{"csrfToken": ...}``, and set its cookie if the browser has no valid one."""
    return request.json({"csrfToken": request.csrf_token})
