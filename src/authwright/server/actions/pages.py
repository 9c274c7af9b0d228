"""GET /error and /verify-request: pages that a flow ends on. POST /_log: what the client reports."""

from __future__ import annotations

from authwright.errors import CredentialsSignin
from authwright.http import Response
from authwright.server.context import Context
from authwright.server.flows.message import unseal
from authwright.server.flows.request import ActionRequest
from authwright.server.protocol.urls import add_parameters
from authwright.server.runtime.log import clean

# v4 shows these on the sign-in page, the others on the error page.
SIGNIN_ERRORS = frozenset(
    {
        "Signin",
        "OAuthSignin",
        "OAuthCallback",
        "OAuthCreateAccount",
        "EmailCreateAccount",
        "Callback",
        "OAuthAccountNotLinked",
        "EmailSignin",
        "CredentialsSignin",
        "SessionRequired",
    }
)


async def error(context: Context, request: ActionRequest) -> Response:
    """Show the error ``?error=CODE``, on the sign-in page if it is an error of a sign-in."""
    code = request.http.query.get("error", "")
    if code in SIGNIN_ERRORS:
        return request.to("signin", error=code)
    if unseal(context, request):
        return request.to("signin", error=CredentialsSignin.code, message=request.http.query["message"])
    if context.pages.error:
        return request.redirect(add_parameters(context.pages.error, error=code))
    page = context.built_in_pages.error(
        accept_language=request.accept_language,
        error=code,
        origin=request.site.base_url.origin,
        signin_url=request.site.base_url.to("signin"),
    )
    return request.page(page, context.built_in_pages.headers)


async def verify_request(context: Context, request: ActionRequest) -> Response:
    """Show the page that says that an e-mail was sent."""
    if context.pages.verify_request:
        return request.redirect(context.pages.verify_request)
    page = context.built_in_pages.verify_request(
        accept_language=request.accept_language, origin=request.site.base_url.origin
    )
    return request.page(page, context.built_in_pages.headers)


async def log(context: Context, request: ActionRequest) -> Response:
    """Log what a client's ``logger`` reports. As in v4 it is logged only if the app has passed a ``logger``."""
    code, message = request.http.text_field("code"), request.http.text_field("message")
    if context.logs_clients and code:
        write = context.log.error if request.http.text_field("level") == "error" else context.log.warning
        write("CLIENT", clean(f"{code[:64]}: {message or ''}"))
    return Response(200, [])
