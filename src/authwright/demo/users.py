"""The demo's two users, with passwords hashed as in a real app, and the users of its identity provider."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from authwright.testing import FakeUser
from authwright.types import User


@dataclass(frozen=True, slots=True)
class DemoUser:
    """A user of the demo. The home page shows the password."""

    username: str
    password: str
    user: User


ALICE = User(id="alice", name="Alice Liddell", email="alice@example.com", extra={"role": "admin"})
BOB = User(id="bob", name="Bob Dodgson", email="bob@example.com", extra={"role": "member"})
DEMO_USERS = (DemoUser("alice", "wonderland", ALICE), DemoUser("bob", "looking-glass", BOB))

PROVIDER_USERS = (
    FakeUser(sub="erin", name="Erin Tenniel", email="erin@example.org"),
    FakeUser(sub="frank", name="Frank Carroll", email="frank@example.org"),
)

_hasher = PasswordHasher()


class Passwords:
    """Checks a username and a password against the hashes of the demo's users."""

    def __init__(self) -> None:
        self._users = {one.username: one.user for one in DEMO_USERS}
        self._hashes = {one.username: _hasher.hash(one.password) for one in DEMO_USERS}
        self._unknown = _hasher.hash("the hash for unknown usernames")

    def authorize(self, credentials: Mapping[str, str]) -> User | None:
        """Return the user with these credentials, or None. Takes the same time for known and unknown usernames."""
        username = credentials.get("username", "")
        expected = self._hashes.get(username, self._unknown)
        try:
            _hasher.verify(expected, credentials.get("password", ""))
        except VerificationError:
            return None
        # An unknown username has no user, even if the password matches the hash for unknown usernames.
        return self._users.get(username)
