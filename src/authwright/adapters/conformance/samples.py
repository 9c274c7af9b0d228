"""The records that the tests store: only the fields of NextAuth.js v4, with times to the millisecond."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from authwright.types import Account, AdapterSession, User, VerificationToken

NOON = datetime(2096, 11, 23, 12, 0, 0, 123000, tzinfo=UTC)
LATER = NOON + timedelta(days=30)
ALICE = User(id="", name="Alice", email="alice@example.com", image="/a.png", email_verified=NOON)
BOB = User(id="", name="Bob", email="bob@example.com")
GITHUB = Account(provider="github", type="oauth", provider_account_id="42")
LINK = VerificationToken(identifier="alice@example.com", token="hash", expires=NOON)


def session(token: str = "token", user_id: str = "") -> AdapterSession:
    """Return a session of the user *user_id*. Leave *user_id* empty for a session that a sign-up creates."""
    return AdapterSession(session_token=token, user_id=user_id, expires=NOON)
