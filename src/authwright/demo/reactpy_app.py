"""The ReactPy part of the demo: the pages, to which the server controls access, and ReactPy's own routes."""

from __future__ import annotations

from pathlib import Path

from reactpy import html
from reactpy.executors.asgi import ReactPy
from reactpy.types import VdomDict
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from authwright.auth import Auth
from authwright.demo.components import NAVIGATION, root_of
from authwright.testing import Outbox

PATHS = "/reactpy"
_STYLE = (Path(__file__).parent / "templates" / "style.css").read_text("utf-8")


class ReactPyPages:
    """The pages of components.py. Mount ``app`` at ``PATHS``, and use ``show`` as the endpoint of each page."""

    def __init__(self, auth: Auth, outbox: Outbox, headers: dict[str, str]) -> None:
        root = root_of(auth, outbox)
        # ReactPy's own headers allow every origin and public caching. Replace both: a protected page is not public.
        own = {name.lower(): value for name, value in headers.items()}
        shared = {**own, "access-control-allow-origin": auth._context.sites.home.base_url.origin}
        # The pages differ only in the HTML before the WebSocket connects: the title, and the text for noscript.
        self._pages = {
            path: ReactPy(root, html_head=_head(title), prepend_body=_without_scripts(path), http_headers=shared)
            for path, title in NAVIGATION
        }
        self.app: ReactPy = self._pages["/"]

    async def show(self, request: Request) -> Response:
        """Return the page. ``session_required`` may add cookies to the response."""
        return _ForwardWithCookies(self._pages[request.url.path])


def _head(title: str) -> VdomDict:
    return html.head(
        html.meta({"charset": "utf-8"}),
        html.meta({"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        html.meta({"name": "color-scheme", "content": "light dark"}),
        html.link({"rel": "icon", "href": "data:,"}),
        html.title(f"{title} - authwright demo"),
        html.style(_STYLE),
    )


def _without_scripts(path: str) -> VdomDict:
    sign_in = html.a({"href": f"/api/auth/signin?callbackUrl={path}"}, "sign in")
    return html.noscript(html.main("This page needs JavaScript. You can ", sign_in, " without it."))


class _ForwardWithCookies(Response):
    """A response that forwards the request to *app*, and adds its own cookies to the response of *app*."""

    def __init__(self, app: ReactPy) -> None:
        super().__init__()
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        cookies = [header for header in self.raw_headers if header[0] == b"set-cookie"]

        async def with_cookies(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *cookies]}
            await send(message)

        await self._app(scope, receive, with_cookies)
