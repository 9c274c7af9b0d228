"""Which users a NiceGUI page is built for, and where the others go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nicegui import context
from starlette.exceptions import HTTPException
from starlette.requests import Request

from authwright.client.core.required import judge
from authwright.client.core.text import is_navigable, urlencode
from authwright.client.nicegui.page import NiceGUIPage, here_of, prefix_of, unauthorized_url
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
    view = in_sub_page()
    if verdict == "unauthorized":
        location = unauthorized_url(allowed)
        if location is None:
            raise HTTPException(403, "You do not have permission to view this page.")
    else:
        query = {"error": "SessionRequired", "callbackUrl": _view_of(request) if view else here_of(request)}
        location = f"{page.api.base_url}/signin?{urlencode(query)}"
    if view:
        page.api.go(location)
    if verdict != "unauthorized":
        # NiceGUI adds the proxy's prefix to the path of each redirect; our path contains it already.
        location = location.removeprefix(prefix_of(request))
    raise HTTPException(302, "Please sign in first.", {"Location": location, "Cache-Control": "no-store"})


def _view_of(request: Request) -> str:
    """Return the path of the view that the tab is about to show. The path comes from the tab."""
    here = context.client.sub_pages_router.current_path
    return prefix_of(request) + here if is_navigable(here) and here.startswith("/") and here[1:2] != "/" else "/"
