"""Sessions: they are read with their user, extended and deleted; a deleted session never returns."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta, timezone

import pytest

from authwright.adapters.base import Adapter
from authwright.adapters.conformance.samples import ALICE, BOB, LATER, NOON, session
from authwright.errors import Conflict


class Sessions:
    async def test_a_session_is_read_with_its_user(self, store: Adapter) -> None:
        created = await store.create_user(ALICE)
        original = session(user_id=created.id)
        assert await store.create_session(original) == original
        assert await store.get_session_and_user("token") == (original, created)

    async def test_a_session_of_an_unknown_user_is_refused(self, store: Adapter) -> None:
        with pytest.raises(Conflict):
            await store.create_session(session(user_id="unknown"))

    async def test_a_session_token_is_unique(self, store: Adapter) -> None:
        alice, bob = await store.sign_up(ALICE, None, session()), await store.create_user(BOB)
        with pytest.raises(Conflict):
            await store.create_session(session(user_id=bob.id))
        assert await store.get_session_and_user("token") == (session(user_id=alice.id), alice)

    async def test_a_session_token_is_compared_exactly(self, store: Adapter) -> None:
        await store.sign_up(ALICE, None, session())
        assert await store.get_session_and_user("Token") is None
        assert await store.get_session_and_user("token ") is None

    async def test_an_update_changes_when_the_session_expires(self, store: Adapter) -> None:
        created = await store.sign_up(ALICE, None, session())
        await store.create_session(session("other", created.id))
        expected = replace(session(user_id=created.id), expires=LATER)
        assert await store.update_session("token", LATER) == expected
        assert await store.get_session_and_user("token") == (expected, created)
        assert await store.get_session_and_user("other") == (session("other", created.id), created)

    async def test_a_deletion_returns_the_session_only_once(self, store: Adapter) -> None:
        created = await store.sign_up(ALICE, None, session())
        assert await store.delete_session("token") == session(user_id=created.id)
        assert await store.delete_session("token") is None
        assert await store.get_session_and_user("token") is None

    async def test_a_deletion_does_not_delete_other_sessions(self, store: Adapter) -> None:
        created = await store.sign_up(ALICE, None, session())
        await store.create_session(session("other", created.id))
        await store.delete_session("other")
        assert await store.get_session_and_user("token") == (session(user_id=created.id), created)

    async def test_an_update_does_not_restore_a_deleted_session(self, store: Adapter) -> None:
        await store.sign_up(ALICE, None, session())
        await store.delete_session("token")
        assert await store.update_session("token", LATER) is None
        assert await store.get_session_and_user("token") is None

    async def test_times_in_another_time_zone_are_stored_in_utc(self, store: Adapter) -> None:
        seoul = NOON.astimezone(timezone(timedelta(hours=9)))
        created = await store.sign_up(replace(ALICE, email_verified=seoul), None, replace(session(), expires=seoul))
        found = await store.get_session_and_user("token")
        assert found == (session(user_id=created.id), created)
        assert found[0].expires.tzinfo is UTC
        assert found[1].email_verified is not None
        assert found[1].email_verified.tzinfo is UTC

    async def test_a_time_without_a_time_zone_is_refused(self, store: Adapter) -> None:
        created = await store.create_user(ALICE)
        with pytest.raises(ValueError, match="time zone"):
            await store.create_session(replace(session(user_id=created.id), expires=NOON.replace(tzinfo=None)))

    async def test_only_the_users_own_sessions_are_listed(self, store: Adapter) -> None:
        list_sessions = getattr(store, "list_sessions", None)
        if list_sessions is None:
            return
        alice, bob = await store.sign_up(ALICE, None, session()), await store.sign_up(BOB, None, session("other"))
        await store.create_session(session("second", alice.id))
        tokens = [one.session_token for one in await list_sessions(alice.id)]
        assert sorted(tokens) == ["second", "token"]
        assert await list_sessions(bob.id) == [session("other", bob.id)]
        assert await list_sessions("unknown") == []
