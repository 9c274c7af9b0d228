"""The demo's two users, with their passwords hashed as a real app should, and those of its provider."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from authwright.testing import FakeUser
from authwright.types import User


@dataclass(frozen=True, slots=True)
class DemoUser:
    """Somebody who may sign in to the demo. The password is shown on its home page."""

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
    """Checks a user name and a password against the hashes of the demo's users."""

    def __init__(self) -> None:
        self._users = {one.username: one.user for one in DEMO_USERS}
        self._hashes = {one.username: _hasher.hash(one.password) for one in DEMO_USERS}
        self._nobody = _hasher.hash("nobody has this password")

    def authorize(self, credentials: Mapping[str, str]) -> User | None:
        """The user whose credentials these are, else None. Takes as long for an unknown name as for a known one."""
        username = credentials.get("username", "")
        expected = self._hashes.get(username, self._nobody)
        try:
            _hasher.verify(expected, credentials.get("password", ""))
        except VerificationError:
            return None
        return self._users.get(username)
