"""A sign-up: user, account and session at once, or nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from authwright.adapters.base import Adapter
from authwright.adapters.conformance.samples import ALICE, BOB, GITHUB, session
from authwright.errors import Conflict


class SignUp:
    async def test_a_sign_up_makes_user_account_and_session(self, store: Adapter) -> None:
        made = await store.sign_up(ALICE, replace(GITHUB, user_id="other"), session(user_id="other"))
        assert made == replace(ALICE, id=made.id)
        assert await store.get_user_by_account("github", "42") == made
        assert await store.get_session_and_user("token") == (session(user_id=made.id), made)

    async def test_a_sign_up_may_be_of_a_user_alone(self, store: Adapter) -> None:
        made = await store.sign_up(ALICE, None, None)
        assert await store.get_user(made.id) == made

    async def test_a_taken_address_leaves_no_account_and_no_session(self, store: Adapter) -> None:
        await store.create_user(ALICE)
        with pytest.raises(Conflict):
            await store.sign_up(ALICE, GITHUB, session())
        assert await store.get_user_by_account("github", "42") is None
        assert await store.get_session_and_user("token") is None

    async def test_a_taken_account_leaves_no_user_and_no_session(self, store: Adapter) -> None:
        await store.sign_up(ALICE, GITHUB, None)
        with pytest.raises(Conflict):
            await store.sign_up(BOB, GITHUB, session())
        assert await store.get_user_by_email("bob@example.com") is None
        assert await store.get_session_and_user("token") is None

    async def test_a_taken_session_leaves_no_user_and_no_account(self, store: Adapter) -> None:
        await store.sign_up(ALICE, None, session())
        with pytest.raises(Conflict):
            await store.sign_up(BOB, GITHUB, session())
        assert await store.get_user_by_email("bob@example.com") is None
        assert await store.get_user_by_account("github", "42") is None
