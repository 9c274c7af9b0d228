"""Fields that v4's tables do not store: ``extra``, a session's provider and creation, and times to the microsecond."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from authwright.adapters.base import Adapter
from authwright.adapters.conformance.samples import ALICE, GITHUB, LATER, LINK, NOON, session

PRECISE = NOON + timedelta(microseconds=456)


class OwnFields:
    @pytest.mark.parametrize(
        "extra",
        [
            {"role": "x"},
            {"이름": ["앨리스", None, {"깊이": 1.5}], "quote": "'; DROP TABLE users; --", "lines": "a\r\nb"},
            {"\u0130": "\U0001f469", "deep": [[[{}]]], "big": 2**53},
        ],
    )
    async def test_extra_user_data_is_stored_unchanged(self, store: Adapter, extra: dict[str, Any]) -> None:
        created = await store.create_user(replace(ALICE, extra=extra))
        assert created.extra == extra
        assert await store.get_user(created.id) == created

    async def test_an_update_can_change_the_extra_user_data(self, store: Adapter) -> None:
        created = await store.create_user(replace(ALICE, extra={"role": "user"}))
        changed = await store.update_user(created.id, {"extra": {"role": "admin"}})
        assert changed == replace(created, extra={"role": "admin"}) == await store.get_user(created.id)

    async def test_changing_the_extra_data_of_a_user_object_does_not_change_the_store(self, store: Adapter) -> None:
        original = replace(ALICE, extra={"roles": ["user"]})
        created = await store.create_user(original)
        found = await store.get_user(created.id)
        assert found is not None
        for one in (original, created, found):
            one.extra["roles"].append("admin")
        assert await store.get_user(created.id) == replace(ALICE, id=created.id, extra={"roles": ["user"]})

    async def test_a_session_keeps_its_provider_its_sid_and_its_creation_time(self, store: Adapter) -> None:
        begun = replace(session(), provider="github", sid="sid-1", created=NOON)
        created = await store.sign_up(ALICE, GITHUB, begun)
        expected = replace(begun, user_id=created.id)
        assert await store.get_session_and_user("token") == (expected, created)
        assert await store.update_session("token", NOON) == expected == await store.delete_session("token")

    async def test_times_are_stored_to_the_microsecond(self, store: Adapter) -> None:
        created = await store.sign_up(replace(ALICE, email_verified=PRECISE), None, replace(session(), expires=PRECISE))
        assert await store.get_session_and_user("token") == (
            replace(session(user_id=created.id), expires=PRECISE),
            created,
        )
        assert created.email_verified == PRECISE
        moved = await store.update_session("token", LATER, PRECISE)
        assert moved is not None
        assert moved.expires == LATER

    async def test_the_expiry_of_a_verification_token_is_stored_to_the_microsecond(self, store: Adapter) -> None:
        link = replace(LINK, expires=PRECISE)
        await store.create_verification_token(link)
        assert await store.use_verification_token(link.identifier, link.token) == link
