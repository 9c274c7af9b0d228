"""A request to the REST API, with what every action needs: the site, the CSRF token, the callback URL.

As in v4, every response leaves the browser with a CSRF cookie and a callback-URL cookie. It is a redirect, or JSON with
the URL if the client asks for that with ``json=true``.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_bytes

from authwright.errors import InvalidCallbackUrl
from authwright.http import JSON, NO_STORE, Cookie, Request, Response
from authwright.options import Site
from authwright.server.context import Context
from authwright.server.pages import Page
from authwright.server.protocol import csrf
from authwright.server.protocol.redirects import absolute, check_callback_url, default_redirect
from authwright.server.protocol.urls import ascii_url
from authwright.server.strict_json import dump


@dataclass(slots=True)
class ActionRequest:
    """One request to ``/ACTION[/PROVIDER]``. ``now`` is the only reading of the clock for the whole response."""

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
        """Return a redirect to *url* (302), or with ``json=true`` the URL as JSON with the *status* of the flow."""
        if self.wants_json:
            return self.json({"url": absolute(url, self.site.base_url.origin)}, status, cookies)
        return Response(302, [("Location", ascii_url(url)), *NO_STORE], b"", [*self.cookies, *cookies])

    def to(self, action: str, *, status: int = 200, cookies: Sequence[Cookie] = (), **parameters: str) -> Response:
        """Return a redirect to another action of the API."""
        return self.redirect(self.site.base_url.to(action, **parameters), status=status, cookies=cookies)


def open_request(context: Context, http: Request, site: Site, action: str, provider_id: str | None) -> ActionRequest:
    """Return the request *http* to *action* with its CSRF token checked. ``find_callback_url`` sets its callback URL.

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
    """Return whether *request* may contain a callback URL other than the site's origin."""
    http = request.http
    if http.raw_query or http.method == "POST":
        return True
    return http.cookies.get(request.site.cookies.callback_url.name) != request.callback_url


async def find_callback_url(context: Context, request: ActionRequest) -> None:
    """Set the callback URL of *request*, and the cookie that remembers it.

    Raises:
        BadRequest: The query cannot be read.
        InvalidCallbackUrl: The callback URL in the body or the query is invalid.
    """
    option = request.site.cookies.callback_url
    remembered = request.http.cookies.get(option.name)
    request.callback_url = await _callback_url(context, request.http, remembered, request.site.base_url.origin)
    if request.callback_url != remembered:
        request.cookies.append(option.cookie(request.callback_url))


async def _callback_url(context: Context, http: Request, remembered: str | None, origin: str) -> str:
    """Return the first allowed URL in v4's order: from the body, the query, the cookie, or the site's origin."""
    asked = http.text_field("callbackUrl") if http.method == "POST" else None
    asked = asked or http.query.get("callbackUrl")
    if asked:
        return await allowed_redirect(context, check_callback_url(asked), origin)
    if not remembered or remembered == origin:
        return origin
    try:
        return await allowed_redirect(context, check_callback_url(remembered), origin)
    except InvalidCallbackUrl:
        # The user cannot correct a cookie, so an invalid one is replaced instead of refused.
        return origin


async def allowed_redirect(context: Context, url: str, origin: str) -> str:
    """Return the URL at which a flow that asks for *url* ends, by the app's ``redirect`` callback or v4's default."""
    hook = context.callbacks.get("redirect")
    if hook is None:
        return default_redirect(url, origin)
    try:
        target = await hook(url=url, base_url=origin)
    except Exception as error:
        context.log.error("REDIRECT_CALLBACK_ERROR", error)
        return origin
    if not isinstance(target, str) or not target:
        what = type(target).__name__ if target else "nothing"
        context.log.error("REDIRECT_CALLBACK_ERROR", f"callbacks.redirect returned {what} instead of a URL.")
        return origin
    return absolute(target, origin)


def wants_json(http: Request) -> bool:
    """Return whether the client asks for the URL as JSON (``json=true``), as ``next-auth/react`` does."""
    return http.method == "POST" and http.form.get("json") in ("true", True)
