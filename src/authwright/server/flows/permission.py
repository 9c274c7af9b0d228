"""The ``sign_in`` callback, which decides whether a user may sign in."""

from __future__ import annotations

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
        context.log.warning("ACCESS_DENIED", f"callbacks.sign_in raised {type(error).__name__}.", user_id=user.id)
        return _refuse(request, account, error.status, error.code)
    except Exception as error:
        context.log.error("SIGN_IN_CALLBACK_ERROR", error, user_id=user.id)
        return _refuse(request, account, AccessDenied.status, AccessDenied.code)
    if isinstance(allowed, str) and allowed:
        context.log.warning("ACCESS_DENIED", "callbacks.sign_in returned a URL to go to instead.", user_id=user.id)
        return request.redirect(allowed)
    if allowed is None:
        what = "callbacks.sign_in returned None, which denies the sign-in. Return True, False or a URL."
        context.log.error("SIGN_IN_CALLBACK_ERROR", what, user_id=user.id)
    elif not allowed:
        context.log.warning("ACCESS_DENIED", "callbacks.sign_in denied the sign-in.", user_id=user.id)
    return None if allowed else _refuse(request, account, AccessDenied.status, AccessDenied.code)


def _refuse(request: ActionRequest, account: Account, status: int, code: str) -> Response:
    # v4: refused credentials have the status of the error; a refused e-mail address is a 200 that names the error.
    return request.to("error", status=status if account.type == "credentials" else 200, error=code)
