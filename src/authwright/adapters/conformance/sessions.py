"""Sessions: read with their user, moved, ended, and never brought back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta, timezone

import pytest

from authwright.adapters.base import Adapter
from authwright.adapters.conformance.samples import ALICE, BOB, LATER, NOON, session
from authwright.errors import Conflict


class Sessions:
    async def test_a_session_is_read_with_its_user(self, store: Adapter) -> None:
        made = await store.create_user(ALICE)
        given = session(user_id=made.id)
        assert await store.create_session(given) == given
        assert await store.get_session_and_user("token") == (given, made)

    async def test_a_session_of_nobody_is_refused(self, store: Adapter) -> None:
        with pytest.raises(Conflict):
            await store.create_session(session(user_id="nobody"))

    async def test_a_session_token_is_unique(self, store: Adapter) -> None:
        alice, bob = await store.sign_up(ALICE, None, session()), await store.create_user(BOB)
        with pytest.raises(Conflict):
            await store.create_session(session(user_id=bob.id))
        assert await store.get_session_and_user("token") == (session(user_id=alice.id), alice)

    async def test_a_session_token_is_compared_exactly(self, store: Adapter) -> None:
        await store.sign_up(ALICE, None, session())
        assert await store.get_session_and_user("Token") is None
        assert await store.get_session_and_user("token ") is None

    async def test_an_update_moves_when_the_session_expires(self, store: Adapter) -> None:
        made = await store.sign_up(ALICE, None, session())
        await store.create_session(session("other", made.id))
        expected = replace(session(user_id=made.id), expires=LATER)
        assert await store.update_session("token", LATER) == expected
        assert await store.get_session_and_user("token") == (expected, made)
        assert await store.get_session_and_user("other") == (session("other", made.id), made)

    async def test_a_deleted_session_is_answered_once(self, store: Adapter) -> None:
        made = await store.sign_up(ALICE, None, session())
        assert await store.delete_session("token") == session(user_id=made.id)
        assert await store.delete_session("token") is None
        assert await store.get_session_and_user("token") is None

    async def test_a_deletion_reaches_no_other_session(self, store: Adapter) -> None:
        made = await store.sign_up(ALICE, None, session())
        await store.create_session(session("other", made.id))
        await store.delete_session("other")
        assert await store.get_session_and_user("token") == (session(user_id=made.id), made)

    async def test_an_update_does_not_bring_a_deleted_session_back(self, store: Adapter) -> None:
        await store.sign_up(ALICE, None, session())
        await store.delete_session("token")
        assert await store.update_session("token", LATER) is None
        assert await store.get_session_and_user("token") is None

    async def test_another_time_zone_names_the_same_instant(self, store: Adapter) -> None:
        seoul = NOON.astimezone(timezone(timedelta(hours=9)))
        made = await store.sign_up(replace(ALICE, email_verified=seoul), None, replace(session(), expires=seoul))
        found = await store.get_session_and_user("token")
        assert found == (session(user_id=made.id), made)
        assert found[0].expires.tzinfo is UTC
        assert found[1].email_verified is not None
        assert found[1].email_verified.tzinfo is UTC

    async def test_an_instant_without_a_time_zone_is_refused(self, store: Adapter) -> None:
        made = await store.create_user(ALICE)
        with pytest.raises(ValueError, match="time zone"):
            await store.create_session(replace(session(user_id=made.id), expires=NOON.replace(tzinfo=None)))

    async def test_the_sessions_of_a_user_are_listed_where_the_store_can(self, store: Adapter) -> None:
        list_sessions = getattr(store, "list_sessions", None)
        if list_sessions is None:
            return
        alice, bob = await store.sign_up(ALICE, None, session()), await store.sign_up(BOB, None, session("other"))
        await store.create_session(session("second", alice.id))
        tokens = [one.session_token for one in await list_sessions(alice.id)]
        assert sorted(tokens) == ["second", "token"]
        assert await list_sessions(bob.id) == [session("other", bob.id)]
        assert await list_sessions("nobody") == []
