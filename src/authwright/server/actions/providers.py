"""GET /providers: what an app's own sign-in page needs to know about each provider."""

from __future__ import annotations

from authwright.http import JSON, Response
from authwright.server.context import Context
from authwright.server.flows.request import ActionRequest
from authwright.server.strict_json import dump


async def show(context: Context, request: ActionRequest) -> Response:
    """Return the providers by id. As in v4 the response sets no cookie and may be cached: it is the same for all."""
    to = request.site.base_url.to
    public = {
        provider.id: {
            "id": provider.id,
            "name": provider.name,
            "type": provider.type,
            "signinUrl": to(f"signin/{provider.id}"),
            "callbackUrl": to(f"callback/{provider.id}"),
        }
        for provider in context.providers.values()
    }
    return Response(200, [JSON], dump(public))
