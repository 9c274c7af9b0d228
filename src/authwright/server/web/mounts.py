"""Where a router of Starlette or FastAPI has mounted the REST API.

With ``trust_host`` no option says where the API is. A page that links to it may be in another app than the API, and
either of them may be mounted. The outermost router, which every scope contains, leads to both.
"""

from __future__ import annotations

import sys


def find_mount(router: object, api: object, route_name: str) -> str | None:
    """Return the path of the REST API below *router*, or None if it is not found there.

    Args:
        router: The router, or a route that contains routes.
        api: The application that ``Mount`` or ``app.mount`` serves.
        route_name: The name of the route that serves everything below the API's path, as FastAPI's router has one.
    """
    starlette = sys.modules.get("starlette.routing")
    found = _search(router, api, route_name, starlette.NoMatchFound) if starlette else None
    # A parameter in the path has a value only in a request to the API.
    return None if found is None or "{" in found else found


def _search(router: object, api: object, route_name: str, no_match: type[Exception]) -> str | None:
    for route in getattr(router, "routes", ()):
        path: str = getattr(route, "path", "")
        if getattr(route, "app", None) is api or getattr(route, "_base_app", None) is api:
            return path
        try:
            return str(route.url_path_for(route_name, rest="")).rstrip("/")
        except (no_match, NotImplementedError):
            below = _search(route, api, route_name, no_match)
        if below is not None:
            return path + below
    return None
