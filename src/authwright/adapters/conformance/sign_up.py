"""A sign-up creates the user, the account and the session together, or nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from authwright.adapters.base import Adapter
from authwright.adapters.conformance.samples import ALICE, BOB, GITHUB, session
from authwright.errors import Conflict


class SignUp:
    async def test_a_sign_up_creates_the_user_the_account_and_the_session(self, store: Adapter) -> None:
        created = await store.sign_up(ALICE, replace(GITHUB, user_id="other"), session(user_id="other"))
        assert created == replace(ALICE, id=created.id)
        assert await store.get_user_by_account("github", "42") == created
        assert await store.get_session_and_user("token") == (session(user_id=created.id), created)

    async def test_a_sign_up_may_create_only_a_user(self, store: Adapter) -> None:
        created = await store.sign_up(ALICE, None, None)
        assert await store.get_user(created.id) == created

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

    async def test_a_taken_session_token_leaves_no_user_and_no_account(self, store: Adapter) -> None:
        await store.sign_up(ALICE, None, session())
        with pytest.raises(Conflict):
            await store.sign_up(BOB, GITHUB, session())
        assert await store.get_user_by_email("bob@example.com") is None
        assert await store.get_user_by_account("github", "42") is None
