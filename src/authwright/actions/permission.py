"""The ``sign_in`` callback: may this person sign in?"""

from __future__ import annotations

from collections.abc import Mapping

from authwright.actions.request import ActionRequest
from authwright.context import Context
from authwright.errors import AccessDenied, SignInError
from authwright.http import Response
from authwright.types import Account, User


async def ask_permission(
    context: Context, request: ActionRequest, user: User, account: Account, **values: object
) -> Response | None:
    """The answer that turns the person away, or None where they may go on.

    As in v4 the callback answers True, False (AccessDenied) or a URL to go to instead. One that fails refuses: its
    text goes to the log, where v4 shows it to the browser.
    """
    hook = context.callbacks.get("sign_in")
    if hook is None:
        return None
    try:
        answer = await hook(user=user, account=account, **values)
    except SignInError as error:
        return _turn_away(request, account, error.status, error.code)
    except Exception as error:
        given = values.get("credentials")
        context.log.error("SIGN_IN_CALLBACK_ERROR", error, hide=given.values() if isinstance(given, Mapping) else ())
        answer = False
    if isinstance(answer, str) and answer:
        return request.redirect(answer)
    if not answer:
        return _turn_away(request, account, AccessDenied.status, AccessDenied.code)
    return None


def _turn_away(request: ActionRequest, account: Account, status: int, code: str) -> Response:
    # v4: refused credentials have a status of their own, a refused e-mail address is a 200 that names the error.
    return request.to("error", status=status if account.type == "credentials" else 200, error=code)
