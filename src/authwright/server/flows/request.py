"""A request to the REST API, with what every action needs: the site, the CSRF token, the callback URL.

As in v4, every response leaves the browser with a CSRF cookie and a callback-URL cookie. It is a redirect, or JSON with
the URL if the client asks for that with ``json=true``.

Rule 1: a callback URL that cannot be used leads to the origin. It never stops a flow, because a client sends the
        address of its page by default.
Rule 2: a form, a link or a cookie carries the URL that the app's ``redirect`` callback chose, as in v4. If that could
        not be used when it comes back, such as ``myapp://done``, they carry the URL that was asked for, and the
        callback chooses again. So no request can name such a URL itself.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_bytes

from authwright.errors import InvalidCallbackUrl
from authwright.http import JSON, NO_STORE, Cookie, Request, Response, values_of
from authwright.options import Site
from authwright.server.context import Context
from authwright.server.pages import Page
from authwright.server.protocol import csrf
from authwright.server.protocol.cookies import CookieOption
from authwright.server.protocol.redirects import absolute, check_callback_url, default_redirect, is_navigable
from authwright.server.protocol.urls import ascii_url
from authwright.server.strict_json import dump


@dataclass(slots=True)
class ActionRequest:
    """One request to ``/ACTION[/PROVIDER]``. ``now`` is the only reading of the clock for the whole response.

    ``callback_url`` is where the flow ends. ``carried_url`` is what forms, links and the cookie carry for it (Rule 2).
    """

    http: Request
    site: Site
    action: str
    provider_id: str | None
    now: float
    csrf_token: str
    csrf_verified: bool
    callback_url: str
    carried_url: str
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
    cookie_option, origin = site.cookies.csrf_token, site.base_url.origin
    token = None
    for value in values_of(http.cookies, cookie_option.name):
        token = csrf.read(value, context.secrets)
        if token:
            break
    if http.method == "POST" and http.form:
        verified = csrf.matches(token, http.text_field("csrfToken"))
    if token is None:
        token, value = csrf.mint(context.secrets[0], token_bytes)
        cookies += cookie_option.write(value, None, http.cookies)
    return ActionRequest(http, site, action, provider_id, time.time(), token, verified, origin, origin, cookies)


def may_end_elsewhere(request: ActionRequest) -> bool:
    """Return whether *request* may contain a callback URL other than the site's origin."""
    http = request.http
    if http.raw_query or http.method == "POST":
        return True
    return http.cookies.get(request.site.cookies.callback_url.name) != request.callback_url


async def find_callback_url(context: Context, request: ActionRequest) -> None:
    """Set the callback URL of *request*, and the cookie that remembers it.

    Raises:
        BadRequest: The query or the body cannot be read.
    """
    option, origin = request.site.cookies.callback_url, request.site.base_url.origin
    asked = _asked_url(context, request, option)
    if asked is not None:
        request.callback_url = await allowed_redirect(context, asked, origin)
        request.carried_url = request.callback_url if _comes_back(request.callback_url) else asked
    if request.carried_url != request.http.cookies.get(option.name):
        request.cookies += option.write(request.carried_url, None, request.http.cookies)


def _asked_url(context: Context, request: ActionRequest, option: CookieOption) -> str | None:
    """Return the callback URL in the body, the query or the cookie, in v4's order; None if it cannot be used."""
    http = request.http
    asked = http.form.get("callbackUrl") if http.method == "POST" else None
    if asked in (None, ""):
        asked = http.query.get("callbackUrl")
    if asked in (None, ""):
        usable = (_usable(value)[0] for value in values_of(http.cookies, option.name))
        remembered = next(filter(None, usable), None)
        return None if remembered == request.site.base_url.origin else remembered
    url, problem = _usable(asked)
    if problem:
        context.log.warning("INVALID_CALLBACK_URL_ERROR", f"{problem} The flow ends at the origin instead.")
    return url


def _usable(asked: object) -> tuple[str | None, str]:
    """Return *asked* as a callback URL in ASCII, or None and what is wrong with it."""
    if not isinstance(asked, str):
        return None, "callbackUrl is not a string."
    try:
        return check_callback_url(asked), ""
    except InvalidCallbackUrl as error:
        return None, error.detail


def _comes_back(url: str) -> bool:
    return _usable(url)[0] is not None


def refuse_csrf(context: Context, request: ActionRequest) -> None:
    """Log why the CSRF token of *request* is refused."""
    option = request.site.cookies.csrf_token
    if not values_of(request.http.cookies, option.name):
        why = f"the request has no cookie {option.name}. Does the browser reach the site at the URL in base_url?"
    elif not request.http.form.get("csrfToken"):
        why = "the body has no field csrfToken. Send the token of GET /csrf."
    else:
        why = "the field csrfToken does not match the cookie, or the secret has changed."
    context.log.warning("CSRF_REFUSED", f"{request.http.method} /{request.action}: {why}")


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
    if not isinstance(target, str) or not is_navigable(target):
        what = type(target).__name__ if target and not isinstance(target, str) else "a text" if target else "nothing"
        remedy = "Return a path such as '/home', or an absolute URL."
        context.log.error("REDIRECT_CALLBACK_ERROR", f"callbacks.redirect returned {what} instead of a URL. {remedy}")
        return origin
    return absolute(target, origin)


def wants_json(http: Request) -> bool:
    """Return whether the client asks for the URL as JSON (``json=true``), as ``next-auth/react`` does."""
    return http.method == "POST" and http.form.get("json") in ("true", True)
