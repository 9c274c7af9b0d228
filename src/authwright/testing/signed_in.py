"""Session cookies for a test client, without going through a sign-in."""

from __future__ import annotations

import time
from typing import Any

from authwright.auth import Auth
from authwright.http import Request
from authwright.server.sessions.base import SignedIn
from authwright.types import Account, User

ALICE = User(id="alice", name="Alice Liddell", email="alice@example.com")


async def session_cookies(auth: Auth[Any, Any], user: User = ALICE) -> dict[str, str]:
    """Return the cookies of a browser in which *user* is signed in. The ``jwt`` callback runs as in every sign-in.

    Args:
        auth: The app's ``Auth``.
        user: The user. If *auth* stores sessions in its adapter and the user does not exist there, the user is created.

    Returns:
        The values of the cookies by name.
    """
    now = time.time()
    account = Account(provider="testing", type="credentials", provider_account_id=user.id)
    signed_in = SignedIn(user=user, account=account)
    context = auth._context
    if context.has_database_sessions:
        row = await context.sessions.new_row(account.provider, Request("GET", "/"), now)
        signed_in = await context.accounts.sign_in_by_credentials(user, account, row)
    elif context.has_adapter:
        signed_in.stored = await context.accounts.is_stored(user)
    option = context.sites.home.cookies.session_token
    return {cookie.name: cookie.value for cookie in await context.sessions.begin(signed_in, option, {}, now)}
