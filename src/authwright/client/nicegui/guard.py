"""``page_guard``: a decorator for NiceGUI pages that require a session."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from nicegui import Client, app, context, ui
from starlette.exceptions import HTTPException

from authwright.client.core.required import check_guard
from authwright.client.nicegui.opening import refuse
from authwright.client.nicegui.scope import in_sub_page
from authwright.client.nicegui.session import session_provider
from authwright.errors import ConfigurationError

if TYPE_CHECKING:
    from authwright.client.bridge.auth_server import AuthServer
    from authwright.client.core.required import Guarded

_Build = TypeVar("_Build", bound=Callable[..., Any])


def page_guard(auth: AuthServer, required: Guarded = True) -> Callable[[_Build], _Build]:
    """Return a decorator, to put below ``@ui.page``, that calls the function only for users who may see the page.

    It does the same as ``session_provider(required=...)``, and also works for ``def`` functions, which then call
    ``use_session()``. A refusal is returned as a response, not raised, so a handler of ``app.on_page_exception`` does
    not see it. It also guards a view of ``ui.sub_pages``, if the page around the view has called ``session_provider``.

    Args:
        auth: The auth server.
        required: As for ``session_provider``.

    Raises:
        ConfigurationError: The decorator stands above ``@ui.page``, where it would protect nothing, or *required* has
            an unknown key, or is neither a bool nor a mapping.
        TypeError: *auth* is not an ``Auth``, or what it decorates is not a function.
    """
    if not hasattr(auth, "get_server_session"):
        raise TypeError("page_guard needs your Auth. Write @page_guard(auth) instead of @page_guard.")
    check_guard(required)

    def decorate(build: _Build) -> _Build:
        _check(build)

        @functools.wraps(build)
        async def guarded(*args: object, **kwargs: object) -> object:
            try:
                await session_provider(context.client.request, auth=auth, required=required)
            except HTTPException as refusal:
                return _refuse(refusal)
            built = build(*args, **kwargs)
            return await built if inspect.isawaitable(built) else built

        return guarded  # type: ignore[return-value]

    return decorate


def _check(build: object) -> None:
    if not callable(build):
        raise TypeError(f"page_guard decorates the page's function, not a {type(build).__name__}. Do not call it.")
    if inspect.isgeneratorfunction(build) or inspect.isasyncgenfunction(build):
        raise TypeError("page_guard decorates a def or async def function. Remove the yield from the page's function.")
    inner: Any = build
    while inner is not None:
        for path in _paths_of(inner):
            problem = f"The page {path} was registered before it was guarded, so it is public."
            raise ConfigurationError("page_guard", problem, "Put @page_guard below @ui.page.")
        inner = getattr(inner, "__wrapped__", None)


def _paths_of(function: object) -> list[str]:
    """Return the paths at which *function* was registered, by ``@ui.page`` or by a decorator of FastAPI."""
    pages = [path for page, path in Client.page_routes.items() if page is function]
    routes = [route for route in app.routes if getattr(route, "endpoint", None) is function]
    return pages + [str(getattr(route, "path", "")) for route in routes]


def _refuse(refusal: HTTPException) -> object:
    if not in_sub_page():
        return refuse(refusal)
    # A view has no response. If there is a page to go to, the tab is already on its way.
    if refusal.status_code == 403:
        ui.label(refusal.detail)
    return None
