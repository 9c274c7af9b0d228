"""ReactPy as one more application of the demo: its page behind the server's gates, and its own routes."""

from __future__ import annotations

from pathlib import Path

from reactpy import html
from reactpy.executors.asgi import ReactPy
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from authwright.auth import Auth
from authwright.demo.components import root_of
from authwright.testing import Outbox

PATHS = "/reactpy"
_STYLE = (Path(__file__).parent / "templates" / "style.css").read_text("utf-8")


class ReactPyPages:
    """The pages of components.py. ``app`` answers below ``PATHS``; ``show`` is the endpoint behind the gates."""

    def __init__(self, auth: Auth, outbox: Outbox, headers: dict[str, str]) -> None:
        head = html.head(
            html.meta({"charset": "utf-8"}),
            html.meta({"name": "viewport", "content": "width=device-width, initial-scale=1"}),
            html.meta({"name": "color-scheme", "content": "light dark"}),
            html.link({"rel": "icon", "href": "data:,"}),
            html.title("authwright demo"),
            html.style(_STYLE),
        )
        # ReactPy says "*" and "public" of its page, which holds nobody's data; a signed-in person's is no public one.
        own = {name.lower(): value for name, value in headers.items()}
        shared = {**own, "access-control-allow-origin": auth.home.base_url.origin}
        self.app = ReactPy(root_of(auth, outbox), html_head=head, http_headers=shared)

    async def show(self, request: Request) -> Response:
        """The page, to which a gate may add its cookies."""
        return _Answer(self.app)


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
