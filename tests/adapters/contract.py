"""What every adapter does: tests over a fixture ``adapter``, which gives an empty store.

A module of tests takes them with ``class TestMyAdapter(AdapterContract)`` and a fixture of that name.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from authwright.adapters.base import Adapter
from authwright.errors import Conflict
from authwright.types import Account, AdapterSession, User, VerificationToken

NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)
LATER = NOON + timedelta(days=30)
ALICE = User(id="", name="Alice", email="alice@example.com", image="/a.png", email_verified=NOON, extra={"role": "x"})
BOB = User(id="", name="Bob", email="bob@example.com")
GITHUB = Account(provider="github", type="oauth", provider_account_id="42")
LINK = VerificationToken(identifier="alice@example.com", token="hash", expires=NOON)


def session(token: str = "token", user_id: str = "") -> AdapterSession:
    return AdapterSession(session_token=token, user_id=user_id, expires=NOON, provider="github", sid="sid-1")


class Users:
    async def test_a_user_is_stored_with_every_field(self, adapter: Adapter) -> None:
        made = await adapter.create_user(ALICE)
        assert await adapter.get_user(made.id) == made == replace(ALICE, id=made.id)

    async def test_a_user_gets_an_id_of_the_store(self, adapter: Adapter) -> None:
        first = await adapter.create_user(replace(ALICE, id="chosen"))
        second = await adapter.create_user(replace(BOB, id="chosen"))
        assert len({first.id, second.id, "chosen", ""}) == 4

    async def test_a_user_is_found_by_the_exact_address(self, adapter: Adapter) -> None:
        made = await adapter.create_user(ALICE)
        assert await adapter.get_user_by_email("alice@example.com") == made
        assert await adapter.get_user_by_email("Alice@example.com") is None
        assert await adapter.get_user_by_email("alice@example.com ") is None

    async def test_any_text_comes_back_as_it_went_in(self, adapter: Adapter) -> None:
        extra = {"이름": ["앨리스", None, {"깊이": 1.5}], "quote": "'; DROP TABLE users; --", "lines": "a\r\nb"}
        made = await adapter.create_user(User(id="", name="앨리스 👩‍💻 é é %s :x", email="ä@例え.jp", extra=extra))
        assert await adapter.get_user_by_email("ä@例え.jp") == made
        assert (made.name, made.extra) == ("앨리스 👩‍💻 é é %s :x", extra)

    async def test_an_address_belongs_to_one_user(self, adapter: Adapter) -> None:
        made = await adapter.create_user(ALICE)
        with pytest.raises(Conflict):
            await adapter.create_user(replace(BOB, email=ALICE.email))
        assert await adapter.get_user_by_email("alice@example.com") == made

    async def test_any_number_of_users_have_no_address(self, adapter: Adapter) -> None:
        first = await adapter.create_user(User(id=""))
        second = await adapter.create_user(User(id=""))
        assert await adapter.get_user(first.id) == first
        assert await adapter.get_user(second.id) == second

    async def test_an_update_changes_the_named_fields_alone(self, adapter: Adapter) -> None:
        made = await adapter.create_user(ALICE)
        changed = await adapter.update_user(
            made.id, {"name": None, "extra": {"role": "admin"}, "email_verified": LATER}
        )
        assert changed == replace(made, name=None, extra={"role": "admin"}, email_verified=LATER)
        assert await adapter.get_user(made.id) == changed

    async def test_an_update_reaches_no_other_user(self, adapter: Adapter) -> None:
        alice, bob = await adapter.create_user(ALICE), await adapter.create_user(BOB)
        await adapter.update_user(alice.id, {"name": "Carol"})
        assert await adapter.get_user(bob.id) == bob

    async def test_an_update_of_nothing_answers_the_user(self, adapter: Adapter) -> None:
        made = await adapter.create_user(ALICE)
        assert await adapter.update_user(made.id, {}) == made == await adapter.get_user(made.id)

    async def test_an_update_cannot_take_the_address_of_another(self, adapter: Adapter) -> None:
        alice, bob = await adapter.create_user(ALICE), await adapter.create_user(BOB)
        with pytest.raises(Conflict):
            await adapter.update_user(bob.id, {"name": "Mallory", "email": alice.email})
        assert await adapter.get_user(bob.id) == bob

    @pytest.mark.parametrize("changes", [{"name": "Nobody"}, {}])
    async def test_an_update_of_no_user_is_a_key_error(self, adapter: Adapter, changes: dict[str, str]) -> None:
        with pytest.raises(KeyError):
            await adapter.update_user("nobody", changes)

    @pytest.mark.parametrize("field", ["id", "is_admin"])
    async def test_an_update_refuses_what_is_no_changeable_field(self, adapter: Adapter, field: str) -> None:
        made = await adapter.create_user(ALICE)
        with pytest.raises(TypeError, match=field):
            await adapter.update_user(made.id, {field: "x"})
        assert await adapter.get_user(made.id) == made

    async def test_who_is_missing_is_none(self, adapter: Adapter) -> None:
        assert await adapter.get_user("nobody") is None
        assert await adapter.get_user_by_email("nobody@example.com") is None
        assert await adapter.get_user_by_account("github", "nobody") is None

    async def test_a_deleted_user_takes_accounts_and_sessions_along(self, adapter: Adapter) -> None:
        made = await adapter.sign_up(ALICE, GITHUB, session())
        await adapter.delete_user(made.id)
        assert await adapter.get_user(made.id) is None
        assert await adapter.get_user_by_account("github", "42") is None
        assert await adapter.get_session_and_user("token") is None

    async def test_what_a_deleted_user_had_is_free_again(self, adapter: Adapter) -> None:
        made = await adapter.sign_up(ALICE, GITHUB, session())
        await adapter.delete_user(made.id)
        again = await adapter.sign_up(ALICE, GITHUB, session())
        assert await adapter.get_user_by_account("github", "42") == again

    async def test_a_deletion_reaches_no_other_user(self, adapter: Adapter) -> None:
        bob = await adapter.sign_up(BOB, GITHUB, session())
        alice = await adapter.create_user(ALICE)
        await adapter.delete_user(alice.id)
        await adapter.delete_user("nobody")
        assert await adapter.get_user_by_account("github", "42") == bob
        assert await adapter.get_session_and_user("token") == (session(user_id=bob.id), bob)


class Accounts:
    async def test_a_user_is_found_by_each_linked_account(self, adapter: Adapter) -> None:
        made = await adapter.create_user(ALICE)
        await adapter.link_account(replace(GITHUB, user_id=made.id))
        await adapter.link_account(replace(GITHUB, user_id=made.id, provider="google"))
        assert await adapter.get_user_by_account("github", "42") == made
        assert await adapter.get_user_by_account("google", "42") == made

    async def test_an_account_is_compared_exactly(self, adapter: Adapter) -> None:
        await adapter.sign_up(ALICE, replace(GITHUB, provider_account_id="aB"), None)
        for other in ("ab", "aB ", "AB"):
            assert await adapter.get_user_by_account("github", other) is None
        assert await adapter.get_user_by_account("GitHub", "aB") is None

    async def test_an_account_belongs_to_one_user(self, adapter: Adapter) -> None:
        alice, bob = await adapter.create_user(ALICE), await adapter.create_user(BOB)
        await adapter.link_account(replace(GITHUB, user_id=alice.id))
        with pytest.raises(Conflict):
            await adapter.link_account(replace(GITHUB, user_id=bob.id))
        assert await adapter.get_user_by_account("github", "42") == alice

    async def test_an_account_of_nobody_is_refused(self, adapter: Adapter) -> None:
        with pytest.raises(Conflict):
            await adapter.link_account(replace(GITHUB, user_id="nobody"))

    async def test_an_unlinked_account_finds_nobody(self, adapter: Adapter) -> None:
        made = await adapter.sign_up(ALICE, GITHUB, None)
        await adapter.unlink_account("github", "42")
        await adapter.unlink_account("github", "42")
        assert await adapter.get_user_by_account("github", "42") is None
        assert await adapter.get_user(made.id) == made

    async def test_tokens_are_swapped_while_the_refresh_token_is_the_expected_one(self, adapter: Adapter) -> None:
        await adapter.sign_up(ALICE, replace(GITHUB, refresh_token="one"), None)
        new = replace(GITHUB, refresh_token="two", access_token="access", expires_at=2**40)
        assert await adapter.swap_account_tokens(GITHUB, "one", new)
        assert not await adapter.swap_account_tokens(GITHUB, "one", new)
        assert await adapter.swap_account_tokens(GITHUB, "two", GITHUB)

    async def test_no_refresh_token_is_a_value_to_expect(self, adapter: Adapter) -> None:
        await adapter.sign_up(ALICE, GITHUB, None)
        new = replace(GITHUB, refresh_token="one")
        assert not await adapter.swap_account_tokens(GITHUB, "", new)
        assert await adapter.swap_account_tokens(GITHUB, None, new)
        assert not await adapter.swap_account_tokens(GITHUB, None, new)

    async def test_tokens_of_no_account_are_not_swapped(self, adapter: Adapter) -> None:
        assert not await adapter.swap_account_tokens(GITHUB, None, replace(GITHUB, refresh_token="one"))

    async def test_a_swap_reaches_no_other_account(self, adapter: Adapter) -> None:
        await adapter.sign_up(ALICE, replace(GITHUB, refresh_token="one"), None)
        await adapter.sign_up(BOB, replace(GITHUB, provider_account_id="43", refresh_token="one"), None)
        assert await adapter.swap_account_tokens(GITHUB, "one", replace(GITHUB, refresh_token="two"))
        assert await adapter.swap_account_tokens(replace(GITHUB, provider_account_id="43"), "one", GITHUB)

    async def test_a_swap_moves_the_account_to_nobody_else(self, adapter: Adapter) -> None:
        alice, bob = await adapter.sign_up(ALICE, GITHUB, None), await adapter.create_user(BOB)
        stranger = replace(GITHUB, provider_account_id="43", user_id=bob.id, refresh_token="one")
        assert await adapter.swap_account_tokens(GITHUB, None, stranger)
        assert await adapter.get_user_by_account("github", "42") == alice
        assert await adapter.get_user_by_account("github", "43") is None

    async def test_of_many_swaps_at_once_one_succeeds(self, adapter: Adapter) -> None:
        await adapter.sign_up(ALICE, replace(GITHUB, refresh_token="old"), None)
        news = [replace(GITHUB, refresh_token=f"new {number}") for number in range(12)]
        swaps = await asyncio.gather(*(adapter.swap_account_tokens(GITHUB, "old", new) for new in news))
        assert sum(swaps) == 1
        assert await adapter.swap_account_tokens(GITHUB, f"new {swaps.index(True)}", GITHUB)


class Sessions:
    async def test_a_session_is_read_with_its_user(self, adapter: Adapter) -> None:
        made = await adapter.create_user(ALICE)
        given = session(user_id=made.id)
        assert await adapter.create_session(given) == given
        assert await adapter.get_session_and_user("token") == (given, made)

    async def test_a_session_of_nobody_is_refused(self, adapter: Adapter) -> None:
        with pytest.raises(Conflict):
            await adapter.create_session(session(user_id="nobody"))

    async def test_a_session_token_is_unique(self, adapter: Adapter) -> None:
        alice, bob = await adapter.sign_up(ALICE, None, session()), await adapter.create_user(BOB)
        with pytest.raises(Conflict):
            await adapter.create_session(session(user_id=bob.id))
        assert await adapter.get_session_and_user("token") == (session(user_id=alice.id), alice)

    async def test_a_session_token_is_compared_exactly(self, adapter: Adapter) -> None:
        await adapter.sign_up(ALICE, None, session())
        assert await adapter.get_session_and_user("Token") is None
        assert await adapter.get_session_and_user("token ") is None

    async def test_an_update_moves_when_the_session_expires(self, adapter: Adapter) -> None:
        made = await adapter.sign_up(ALICE, None, session())
        await adapter.create_session(session("other", made.id))
        expected = replace(session(user_id=made.id), expires=LATER)
        assert await adapter.update_session("token", LATER) == expected
        assert await adapter.get_session_and_user("token") == (expected, made)
        assert await adapter.get_session_and_user("other") == (session("other", made.id), made)

    async def test_a_deleted_session_is_answered_once(self, adapter: Adapter) -> None:
        made = await adapter.sign_up(ALICE, None, session())
        assert await adapter.delete_session("token") == session(user_id=made.id)
        assert await adapter.delete_session("token") is None
        assert await adapter.get_session_and_user("token") is None

    async def test_a_deletion_reaches_no_other_session(self, adapter: Adapter) -> None:
        made = await adapter.sign_up(ALICE, None, session())
        await adapter.create_session(session("other", made.id))
        await adapter.delete_session("other")
        assert await adapter.get_session_and_user("token") == (session(user_id=made.id), made)

    async def test_an_update_does_not_bring_a_deleted_session_back(self, adapter: Adapter) -> None:
        await adapter.sign_up(ALICE, None, session())
        await adapter.delete_session("token")
        assert await adapter.update_session("token", LATER) is None
        assert await adapter.get_session_and_user("token") is None

    async def test_updates_beside_a_deletion_do_not_bring_the_session_back(self, adapter: Adapter) -> None:
        await adapter.sign_up(ALICE, None, session())
        updates = [adapter.update_session("token", LATER) for _ in range(10)]
        await asyncio.gather(*updates[:5], adapter.delete_session("token"), *updates[5:])
        assert await adapter.get_session_and_user("token") is None

    async def test_another_time_zone_names_the_same_instant(self, adapter: Adapter) -> None:
        seoul = NOON.astimezone(timezone(timedelta(hours=9)))
        made = await adapter.sign_up(replace(ALICE, email_verified=seoul), None, replace(session(), expires=seoul))
        found = await adapter.get_session_and_user("token")
        assert found == (session(user_id=made.id), made)
        assert found[0].expires.tzinfo is UTC
        assert found[1].email_verified is not None
        assert found[1].email_verified.tzinfo is UTC

    async def test_an_instant_without_a_time_zone_is_refused(self, adapter: Adapter) -> None:
        made = await adapter.create_user(ALICE)
        with pytest.raises(ValueError, match="time zone"):
            await adapter.create_session(replace(session(user_id=made.id), expires=NOON.replace(tzinfo=None)))


class VerificationTokens:
    async def test_a_token_is_answered_once(self, adapter: Adapter) -> None:
        await adapter.create_verification_token(LINK)
        assert await adapter.use_verification_token("alice@example.com", "hash") == LINK
        assert await adapter.use_verification_token("alice@example.com", "hash") is None

    async def test_a_token_is_for_its_identifier_alone(self, adapter: Adapter) -> None:
        await adapter.create_verification_token(LINK)
        for identifier, token in (("bob@example.com", "hash"), ("alice@example.com", "Hash"), ("", "hash")):
            assert await adapter.use_verification_token(identifier, token) is None
        assert await adapter.use_verification_token("alice@example.com", "hash") == LINK

    async def test_an_address_may_have_several_tokens(self, adapter: Adapter) -> None:
        other = replace(LINK, token="other")
        await adapter.create_verification_token(LINK)
        await adapter.create_verification_token(other)
        assert await adapter.use_verification_token(LINK.identifier, "hash") == LINK
        assert await adapter.use_verification_token(LINK.identifier, "other") == other

    async def test_a_token_is_stored_once(self, adapter: Adapter) -> None:
        await adapter.create_verification_token(LINK)
        with pytest.raises(Conflict):
            await adapter.create_verification_token(replace(LINK, expires=LATER))
        assert await adapter.use_verification_token(LINK.identifier, "hash") == LINK

    async def test_of_fifty_uses_at_once_one_gets_the_token(self, adapter: Adapter) -> None:
        await adapter.create_verification_token(LINK)
        uses = [adapter.use_verification_token(LINK.identifier, LINK.token) for _ in range(50)]
        answers = await asyncio.gather(*uses)
        assert [answer for answer in answers if answer] == [LINK]


class SignUp:
    async def test_a_sign_up_makes_user_account_and_session(self, adapter: Adapter) -> None:
        made = await adapter.sign_up(ALICE, replace(GITHUB, user_id="other"), session(user_id="other"))
        assert made == replace(ALICE, id=made.id)
        assert await adapter.get_user_by_account("github", "42") == made
        assert await adapter.get_session_and_user("token") == (session(user_id=made.id), made)

    async def test_a_sign_up_may_be_of_a_user_alone(self, adapter: Adapter) -> None:
        made = await adapter.sign_up(ALICE, None, None)
        assert await adapter.get_user(made.id) == made

    async def test_a_taken_address_leaves_no_account_and_no_session(self, adapter: Adapter) -> None:
        await adapter.create_user(ALICE)
        with pytest.raises(Conflict):
            await adapter.sign_up(ALICE, GITHUB, session())
        assert await adapter.get_user_by_account("github", "42") is None
        assert await adapter.get_session_and_user("token") is None

    async def test_a_taken_account_leaves_no_user_and_no_session(self, adapter: Adapter) -> None:
        await adapter.sign_up(ALICE, GITHUB, None)
        with pytest.raises(Conflict):
            await adapter.sign_up(BOB, GITHUB, session())
        assert await adapter.get_user_by_email("bob@example.com") is None
        assert await adapter.get_session_and_user("token") is None

    async def test_a_taken_session_leaves_no_user_and_no_account(self, adapter: Adapter) -> None:
        await adapter.sign_up(ALICE, None, session())
        with pytest.raises(Conflict):
            await adapter.sign_up(BOB, GITHUB, session())
        assert await adapter.get_user_by_email("bob@example.com") is None
        assert await adapter.get_user_by_account("github", "42") is None

    async def test_of_twenty_sign_ups_at_once_one_makes_the_user(self, adapter: Adapter) -> None:
        sign_ups = [adapter.sign_up(ALICE, None, session(f"token {number}")) for number in range(20)]
        answers = await asyncio.gather(*sign_ups, return_exceptions=True)
        made = [answer for answer in answers if isinstance(answer, User)]
        assert [await adapter.get_user_by_email("alice@example.com")] == made
        assert sum(isinstance(answer, Conflict) for answer in answers) == 19

    async def test_only_the_session_of_the_sign_up_that_won_is_there(self, adapter: Adapter) -> None:
        sign_ups = [adapter.sign_up(ALICE, None, session(f"token {number}")) for number in range(8)]
        answers = await asyncio.gather(*sign_ups, return_exceptions=True)
        found = [await adapter.get_session_and_user(f"token {number}") for number in range(8)]
        assert [one is not None for one in found] == [isinstance(answer, User) for answer in answers]


class Copies:
    async def test_changing_what_was_given_or_answered_changes_no_store(self, adapter: Adapter) -> None:
        given = replace(ALICE, extra={"roles": ["user"]})
        made = await adapter.create_user(given)
        found = await adapter.get_user(made.id)
        for one in (given, made, found):
            assert one is not None
            one.name = "Mallory"
            one.extra["roles"].append("admin")
        stored = await adapter.get_user(made.id)
        assert stored == replace(ALICE, id=made.id, extra={"roles": ["user"]})

    async def test_changing_a_session_changes_no_store(self, adapter: Adapter) -> None:
        given = session()
        made = await adapter.sign_up(ALICE, None, given)
        found = await adapter.get_session_and_user("token")
        assert found is not None
        given.expires = found[0].expires = LATER
        assert await adapter.get_session_and_user("token") == (session(user_id=made.id), made)


class AdapterContract(Users, Accounts, Sessions, VerificationTokens, SignUp, Copies):
    """All of the contract."""
