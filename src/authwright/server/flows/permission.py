"""The ``sign_in`` callback, which decides whether a user may sign in."""

from __future__ import annotations

from collections.abc import Mapping

from authwright.errors import AccessDenied, SignInError
from authwright.http import Response
from authwright.server.context import Context
from authwright.server.flows.request import ActionRequest
from authwright.types import Account, User


async def ask_permission(
    context: Context, request: ActionRequest, user: User, account: Account, **values: object
) -> Response | None:
    """Return the response that refuses the sign-in, or None if the user may sign in.

    As in v4 the callback returns True, False (AccessDenied) or a URL to redirect to instead. If the callback raises an
    exception, the sign-in is refused, and the text of the exception is logged; v4 shows it to the browser.
    """
    hook = context.callbacks.get("sign_in")
    if hook is None:
        return None
    try:
        allowed = await hook(user=user, account=account, **values)
    except SignInError as error:
        return _refuse(request, account, error.status, error.code)
    except Exception as error:
        given = values.get("credentials")
        context.log.error("SIGN_IN_CALLBACK_ERROR", error, hide=given.values() if isinstance(given, Mapping) else ())
        allowed = False
    if isinstance(allowed, str) and allowed:
        return request.redirect(allowed)
    if not allowed:
        return _refuse(request, account, AccessDenied.status, AccessDenied.code)
    return None


def _refuse(request: ActionRequest, account: Account, status: int, code: str) -> Response:
    # v4: refused credentials have the status of the error; a refused e-mail address is a 200 that names the error.
    return request.to("error", status=status if account.type == "credentials" else 200, error=code)
