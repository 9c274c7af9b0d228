"""Accounts: each one belongs to one user, and its tokens change only by compare-and-swap."""

from __future__ import annotations

from dataclasses import replace

import pytest

from authwright.adapters.base import Adapter
from authwright.adapters.conformance.samples import ALICE, BOB, GITHUB
from authwright.errors import Conflict


class Accounts:
    async def test_a_user_is_found_by_each_linked_account(self, store: Adapter) -> None:
        created = await store.create_user(ALICE)
        await store.link_account(replace(GITHUB, user_id=created.id))
        await store.link_account(replace(GITHUB, user_id=created.id, provider="google"))
        assert await store.get_user_by_account("github", "42") == created
        assert await store.get_user_by_account("google", "42") == created

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

    async def test_an_account_of_an_unknown_user_is_refused(self, store: Adapter) -> None:
        with pytest.raises(Conflict):
            await store.link_account(replace(GITHUB, user_id="unknown"))

    async def test_an_unlinked_account_no_longer_finds_its_user(self, store: Adapter) -> None:
        created = await store.sign_up(ALICE, GITHUB, None)
        await store.unlink_account("github", "42")
        await store.unlink_account("github", "42")
        assert await store.get_user_by_account("github", "42") is None
        assert await store.get_user(created.id) == created

    async def test_only_the_users_own_accounts_are_listed(self, store: Adapter) -> None:
        list_accounts = getattr(store, "list_accounts", None)
        if list_accounts is None:
            pytest.skip(
                "The adapter has no list_accounts(), so accounts cannot be unlinked and tokens cannot be refreshed."
            )
        alice = await store.sign_up(ALICE, replace(GITHUB, access_token="a", refresh_token="b", expires_at=7), None)
        await store.link_account(replace(GITHUB, user_id=alice.id, provider="google"))
        await store.sign_up(BOB, replace(GITHUB, provider_account_id="43"), None)
        found = sorted(await list_accounts(alice.id), key=lambda account: str(account.provider))
        assert [account.provider for account in found] == ["github", "google"]
        assert found[0] == replace(GITHUB, user_id=alice.id, access_token="a", refresh_token="b", expires_at=7)
        assert list(await list_accounts("unknown")) == []

    async def test_tokens_are_swapped_only_if_the_refresh_token_is_the_expected_one(self, store: Adapter) -> None:
        await store.sign_up(ALICE, replace(GITHUB, refresh_token="one"), None)
        new = replace(GITHUB, refresh_token="two", access_token="access", expires_at=2**31 - 1)
        assert await store.swap_account_tokens(GITHUB, "one", new)
        assert not await store.swap_account_tokens(GITHUB, "one", new)
        assert await store.swap_account_tokens(GITHUB, "two", GITHUB)

    async def test_a_swap_may_expect_that_there_is_no_refresh_token(self, store: Adapter) -> None:
        await store.sign_up(ALICE, GITHUB, None)
        new = replace(GITHUB, refresh_token="one")
        assert not await store.swap_account_tokens(GITHUB, "", new)
        assert await store.swap_account_tokens(GITHUB, None, new)
        assert not await store.swap_account_tokens(GITHUB, None, new)

    async def test_tokens_of_an_unknown_account_are_not_swapped(self, store: Adapter) -> None:
        assert not await store.swap_account_tokens(GITHUB, None, replace(GITHUB, refresh_token="one"))

    async def test_a_swap_does_not_change_other_accounts(self, store: Adapter) -> None:
        await store.sign_up(ALICE, replace(GITHUB, refresh_token="one"), None)
        await store.sign_up(BOB, replace(GITHUB, provider_account_id="43", refresh_token="one"), None)
        assert await store.swap_account_tokens(GITHUB, "one", replace(GITHUB, refresh_token="two"))
        assert await store.swap_account_tokens(replace(GITHUB, provider_account_id="43"), "one", GITHUB)

    async def test_a_swap_does_not_change_the_owner_or_the_id_of_an_account(self, store: Adapter) -> None:
        alice, bob = await store.sign_up(ALICE, GITHUB, None), await store.create_user(BOB)
        changed = replace(GITHUB, provider_account_id="43", user_id=bob.id, refresh_token="one")
        assert await store.swap_account_tokens(GITHUB, None, changed)
        assert await store.get_user_by_account("github", "42") == alice
        assert await store.get_user_by_account("github", "43") is None
