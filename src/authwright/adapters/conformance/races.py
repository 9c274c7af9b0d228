"""Concurrent calls: exactly one of them wins, and no incomplete record is left."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from authwright.adapters.base import Adapter
from authwright.adapters.conformance.samples import ALICE, BOB, GITHUB, LATER, LINK, NOON, session
from authwright.errors import Conflict
from authwright.types import User


class Races:
    async def test_only_one_of_fifty_concurrent_uses_gets_the_token(self, store: Adapter) -> None:
        await store.create_verification_token(LINK)
        uses = [store.use_verification_token(LINK.identifier, LINK.token) for _ in range(50)]
        results = await asyncio.gather(*uses)
        assert [result for result in results if result] == [LINK]

    async def test_only_one_of_many_concurrent_swaps_succeeds(self, store: Adapter) -> None:
        await store.sign_up(ALICE, replace(GITHUB, refresh_token="old"), None)
        replacements = [replace(GITHUB, refresh_token=f"new {number}") for number in range(12)]
        swaps = await asyncio.gather(*(store.swap_account_tokens(GITHUB, "old", new) for new in replacements))
        assert sum(swaps) == 1
        assert await store.swap_account_tokens(GITHUB, f"new {swaps.index(True)}", GITHUB)

    async def test_only_one_of_twenty_concurrent_sign_ups_creates_the_user(self, store: Adapter) -> None:
        sign_ups = [store.sign_up(ALICE, None, session(f"token {number}")) for number in range(20)]
        results = await asyncio.gather(*sign_ups, return_exceptions=True)
        created = [result for result in results if isinstance(result, User)]
        assert [await store.get_user_by_email("alice@example.com")] == created
        assert sum(isinstance(result, Conflict) for result in results) == 19

    async def test_only_the_winning_sign_up_creates_a_session(self, store: Adapter) -> None:
        sign_ups = [store.sign_up(ALICE, None, session(f"token {number}")) for number in range(8)]
        results = await asyncio.gather(*sign_ups, return_exceptions=True)
        found = [await store.get_session_and_user(f"token {number}") for number in range(8)]
        assert [one is not None for one in found] == [isinstance(result, User) for result in results]

    async def test_concurrent_updates_do_not_restore_a_deleted_session(self, store: Adapter) -> None:
        await store.sign_up(ALICE, None, session())
        updates = [store.update_session("token", LATER) for _ in range(10)]
        await asyncio.gather(*updates[:5], store.delete_session("token"), *updates[5:])
        assert await store.get_session_and_user("token") is None

    async def test_only_one_of_two_sign_ups_with_the_same_account_creates_a_user(self, store: Adapter) -> None:
        for number in range(5):
            account = replace(GITHUB, provider_account_id=str(number))
            both = (
                store.sign_up(User(id="", email=f"{letter}{number}@x.org"), account, session(f"{letter}{number}"))
                for letter in "ab"
            )
            results = await asyncio.gather(*both, return_exceptions=True)
            assert sum(isinstance(result, Conflict) for result in results) == 1
            owner = await store.get_user_by_account("github", str(number))
            found = [await store.get_user_by_email(f"{letter}{number}@x.org") for letter in "ab"]
            assert [owner] == [user for user in found if user] == [one for one in results if isinstance(one, User)]

    async def test_only_one_of_two_sign_ups_with_the_same_address_creates_a_user(self, store: Adapter) -> None:
        for number in range(5):
            user = User(id="", email=f"{number}@example.com")
            accounts = [replace(GITHUB, provider=name, provider_account_id=str(number)) for name in ("github", "corp")]
            both = (store.sign_up(user, account, session(f"{number} {account.provider}")) for account in accounts)
            results = await asyncio.gather(*both, return_exceptions=True)
            assert sum(isinstance(result, Conflict) for result in results) == 1
            owners = [await store.get_user_by_account(one.provider, one.provider_account_id) for one in accounts]
            assert [one for one in owners if one] == [await store.get_user_by_email(f"{number}@example.com")]

    async def test_only_one_of_many_concurrent_refreshes_is_written(self, store: Adapter) -> None:
        created = await store.sign_up(ALICE, None, session())
        times = [LATER + timedelta(seconds=number) for number in range(30)]
        results = await asyncio.gather(*(store.update_session("token", one, NOON) for one in times))
        assert len({result and result.expires for result in results}) == 1
        assert results[0] is not None
        assert results[0].expires in times
        assert await store.get_session_and_user("token") == (results[0], created)

    async def test_concurrent_refreshes_do_not_undo_a_deletion_and_only_one_deletion_gets_the_session(
        self, store: Adapter
    ) -> None:
        for number in range(5):
            await store.sign_up(replace(BOB, email=None), None, session(str(number)))
            refreshes = [store.update_session(str(number), LATER, NOON) for _ in range(6)]
            deletions = [store.delete_session(str(number)) for _ in range(3)]
            results = await asyncio.gather(*refreshes[:3], *deletions, *refreshes[3:])
            assert sum(result is not None for result in results[3:6]) == 1
            assert await store.get_session_and_user(str(number)) is None
