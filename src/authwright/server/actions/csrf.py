"""GET /csrf: the token that every POST has to contain."""

from __future__ import annotations

from authwright.http import Response
from authwright.server.context import Context
from authwright.server.flows.request import ActionRequest


async def show(context: Context, request: ActionRequest) -> Response:
    """Return ``{"csrfToken": ...}``, and set its cookie if the browser has no valid one."""
    return request.json({"csrfToken": request.csrf_token})
