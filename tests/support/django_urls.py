"""The views of the Django site: they return the user of Django's login and of authwright's session."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import path

# The ``Auth`` of the current test.
auth: Any = None


def who(request: HttpRequest) -> JsonResponse:
    """Return both users, from a synchronous view."""
    response = JsonResponse({})
    session = auth.get_server_session_sync(request, response)
    response.content = JsonResponse({"django": request.user.get_username(), "authwright": session}).content
    return response


async def who_async(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"authwright": await auth.get_server_session(request)})


urlpatterns = [path("who", who), path("who-async", who_async)]
