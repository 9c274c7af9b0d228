"""Django's own users beside authwright's: who is found or refused, what each sees of the other's changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from authwright.adapters.conformance.samples import ALICE, GITHUB, NOON, session
from authwright.errors import AccessDenied, ConfigurationError, Conflict
from authwright.types import User
from support.clock import Clock
from support.django_site import configure, orm

configure()

from django.contrib.auth.models import User as DjangoUser  # noqa: E402
from django.db import connections  # noqa: E402
from django.db.models.signals import post_save  # noqa: E402
from django.test import override_settings  # noqa: E402

from authwright.adapters.django import DjangoAdapter  # noqa: E402
from authwright.adapters.django.models import Profile  # noqa: E402


@pytest.fixture
def adapter(sqlite_site: str) -> DjangoAdapter:
    return DjangoAdapter()


async def make(**fields: Any) -> DjangoUser:
    """A user as the admin makes one."""
    return await orm(lambda: DjangoUser.objects.create_user(**{"username": "ada", "password": "lovelace", **fields}))


async def change(user_id: str, **columns: object) -> None:
    await orm(lambda: DjangoUser.objects.filter(pk=user_id).update(**columns))


async def test_a_new_user_is_one_of_djangos_with_a_name_an_address_and_no_password(adapter: DjangoAdapter) -> None:
    made = await adapter.create_user(ALICE)
    row = await orm(lambda: DjangoUser.objects.get(pk=made.id))
    assert (row.first_name, row.last_name, row.email) == ("Alice", "", "alice@example.com")
    assert not row.has_usable_password()
    await orm(row.full_clean)


async def test_a_user_of_djangos_is_found_by_id_with_the_name_and_address_that_django_has(
    adapter: DjangoAdapter,
) -> None:
    row = await make(first_name="Ada", last_name="Lovelace", email="ada@example.com")
    assert await adapter.get_user(str(row.pk)) == User(id=str(row.pk), name="Ada Lovelace", email="ada@example.com")


async def test_an_address_that_django_never_proved_finds_nobody_and_is_nobody_elses(adapter: DjangoAdapter) -> None:
    await make(email="Alice@Example.com")
    assert await adapter.get_user_by_email("alice@example.com") is None
    with pytest.raises(Conflict):
        await adapter.sign_up(ALICE, GITHUB, session())
    assert await orm(DjangoUser.objects.count) == 1


async def test_an_address_that_the_app_gives_to_its_user_finds_them(adapter: DjangoAdapter) -> None:
    row = await make(first_name="Ada", last_name="Lovelace", email="Ada@Example.com")
    given = await adapter.update_user(str(row.pk), {"email": "ada@example.com", "email_verified": NOON})
    assert given == User(id=str(row.pk), name="Ada Lovelace", email="ada@example.com", email_verified=NOON)
    assert await adapter.get_user_by_email("ada@example.com") == given


async def test_an_address_of_another_user_of_djangos_is_not_given_away(adapter: DjangoAdapter) -> None:
    made = await adapter.create_user(ALICE)
    await make(email="ada@example.com")
    with pytest.raises(Conflict):
        await adapter.update_user(made.id, {"email": "ada@example.com"})


async def test_no_address_is_verified_by_a_word_about_another(adapter: DjangoAdapter) -> None:
    row = await make(email="ada@example.com")
    changed = await adapter.update_user(str(row.pk), {"email_verified": NOON})
    assert (changed.email, changed.email_verified) == ("ada@example.com", None)
    given = await adapter.update_user(str(row.pk), {"email": "new@example.com"})
    assert (given.email, given.email_verified) == ("new@example.com", None)


async def test_a_name_that_the_app_changes_in_django_is_the_users_name(adapter: DjangoAdapter) -> None:
    made = await adapter.create_user(replace(ALICE, name="A" * 200))
    assert made.name == "A" * 200
    await change(made.id, first_name="Alice", last_name="Liddell")
    found = await adapter.get_user(made.id)
    assert found is not None
    assert found.name == "Alice Liddell"
    changed = await adapter.update_user(made.id, {"name": "Alice P. Liddell"})
    assert changed.name == "Alice P. Liddell" == (await orm(lambda: DjangoUser.objects.get())).get_full_name()


async def test_the_app_hears_of_new_and_changed_users_by_djangos_signals(adapter: DjangoAdapter) -> None:
    heard: list[bool] = []

    def note(created: bool, **rest: object) -> None:
        heard.append(created)

    post_save.connect(note, sender=DjangoUser)
    try:
        made = await adapter.create_user(ALICE)
        await adapter.update_user(made.id, {"name": "Carol"})
    finally:
        post_save.disconnect(note, sender=DjangoUser)
    assert heard == [True, False]


async def test_a_user_who_is_not_active_is_nobody_from_that_moment(adapter: DjangoAdapter) -> None:
    made = await adapter.sign_up(ALICE, GITHUB, session())
    await change(made.id, is_active=False)
    assert await adapter.get_session_and_user("token") is None
    assert await adapter.get_user(made.id) is None
    assert await adapter.get_user_by_email("alice@example.com") is None
    assert await adapter.get_user_by_account("github", "42") is None
    await change(made.id, is_active=True)
    assert await adapter.get_session_and_user("token") == (session(user_id=made.id), made)


@pytest.mark.parametrize(
    "again",
    [
        lambda adapter: adapter.sign_up(ALICE, None, None),
        lambda adapter: adapter.sign_up(User(id=""), GITHUB, None),
        lambda adapter: adapter.sign_up(ALICE, GITHUB, session("new")),
    ],
)
async def test_what_an_inactive_user_has_makes_no_other_user(
    adapter: DjangoAdapter, again: Callable[[DjangoAdapter], Any]
) -> None:
    made = await adapter.sign_up(ALICE, GITHUB, session())
    await change(made.id, is_active=False)
    with pytest.raises(AccessDenied):
        await again(adapter)
    assert await orm(DjangoUser.objects.count) == 1


async def test_a_user_whom_the_app_deletes_takes_accounts_and_sessions_along(adapter: DjangoAdapter) -> None:
    made = await adapter.sign_up(ALICE, GITHUB, session())
    await orm(lambda: DjangoUser.objects.get(pk=made.id).delete())
    assert await adapter.get_session_and_user("token") is None
    assert await adapter.get_user_by_account("github", "42") is None
    assert await orm(Profile.objects.count) == 0


async def test_a_password_of_djangos_signs_in_the_user_whose_it_is_and_makes_nobody(adapter: DjangoAdapter) -> None:
    row = await make()
    for _ in range(2):
        found = await adapter.authenticate(username="ada", password="lovelace")
        assert found == User(id=str(row.pk)) == await adapter.get_user_by_account("credentials", str(row.pk))
    assert await adapter.authenticate(username="ada", password="byron") is None
    await change(str(row.pk), is_active=False)
    assert await adapter.authenticate(username="ada", password="lovelace") is None
    assert await orm(DjangoUser.objects.count) == 1


async def test_a_password_signs_nobody_in_as_the_owner_of_an_account_of_that_name(adapter: DjangoAdapter) -> None:
    row = await make()
    await adapter.sign_up(ALICE, replace(GITHUB, provider="credentials", provider_account_id=str(row.pk)), None)
    assert await adapter.authenticate(username="ada", password="lovelace") is None


@pytest.mark.parametrize("user_id", ["", "0", "-1", "01", " 1", "1 ", "١", "1.0", "nobody", "9" * 40, "\x00", "None"])
async def test_text_that_is_no_id_names_nobody(adapter: DjangoAdapter, user_id: str) -> None:
    row = await make()
    await orm(lambda: DjangoUser.objects.filter(pk=row.pk).update(id=1))
    assert await adapter.get_user(user_id) is None
    assert await adapter.list_sessions(user_id) == []
    with pytest.raises(Conflict):
        await adapter.create_session(session(user_id=user_id))


async def test_a_session_is_read_with_its_user_by_one_query(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    adapter = DjangoAdapter()
    made = await adapter.sign_up(ALICE, GITHUB, session())
    await adapter.create_session(session("of Ada", str((await make()).pk)))
    seen: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        seen.append(sql)
        return execute(sql, *rest)

    read = adapter._database._read

    def noting(work: Any) -> Any:
        with connections[site].execute_wrapper(note):
            return read(work)

    monkeypatch.setattr(adapter._database, "_read", noting)
    assert await adapter.get_session_and_user("token") == (session(user_id=made.id), made)
    assert await adapter.get_session_and_user("of Ada") is not None
    assert await adapter.get_session_and_user("of nobody") is None
    assert len(seen) == 3


async def test_what_has_expired_is_deleted_and_nothing_else(adapter: DjangoAdapter) -> None:
    from django.core.management import call_command

    made = await adapter.sign_up(ALICE, None, session())
    old = NOON.replace(year=2000)
    await adapter.create_session(replace(session("old", made.id), expires=old))
    await orm(lambda: call_command("authwright_cleanup"))
    assert await adapter.list_sessions(made.id) == [session(user_id=made.id)]


async def test_a_host_whose_clock_is_fast_deletes_no_session_of_another_host(
    adapter: DjangoAdapter, clock: Clock
) -> None:
    from django.core.management import call_command

    in_ten_days = datetime.now(UTC) + timedelta(days=10)
    alice = await adapter.sign_up(ALICE, None, replace(session(), expires=in_ten_days))
    clock.offset = 40 * 86400
    await orm(lambda: call_command("authwright_cleanup"))
    for number in range(100):
        await adapter.create_session(session(f"new {number}", alice.id))
    assert len(await adapter.list_sessions(alice.id)) == 101


async def test_a_hundred_sign_ins_delete_what_has_expired_and_nothing_else(adapter: DjangoAdapter) -> None:
    alice = await adapter.create_user(ALICE)
    past = NOON.replace(year=2001)
    for number in range(3):
        await adapter.create_session(replace(session(f"old {number}", alice.id), expires=past))
    for number in range(100):
        await adapter.create_session(session(f"new {number}", alice.id))
    assert {one.session_token[:3] for one in await adapter.list_sessions(alice.id)} == {"new"}


def test_the_models_are_those_of_the_migrations(sqlite_site: str) -> None:
    from django.core.management import call_command

    call_command("makemigrations", "authwright", check=True, dry_run=True, verbosity=0)
    connections.close_all()


@pytest.mark.parametrize(
    ("option", "value"),
    [("INSTALLED_APPS", ["django.contrib.contenttypes", "django.contrib.auth"]), ("USE_TZ", False)],
)
def test_a_site_that_cannot_keep_the_contract_is_refused_at_once(sqlite_site: str, option: str, value: Any) -> None:
    with override_settings(**{option: value}), pytest.raises(ConfigurationError, match=option):
        DjangoAdapter()


def test_a_database_that_compares_text_without_case_is_refused_at_once(
    sqlite_site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections[sqlite_site], "vendor", "mysql")
    with pytest.raises(ConfigurationError, match="DATABASES"):
        DjangoAdapter()
