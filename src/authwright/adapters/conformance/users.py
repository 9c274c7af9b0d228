"""Users: every field is stored, an address belongs to one user, and a deletion removes all records of the user."""

from __future__ import annotations

from dataclasses import replace

import pytest

from authwright.adapters.base import Adapter
from authwright.adapters.conformance.samples import ALICE, BOB, GITHUB, LATER, session
from authwright.errors import Conflict
from authwright.types import User


class Users:
    async def test_a_user_is_stored_with_every_field(self, store: Adapter) -> None:
        created = await store.create_user(ALICE)
        assert await store.get_user(created.id) == created == replace(ALICE, id=created.id)

    async def test_the_store_chooses_the_id_of_a_user(self, store: Adapter) -> None:
        first = await store.create_user(replace(ALICE, id="chosen"))
        second = await store.create_user(replace(BOB, id="chosen"))
        assert len({first.id, second.id, "chosen", ""}) == 4

    async def test_a_user_is_found_by_the_exact_address(self, store: Adapter) -> None:
        created = await store.create_user(ALICE)
        assert await store.get_user_by_email("alice@example.com") == created
        assert await store.get_user_by_email("Alice@example.com") is None
        assert await store.get_user_by_email("alice@example.com ") is None

    async def test_any_text_is_stored_unchanged(self, store: Adapter) -> None:
        name = "앨리스 👩‍💻 é é %s :x '; DROP TABLE users; -- a\r\nb"
        created = await store.create_user(User(id="", name=name, email="ä@例え.jp"))
        assert await store.get_user_by_email("ä@例え.jp") == created
        assert created.name == name

    async def test_an_address_belongs_to_one_user(self, store: Adapter) -> None:
        created = await store.create_user(ALICE)
        with pytest.raises(Conflict):
            await store.create_user(replace(BOB, email=ALICE.email))
        assert await store.get_user_by_email("alice@example.com") == created

    async def test_several_users_may_have_no_address(self, store: Adapter) -> None:
        first = await store.create_user(User(id=""))
        second = await store.create_user(User(id=""))
        assert await store.get_user(first.id) == first
        assert await store.get_user(second.id) == second

    async def test_an_update_changes_only_the_named_fields(self, store: Adapter) -> None:
        created = await store.create_user(ALICE)
        changed = await store.update_user(created.id, {"name": None, "email_verified": LATER})
        assert changed == replace(created, name=None, email_verified=LATER)
        assert await store.get_user(created.id) == changed

    async def test_an_update_does_not_change_other_users(self, store: Adapter) -> None:
        alice, bob = await store.create_user(ALICE), await store.create_user(BOB)
        await store.update_user(alice.id, {"name": "Carol"})
        assert await store.get_user(bob.id) == bob

    async def test_an_empty_update_returns_the_user(self, store: Adapter) -> None:
        created = await store.create_user(ALICE)
        assert await store.update_user(created.id, {}) == created == await store.get_user(created.id)

    async def test_an_update_cannot_take_another_users_address(self, store: Adapter) -> None:
        alice, bob = await store.create_user(ALICE), await store.create_user(BOB)
        with pytest.raises(Conflict):
            await store.update_user(bob.id, {"name": "Mallory", "email": alice.email})
        assert await store.get_user(bob.id) == bob

    @pytest.mark.parametrize("changes", [{"name": "Carol"}, {}])
    async def test_an_update_of_an_unknown_user_raises_key_error(self, store: Adapter, changes: dict[str, str]) -> None:
        with pytest.raises(KeyError):
            await store.update_user("unknown", changes)

    @pytest.mark.parametrize("field", ["id", "is_admin"])
    async def test_an_update_refuses_fields_that_cannot_change(self, store: Adapter, field: str) -> None:
        created = await store.create_user(ALICE)
        with pytest.raises(TypeError, match=field):
            await store.update_user(created.id, {field: "x"})
        assert await store.get_user(created.id) == created

    async def test_an_unknown_user_is_none(self, store: Adapter) -> None:
        assert await store.get_user("unknown") is None
        assert await store.get_user_by_email("unknown@example.com") is None
        assert await store.get_user_by_account("github", "unknown") is None

    async def test_deleting_a_user_deletes_the_accounts_and_sessions_too(self, store: Adapter) -> None:
        created = await store.sign_up(ALICE, GITHUB, session())
        await store.delete_user(created.id)
        assert await store.get_user(created.id) is None
        assert await store.get_user_by_account("github", "42") is None
        assert await store.get_session_and_user("token") is None

    async def test_the_address_and_account_of_a_deleted_user_can_be_used_again(self, store: Adapter) -> None:
        created = await store.sign_up(ALICE, GITHUB, session())
        await store.delete_user(created.id)
        again = await store.sign_up(ALICE, GITHUB, session())
        assert await store.get_user_by_account("github", "42") == again

    async def test_a_deletion_does_not_delete_other_users(self, store: Adapter) -> None:
        bob = await store.sign_up(BOB, GITHUB, session())
        alice = await store.create_user(ALICE)
        await store.delete_user(alice.id)
        await store.delete_user("unknown")
        assert await store.get_user_by_account("github", "42") == bob
        assert await store.get_session_and_user("token") == (session(user_id=bob.id), bob)
