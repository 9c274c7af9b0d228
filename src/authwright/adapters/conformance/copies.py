"""A store keeps and returns copies: changing an object outside does not change the store."""

from __future__ import annotations

from dataclasses import replace

from authwright.adapters.base import Adapter
from authwright.adapters.conformance.samples import ALICE, LATER, session


class Copies:
    async def test_changing_a_user_object_does_not_change_the_store(self, store: Adapter) -> None:
        original = replace(ALICE)
        created = await store.create_user(original)
        found = await store.get_user(created.id)
        for one in (original, created, found):
            assert one is not None
            one.name = "Mallory"
        stored = await store.get_user(created.id)
        assert stored == replace(ALICE, id=created.id)

    async def test_changing_a_session_object_does_not_change_the_store(self, store: Adapter) -> None:
        original = session()
        created = await store.sign_up(ALICE, None, original)
        found = await store.get_session_and_user("token")
        assert found is not None
        original.expires = found[0].expires = LATER
        assert await store.get_session_and_user("token") == (session(user_id=created.id), created)
