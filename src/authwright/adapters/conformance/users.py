"""Users: every field comes back, an address is one user's, and a deletion takes all along."""

from __future__ import annotations

from dataclasses import replace

import pytest

from authwright.adapters.base import Adapter
from authwright.adapters.conformance.samples import ALICE, BOB, GITHUB, LATER, session
from authwright.errors import Conflict
from authwright.types import User


class Users:
    async def test_a_user_is_stored_with_every_field(self, store: Adapter) -> None:
        made = await store.create_user(ALICE)
        assert await store.get_user(made.id) == made == replace(ALICE, id=made.id)

    async def test_a_user_gets_an_id_of_the_store(self, store: Adapter) -> None:
        first = await store.create_user(replace(ALICE, id="chosen"))
        second = await store.create_user(replace(BOB, id="chosen"))
        assert len({first.id, second.id, "chosen", ""}) == 4

    async def test_a_user_is_found_by_the_exact_address(self, store: Adapter) -> None:
        made = await store.create_user(ALICE)
        assert await store.get_user_by_email("alice@example.com") == made
        assert await store.get_user_by_email("Alice@example.com") is None
        assert await store.get_user_by_email("alice@example.com ") is None

    async def test_any_text_comes_back_as_it_went_in(self, store: Adapter) -> None:
        name = "앨리스 👩‍💻 é é %s :x '; DROP TABLE users; -- a\r\nb"
        made = await store.create_user(User(id="", name=name, email="ä@例え.jp"))
        assert await store.get_user_by_email("ä@例え.jp") == made
        assert made.name == name

    async def test_an_address_belongs_to_one_user(self, store: Adapter) -> None:
        made = await store.create_user(ALICE)
        with pytest.raises(Conflict):
            await store.create_user(replace(BOB, email=ALICE.email))
        assert await store.get_user_by_email("alice@example.com") == made

    async def test_any_number_of_users_have_no_address(self, store: Adapter) -> None:
        first = await store.create_user(User(id=""))
        second = await store.create_user(User(id=""))
        assert await store.get_user(first.id) == first
        assert await store.get_user(second.id) == second

    async def test_an_update_changes_the_named_fields_alone(self, store: Adapter) -> None:
        made = await store.create_user(ALICE)
        changed = await store.update_user(made.id, {"name": None, "email_verified": LATER})
        assert changed == replace(made, name=None, email_verified=LATER)
        assert await store.get_user(made.id) == changed

    async def test_an_update_reaches_no_other_user(self, store: Adapter) -> None:
        alice, bob = await store.create_user(ALICE), await store.create_user(BOB)
        await store.update_user(alice.id, {"name": "Carol"})
        assert await store.get_user(bob.id) == bob

    async def test_an_update_of_nothing_answers_the_user(self, store: Adapter) -> None:
        made = await store.create_user(ALICE)
        assert await store.update_user(made.id, {}) == made == await store.get_user(made.id)

    async def test_an_update_cannot_take_the_address_of_another(self, store: Adapter) -> None:
        alice, bob = await store.create_user(ALICE), await store.create_user(BOB)
        with pytest.raises(Conflict):
            await store.update_user(bob.id, {"name": "Mallory", "email": alice.email})
        assert await store.get_user(bob.id) == bob

    @pytest.mark.parametrize("changes", [{"name": "Nobody"}, {}])
    async def test_an_update_of_no_user_is_a_key_error(self, store: Adapter, changes: dict[str, str]) -> None:
        with pytest.raises(KeyError):
            await store.update_user("nobody", changes)

    @pytest.mark.parametrize("field", ["id", "is_admin"])
    async def test_an_update_refuses_what_is_no_changeable_field(self, store: Adapter, field: str) -> None:
        made = await store.create_user(ALICE)
        with pytest.raises(TypeError, match=field):
            await store.update_user(made.id, {field: "x"})
        assert await store.get_user(made.id) == made

    async def test_who_is_missing_is_none(self, store: Adapter) -> None:
        assert await store.get_user("nobody") is None
        assert await store.get_user_by_email("nobody@example.com") is None
        assert await store.get_user_by_account("github", "nobody") is None

    async def test_a_deleted_user_takes_accounts_and_sessions_along(self, store: Adapter) -> None:
        made = await store.sign_up(ALICE, GITHUB, session())
        await store.delete_user(made.id)
        assert await store.get_user(made.id) is None
        assert await store.get_user_by_account("github", "42") is None
        assert await store.get_session_and_user("token") is None

    async def test_what_a_deleted_user_had_is_free_again(self, store: Adapter) -> None:
        made = await store.sign_up(ALICE, GITHUB, session())
        await store.delete_user(made.id)
        again = await store.sign_up(ALICE, GITHUB, session())
        assert await store.get_user_by_account("github", "42") == again

    async def test_a_deletion_reaches_no_other_user(self, store: Adapter) -> None:
        bob = await store.sign_up(BOB, GITHUB, session())
        alice = await store.create_user(ALICE)
        await store.delete_user(alice.id)
        await store.delete_user("nobody")
        assert await store.get_user_by_account("github", "42") == bob
        assert await store.get_session_and_user("token") == (session(user_id=bob.id), bob)
