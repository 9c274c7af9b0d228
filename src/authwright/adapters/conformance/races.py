"""What many callers do at one instant: one of them wins, and nothing is left half made."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from authwright.adapters.base import Adapter
from authwright.adapters.conformance.samples import ALICE, BOB, GITHUB, LATER, LINK, NOON, session
from authwright.errors import Conflict
from authwright.types import User


class Races:
    async def test_of_fifty_uses_at_once_one_gets_the_token(self, store: Adapter) -> None:
        await store.create_verification_token(LINK)
        uses = [store.use_verification_token(LINK.identifier, LINK.token) for _ in range(50)]
        answers = await asyncio.gather(*uses)
        assert [answer for answer in answers if answer] == [LINK]

    async def test_of_many_swaps_at_once_one_succeeds(self, store: Adapter) -> None:
        await store.sign_up(ALICE, replace(GITHUB, refresh_token="old"), None)
        news = [replace(GITHUB, refresh_token=f"new {number}") for number in range(12)]
        swaps = await asyncio.gather(*(store.swap_account_tokens(GITHUB, "old", new) for new in news))
        assert sum(swaps) == 1
        assert await store.swap_account_tokens(GITHUB, f"new {swaps.index(True)}", GITHUB)

    async def test_of_twenty_sign_ups_at_once_one_makes_the_user(self, store: Adapter) -> None:
        sign_ups = [store.sign_up(ALICE, None, session(f"token {number}")) for number in range(20)]
        answers = await asyncio.gather(*sign_ups, return_exceptions=True)
        made = [answer for answer in answers if isinstance(answer, User)]
        assert [await store.get_user_by_email("alice@example.com")] == made
        assert sum(isinstance(answer, Conflict) for answer in answers) == 19

    async def test_only_the_session_of_the_sign_up_that_won_is_there(self, store: Adapter) -> None:
        sign_ups = [store.sign_up(ALICE, None, session(f"token {number}")) for number in range(8)]
        answers = await asyncio.gather(*sign_ups, return_exceptions=True)
        found = [await store.get_session_and_user(f"token {number}") for number in range(8)]
        assert [one is not None for one in found] == [isinstance(answer, User) for answer in answers]

    async def test_updates_beside_a_deletion_do_not_bring_the_session_back(self, store: Adapter) -> None:
        await store.sign_up(ALICE, None, session())
        updates = [store.update_session("token", LATER) for _ in range(10)]
        await asyncio.gather(*updates[:5], store.delete_session("token"), *updates[5:])
        assert await store.get_session_and_user("token") is None

    async def test_of_two_sign_ups_with_one_account_one_makes_the_user(self, store: Adapter) -> None:
        for number in range(5):
            account = replace(GITHUB, provider_account_id=str(number))
            both = (
                store.sign_up(User(id="", email=f"{letter}{number}@x.org"), account, session(f"{letter}{number}"))
                for letter in "ab"
            )
            answers = await asyncio.gather(*both, return_exceptions=True)
            assert sum(isinstance(answer, Conflict) for answer in answers) == 1
            owner = await store.get_user_by_account("github", str(number))
            found = [await store.get_user_by_email(f"{letter}{number}@x.org") for letter in "ab"]
            assert [owner] == [user for user in found if user] == [one for one in answers if isinstance(one, User)]

    async def test_of_two_sign_ups_with_one_address_one_makes_the_user(self, store: Adapter) -> None:
        for number in range(5):
            user = User(id="", email=f"{number}@example.com")
            accounts = [replace(GITHUB, provider=name, provider_account_id=str(number)) for name in ("github", "corp")]
            both = (store.sign_up(user, account, session(f"{number} {account.provider}")) for account in accounts)
            answers = await asyncio.gather(*both, return_exceptions=True)
            assert sum(isinstance(answer, Conflict) for answer in answers) == 1
            owners = [await store.get_user_by_account(one.provider, one.provider_account_id) for one in accounts]
            assert [one for one in owners if one] == [await store.get_user_by_email(f"{number}@example.com")]

    async def test_of_many_refreshes_of_one_session_one_is_written(self, store: Adapter) -> None:
        made = await store.sign_up(ALICE, None, session())
        instants = [LATER + timedelta(seconds=number) for number in range(30)]
        answers = await asyncio.gather(*(store.update_session("token", one, NOON) for one in instants))
        assert len({answer and answer.expires for answer in answers}) == 1
        assert answers[0] is not None
        assert answers[0].expires in instants
        assert await store.get_session_and_user("token") == (answers[0], made)

    async def test_a_deletion_between_refreshes_is_answered_to_one_and_stays(self, store: Adapter) -> None:
        for number in range(5):
            await store.sign_up(replace(BOB, email=None), None, session(str(number)))
            refreshes = [store.update_session(str(number), LATER, NOON) for _ in range(6)]
            deletions = [store.delete_session(str(number)) for _ in range(3)]
            answers = await asyncio.gather(*refreshes[:3], *deletions, *refreshes[3:])
            assert sum(answer is not None for answer in answers[3:6]) == 1
            assert await store.get_session_and_user(str(number)) is None
