"""Accounts: who they belong to, and their tokens, which are swapped rather than overwritten."""

from __future__ import annotations

from dataclasses import replace

import pytest

from authwright.adapters.base import Adapter
from authwright.adapters.conformance.samples import ALICE, BOB, GITHUB
from authwright.errors import Conflict


class Accounts:
    async def test_a_user_is_found_by_each_linked_account(self, store: Adapter) -> None:
        made = await store.create_user(ALICE)
        await store.link_account(replace(GITHUB, user_id=made.id))
        await store.link_account(replace(GITHUB, user_id=made.id, provider="google"))
        assert await store.get_user_by_account("github", "42") == made
        assert await store.get_user_by_account("google", "42") == made

    async def test_an_account_is_compared_exactly(self, store: Adapter) -> None:
        await store.sign_up(ALICE, replace(GITHUB, provider_account_id="aB"), None)
        for other in ("ab", "aB ", "AB"):
            assert await store.get_user_by_account("github", other) is None
        assert await store.get_user_by_account("GitHub", "aB") is None

    async def test_an_account_belongs_to_one_user(self, store: Adapter) -> None:
        alice, bob = await store.create_user(ALICE), await store.create_user(BOB)
        await store.link_account(replace(GITHUB, user_id=alice.id))
        with pytest.raises(Conflict):
            await store.link_account(replace(GITHUB, user_id=bob.id))
        assert await store.get_user_by_account("github", "42") == alice

    async def test_an_account_of_nobody_is_refused(self, store: Adapter) -> None:
        with pytest.raises(Conflict):
            await store.link_account(replace(GITHUB, user_id="nobody"))

    async def test_an_unlinked_account_finds_nobody(self, store: Adapter) -> None:
        made = await store.sign_up(ALICE, GITHUB, None)
        await store.unlink_account("github", "42")
        await store.unlink_account("github", "42")
        assert await store.get_user_by_account("github", "42") is None
        assert await store.get_user(made.id) == made

    async def test_a_users_accounts_are_listed_and_nobody_elses(self, store: Adapter) -> None:
        list_accounts = getattr(store, "list_accounts", None)
        if list_accounts is None:
            pytest.skip("The adapter has no list_accounts: accounts cannot be unlinked, nor their tokens refreshed.")
        alice = await store.sign_up(ALICE, replace(GITHUB, access_token="a", refresh_token="b", expires_at=7), None)
        await store.link_account(replace(GITHUB, user_id=alice.id, provider="google"))
        await store.sign_up(BOB, replace(GITHUB, provider_account_id="43"), None)
        found = sorted(await list_accounts(alice.id), key=lambda account: str(account.provider))
        assert [account.provider for account in found] == ["github", "google"]
        assert found[0] == replace(GITHUB, user_id=alice.id, access_token="a", refresh_token="b", expires_at=7)
        assert list(await list_accounts("nobody")) == []

    async def test_tokens_are_swapped_while_the_refresh_token_is_the_expected_one(self, store: Adapter) -> None:
        await store.sign_up(ALICE, replace(GITHUB, refresh_token="one"), None)
        new = replace(GITHUB, refresh_token="two", access_token="access", expires_at=2**31 - 1)
        assert await store.swap_account_tokens(GITHUB, "one", new)
        assert not await store.swap_account_tokens(GITHUB, "one", new)
        assert await store.swap_account_tokens(GITHUB, "two", GITHUB)

    async def test_no_refresh_token_is_a_value_to_expect(self, store: Adapter) -> None:
        await store.sign_up(ALICE, GITHUB, None)
        new = replace(GITHUB, refresh_token="one")
        assert not await store.swap_account_tokens(GITHUB, "", new)
        assert await store.swap_account_tokens(GITHUB, None, new)
        assert not await store.swap_account_tokens(GITHUB, None, new)

    async def test_tokens_of_no_account_are_not_swapped(self, store: Adapter) -> None:
        assert not await store.swap_account_tokens(GITHUB, None, replace(GITHUB, refresh_token="one"))

    async def test_a_swap_reaches_no_other_account(self, store: Adapter) -> None:
        await store.sign_up(ALICE, replace(GITHUB, refresh_token="one"), None)
        await store.sign_up(BOB, replace(GITHUB, provider_account_id="43", refresh_token="one"), None)
        assert await store.swap_account_tokens(GITHUB, "one", replace(GITHUB, refresh_token="two"))
        assert await store.swap_account_tokens(replace(GITHUB, provider_account_id="43"), "one", GITHUB)

    async def test_a_swap_moves_the_account_to_nobody_else(self, store: Adapter) -> None:
        alice, bob = await store.sign_up(ALICE, GITHUB, None), await store.create_user(BOB)
        stranger = replace(GITHUB, provider_account_id="43", user_id=bob.id, refresh_token="one")
        assert await store.swap_account_tokens(GITHUB, None, stranger)
        assert await store.get_user_by_account("github", "42") == alice
        assert await store.get_user_by_account("github", "43") is None
