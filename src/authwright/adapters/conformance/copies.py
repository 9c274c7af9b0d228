"""What goes in and what comes out are copies."""

from __future__ import annotations

from dataclasses import replace

from authwright.adapters.base import Adapter
from authwright.adapters.conformance.samples import ALICE, LATER, session


class Copies:
    async def test_changing_what_was_given_or_answered_changes_no_store(self, store: Adapter) -> None:
        given = replace(ALICE)
        made = await store.create_user(given)
        found = await store.get_user(made.id)
        for one in (given, made, found):
            assert one is not None
            one.name = "Mallory"
        stored = await store.get_user(made.id)
        assert stored == replace(ALICE, id=made.id)

    async def test_changing_a_session_changes_no_store(self, store: Adapter) -> None:
        given = session()
        made = await store.sign_up(ALICE, None, given)
        found = await store.get_session_and_user("token")
        assert found is not None
        given.expires = found[0].expires = LATER
        assert await store.get_session_and_user("token") == (session(user_id=made.id), made)
