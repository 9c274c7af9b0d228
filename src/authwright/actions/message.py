"""The text of a ``CredentialsError`` on its way to the sign-in page, sealed: a page of ours shows no text of others.

A form's answer is a redirect, so the text travels in the URL; unsealed, anybody could write on our sign-in page.
"""

from __future__ import annotations

from secrets import token_bytes

from authwright.actions.request import ActionRequest
from authwright.context import Context
from authwright.errors import InvalidToken
from authwright.protocol import tokens

_PURPOSE = "authwright.message"
_LIFETIME = 60


def seal(context: Context, request: ActionRequest, text: str) -> str:
    """*text* as the parameter ``message``, for a minute."""
    claims = {"value": text}
    return tokens.encode(
        claims, context.secrets[0], max_age=_LIFETIME, now=request.now, random=token_bytes, salt=_PURPOSE
    )


def unseal(context: Context, request: ActionRequest) -> str | None:
    """The text that the request's ``message`` carries, None where it carries none of ours."""
    sealed = request.http.query.get("message")
    if not sealed:
        return None
    try:
        return str(tokens.decode(sealed, context.secrets, now=request.now, salt=_PURPOSE).get("value", ""))
    except InvalidToken:
        return None
