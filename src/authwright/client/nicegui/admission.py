"""Which users a NiceGUI page is built for, and where the others go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nicegui import context
from starlette.exceptions import HTTPException
from starlette.requests import Request

from authwright.client.core.required import judge
from authwright.client.core.text import is_navigable, urlencode
from authwright.client.nicegui.page import NiceGUIPage, unauthorized_url
from authwright.client.nicegui.scope import in_sub_page

if TYPE_CHECKING:
    from authwright.client.core.required import Guarded


def admit(allowed: Guarded, page: NiceGUIPage, request: Request) -> None:
    """Raise unless the user of *page* is *allowed*. In a view of ``ui.sub_pages``, make the tab leave the page too.

    Raises:
        HTTPException: A redirect to the sign-in page or to ``unauthorized``, or 403.
    """
    verdict = judge(allowed, page.store.snapshot)
    if verdict == "allowed":
        return
    elsewhere = unauthorized_url(allowed) if verdict == "unauthorized" else None
    if verdict == "unauthorized" and elsewhere is None:
        raise HTTPException(403, "You do not have permission to view this page.")
    if in_sub_page():
        page.api.go(elsewhere or _sign_in_url(page, request))
    location = elsewhere or page.auth.sign_in_url(request, error="SessionRequired")
    if location.startswith("/") and not _is_path(request.headers.get("x-forwarded-prefix", "/")):
        # NiceGUI puts this header in front of each path that it redirects to, even "//host", which is another site.
        raise HTTPException(400, "X-Forwarded-Prefix is not valid: it must be a path such as /shop.")
    raise HTTPException(302, "Please sign in first.", {"Location": location, "Cache-Control": "no-store"})


def _sign_in_url(page: NiceGUIPage, request: Request) -> str:
    """Return the URL of the sign-in page, which returns to the view. NiceGUI gets the path of the view from the tab."""
    prefix = request.headers.get("x-forwarded-prefix", "") + request.scope.get("root_path", "")
    view = f"{prefix}{context.client.sub_pages_router.current_path}"
    query = {"error": "SessionRequired", "callbackUrl": view if _is_path(view) else "/"}
    return f"{page.api.base_url}/signin?{urlencode(query)}"


def _is_path(url: str) -> bool:
    return url.startswith("/") and not url.startswith(("//", "/\\")) and is_navigable(url)
