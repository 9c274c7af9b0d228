"""What only authwright's own columns keep: ``extra``, through whom a session was begun, instants to the microsecond."""

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
    async def test_what_else_the_app_knows_of_a_user_comes_back(self, store: Adapter, extra: dict[str, Any]) -> None:
        made = await store.create_user(replace(ALICE, extra=extra))
        assert made.extra == extra
        assert await store.get_user(made.id) == made

    async def test_an_update_may_change_what_else_the_app_knows(self, store: Adapter) -> None:
        made = await store.create_user(replace(ALICE, extra={"role": "user"}))
        changed = await store.update_user(made.id, {"extra": {"role": "admin"}})
        assert changed == replace(made, extra={"role": "admin"}) == await store.get_user(made.id)

    async def test_changing_what_was_given_changes_no_stored_extra(self, store: Adapter) -> None:
        given = replace(ALICE, extra={"roles": ["user"]})
        made = await store.create_user(given)
        found = await store.get_user(made.id)
        assert found is not None
        for one in (given, made, found):
            one.extra["roles"].append("admin")
        assert await store.get_user(made.id) == replace(ALICE, id=made.id, extra={"roles": ["user"]})

    async def test_a_session_knows_when_and_through_whom_it_was_begun(self, store: Adapter) -> None:
        begun = replace(session(), provider="github", sid="sid-1", created=NOON)
        made = await store.sign_up(ALICE, GITHUB, begun)
        expected = replace(begun, user_id=made.id)
        assert await store.get_session_and_user("token") == (expected, made)
        assert await store.update_session("token", NOON) == expected == await store.delete_session("token")

    async def test_an_instant_comes_back_to_the_microsecond(self, store: Adapter) -> None:
        made = await store.sign_up(replace(ALICE, email_verified=PRECISE), None, replace(session(), expires=PRECISE))
        assert await store.get_session_and_user("token") == (replace(session(user_id=made.id), expires=PRECISE), made)
        assert made.email_verified == PRECISE
        moved = await store.update_session("token", LATER, PRECISE)
        assert moved is not None
        assert moved.expires == LATER

    async def test_a_link_is_precise_too(self, store: Adapter) -> None:
        link = replace(LINK, expires=PRECISE)
        await store.create_verification_token(link)
        assert await store.use_verification_token(link.identifier, link.token) == link
