"""The ``sign_in`` callback: may this person sign in?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from authwright.actions.request import ActionRequest
from authwright.errors import AccessDenied, SignInError
from authwright.http import Response
from authwright.types import Account, User

if TYPE_CHECKING:
    from authwright.auth import Auth


async def ask_permission(
    auth: Auth, request: ActionRequest, user: User, account: Account, **values: object
) -> Response | None:
    """The answer that turns the person away, or None where they may go on.

    As in v4 the callback answers True, False (AccessDenied) or a URL to go to instead. One that fails refuses: its
    text goes to the log, where v4 shows it to the browser.
    """
    hook = auth.callbacks.get("sign_in")
    if hook is None:
        return None
    try:
        answer = await hook(user=user, account=account, **values)
    except SignInError as error:
        return request.to("error", status=error.status, error=error.code)
    except Exception as error:
        auth.log.error("SIGN_IN_CALLBACK_ERROR", error)
        answer = False
    if isinstance(answer, str) and answer:
        return request.redirect(answer)
    if not answer:
        return request.to("error", status=AccessDenied.status, error=AccessDenied.code)
    return None
