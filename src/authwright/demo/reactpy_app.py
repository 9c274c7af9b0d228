"""ReactPy as one more application of the demo: its page behind the server's gates, and its own routes."""

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
    """The pages of components.py. ``app`` answers below ``PATHS``; ``show`` is the endpoint behind the gates."""

    def __init__(self, auth: Auth, outbox: Outbox, headers: dict[str, str]) -> None:
        root = root_of(auth, outbox)
        # ReactPy says "*" and "public" of its page, which holds nobody's data; a signed-in person's is no public one.
        own = {name.lower(): value for name, value in headers.items()}
        shared = {**own, "access-control-allow-origin": auth._context.sites.home.base_url.origin}
        # They differ in what the frame says before the websocket is there: the title, and how to do without scripts.
        self._pages = {
            path: ReactPy(root, html_head=_head(title), prepend_body=_without_scripts(path), http_headers=shared)
            for path, title in NAVIGATION
        }
        self.app = self._pages["/"]

    async def show(self, request: Request) -> Response:
        """The page, to which a gate may add its cookies."""
        return _Answer(self._pages[request.url.path])


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
    sign_in = html.a({"href": f"/api/auth/signin?callbackUrl={path}"}, "Signing in")
    return html.noscript(html.main("ReactPy draws this page by JavaScript. ", sign_in, " does without."))


class _Answer(Response):
    """What *app* answers, with the cookies that are set on this response."""

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
