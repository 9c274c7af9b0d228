"""A request to the REST API with what every action needs to know of it: the site, csrf, the callback URL.

As in v4, every such request leaves the browser with a csrf cookie and a callback-URL cookie, and its answer is a
redirect, or JSON that says where to, for a client that asks with ``json=true``.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_bytes

from authwright.config import Site
from authwright.context import Context
from authwright.errors import InvalidCallbackUrl
from authwright.http import JSON, NO_STORE, Cookie, Request, Response
from authwright.pages import Page
from authwright.protocol import csrf
from authwright.protocol.redirects import absolute, check_callback_url, default_redirect
from authwright.protocol.urls import ascii_url
from authwright.strict_json import dump


@dataclass(slots=True)
class ActionRequest:
    """One request to ``/ACTION[/PROVIDER]``. ``now`` is the one clock reading of the whole answer."""

    http: Request
    site: Site
    action: str
    provider_id: str | None
    now: float
    csrf_token: str
    csrf_verified: bool
    callback_url: str
    cookies: list[Cookie]

    @property
    def wants_json(self) -> bool:
        return wants_json(self.http)

    @property
    def accept_language(self) -> str:
        return self.http.headers.get("accept-language", "")

    @property
    def carries_session(self) -> bool:
        """Whether the request carries a session cookie, valid or not."""
        return self.site.cookies.session_token.read(self.http.cookies) is not None

    def json(self, value: object, status: int = 200, cookies: Sequence[Cookie] = ()) -> Response:
        return Response(status, [JSON, *NO_STORE], dump(value), [*self.cookies, *cookies] if self.cookies else cookies)

    def page(self, page: Page, headers: Sequence[tuple[str, str]], cookies: Sequence[Cookie] = ()) -> Response:
        return Response(page.status, list(headers), page.html.encode(), [*self.cookies, *cookies])

    def redirect(self, url: str, *, status: int = 200, cookies: Sequence[Cookie] = ()) -> Response:
        """Send the browser to *url*: a 302, or with ``json=true`` the URL as JSON with the flow's own *status*."""
        if self.wants_json:
            return self.json({"url": absolute(url, self.site.base_url.origin)}, status, cookies)
        return Response(302, [("Location", ascii_url(url)), *NO_STORE], b"", [*self.cookies, *cookies])

    def to(self, action: str, *, status: int = 200, cookies: Sequence[Cookie] = (), **parameters: str) -> Response:
        """Send the browser to another action of the API."""
        return self.redirect(self.site.base_url.to(action, **parameters), status=status, cookies=cookies)


def open_request(context: Context, http: Request, site: Site, action: str, provider_id: str | None) -> ActionRequest:
    """What *http* asks of *action*, with its csrf token checked; its callback URL is ``find_callback_url``'s to find.

    Raises:
        BadRequest, PayloadTooLarge: The body cannot be read.
    """
    verified = False
    cookies: list[Cookie] = []
    cookie_option = site.cookies.csrf_token
    token = csrf.read(http.cookies.get(cookie_option.name), context.secrets)
    if http.method == "POST" and http.form:
        verified = csrf.matches(token, http.text_field("csrfToken"))
    if token is None:
        token, value = csrf.mint(context.secrets[0], token_bytes)
        cookies.append(cookie_option.cookie(value))
    return ActionRequest(http, site, action, provider_id, time.time(), token, verified, site.base_url.origin, cookies)


def may_end_elsewhere(request: ActionRequest) -> bool:
    """Whether *request* may name a callback URL other than the site's origin."""
    http = request.http
    if http.raw_query or http.method == "POST":
        return True
    return http.cookies.get(request.site.cookies.callback_url.name) != request.callback_url


async def find_callback_url(context: Context, request: ActionRequest) -> None:
    """Set where the flow ends, and the cookie that remembers it.

    Raises:
        BadRequest: The query cannot be read.
        InvalidCallbackUrl: Body or query ask to end at a place that no flow may end at.
    """
    option = request.site.cookies.callback_url
    remembered = request.http.cookies.get(option.name)
    request.callback_url = await _callback_url(context, request.http, remembered, request.site.base_url.origin)
    if request.callback_url != remembered:
        request.cookies.append(option.cookie(request.callback_url))


async def _callback_url(context: Context, http: Request, remembered: str | None, origin: str) -> str:
    """v4's order: the body's, the query's, the cookie's, the site's origin; each only as far as it is allowed."""
    asked = http.text_field("callbackUrl") if http.method == "POST" else None
    asked = asked or http.query.get("callbackUrl")
    if asked:
        return await allowed_redirect(context, check_callback_url(asked), origin)
    if not remembered or remembered == origin:
        return origin
    try:
        return await allowed_redirect(context, check_callback_url(remembered), origin)
    except InvalidCallbackUrl:
        # Nobody typed the cookie in: a broken one is replaced, so that it locks nobody out.
        return origin


async def allowed_redirect(context: Context, url: str, origin: str) -> str:
    """Where the app's redirect callback, else v4's default, lets a flow that asks for *url* end."""
    hook = context.callbacks.get("redirect")
    if hook is None:
        return default_redirect(url, origin)
    try:
        answer = await hook(url=url, base_url=origin)
    except Exception as error:
        context.log.error("REDIRECT_CALLBACK_ERROR", error)
        return origin
    if not isinstance(answer, str) or not answer:
        what = type(answer).__name__ if answer else "nothing"
        context.log.error("REDIRECT_CALLBACK_ERROR", f"callbacks.redirect answered {what}, not a URL.")
        return origin
    return absolute(answer, origin)


def wants_json(http: Request) -> bool:
    """Whether the client asked with ``json=true`` to be told where to go, as ``next-auth/react`` does."""
    return http.method == "POST" and http.form.get("json") in ("true", True)
