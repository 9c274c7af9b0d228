"""The text of a ``CredentialsError`` on its way to the sign-in page.

The response to a form is a redirect, so the text travels in the URL. It is encrypted: otherwise a link could put
any text on our sign-in page.
"""

from __future__ import annotations

from secrets import token_bytes

from authwright.errors import InvalidToken
from authwright.server.context import Context
from authwright.server.flows.request import ActionRequest
from authwright.server.protocol import tokens

_PURPOSE = "authwright.message"
_LIFETIME = 60


def seal(context: Context, request: ActionRequest, text: str) -> str:
    """Return *text* as the query parameter ``message``, which is valid for a minute."""
    claims = {"value": text}
    return tokens.encode(
        claims, context.secrets[0], max_age=_LIFETIME, now=request.now, random=token_bytes, salt=_PURPOSE
    )


def unseal(context: Context, request: ActionRequest) -> str | None:
    """Return the text of the query parameter ``message``, or None if it is missing or was not encrypted here."""
    sealed = request.http.query.get("message")
    if not sealed:
        return None
    try:
        return str(tokens.decode(sealed, context.secrets, now=request.now, salt=_PURPOSE).get("value", ""))
    except InvalidToken:
        return None
