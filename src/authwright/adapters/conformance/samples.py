"""Whom and what the tests store: v4's fields alone, and instants as JavaScript knows them, to the millisecond."""

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
    """A session of that user, who is still to be known where a sign-up makes it."""
    return AdapterSession(session_token=token, user_id=user_id, expires=NOON)
