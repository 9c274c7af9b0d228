"""Django users and authwright users are the same rows: lookups, refusals, and changes from either side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from authwright.adapters.conformance.samples import ALICE, GITHUB, NOON, session
from authwright.errors import AccessDenied, ConfigurationError, Conflict
from authwright.types import User
from support.apps import make_auth
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
    """Create a user with a password, as Django's admin does."""
    return await orm(lambda: DjangoUser.objects.create_user(**{"username": "ada", "password": "lovelace", **fields}))


async def change(user_id: str, **columns: object) -> None:
    await orm(lambda: DjangoUser.objects.filter(pk=user_id).update(**columns))


async def test_a_new_user_is_a_django_user_with_a_name_an_address_and_no_password(adapter: DjangoAdapter) -> None:
    created = await adapter.create_user(ALICE)
    row = await orm(lambda: DjangoUser.objects.get(pk=created.id))
    assert (row.first_name, row.last_name, row.email) == ("Alice", "", "alice@example.com")
    assert not row.has_usable_password()
    await orm(row.full_clean)


async def test_a_django_user_is_found_by_id_with_the_name_and_address_from_django(
    adapter: DjangoAdapter,
) -> None:
    row = await make(first_name="Ada", last_name="Lovelace", email="ada@example.com")
    assert await adapter.get_user(str(row.pk)) == User(id=str(row.pk), name="Ada Lovelace", email="ada@example.com")


async def test_an_unverified_django_address_finds_no_user_but_stays_taken(adapter: DjangoAdapter) -> None:
    await make(email="Alice@Example.com")
    assert await adapter.get_user_by_email("alice@example.com") is None
    with pytest.raises(Conflict):
        await adapter.sign_up(ALICE, GITHUB, session())
    assert await orm(DjangoUser.objects.count) == 1


@pytest.mark.parametrize(
    ("in_django", "new"),
    [
        ("JOS\u00c9@Example.com", "jos\u00e9@example.com"),
        ("jose\u0301@example.com", "jos\u00e9@example.com"),
        ("Ada@B\u00dcCHER.example", "ada@xn--bcher-kva.example"),
        ("ada@XN--BCHER-KVA.example", "ada@xn--bcher-kva.example"),
    ],
)
async def test_a_django_address_in_other_characters_stays_taken_too(site: str, in_django: str, new: str) -> None:
    adapter = DjangoAdapter()
    row = await orm(lambda: DjangoUser.objects.using(site).create(username="ada", email=in_django))
    with pytest.raises(Conflict):
        await adapter.sign_up(replace(ALICE, email=new), GITHUB, session())
    assert (await adapter.update_user(str(row.pk), {"email": new})).email == new
    assert (await adapter.create_user(replace(ALICE, email="jose@example.com"))).email == "jose@example.com"


async def test_auth_finds_and_stores_django_users_by_the_normal_form(adapter: DjangoAdapter) -> None:
    auth = make_auth(adapter=adapter)
    created = await auth.adapter.create_user(replace(ALICE, email="ALICE@EXAMPLE.COM"))
    assert created.email == (await orm(lambda: DjangoUser.objects.get(pk=created.id))).email == "alice@example.com"
    assert await auth.adapter.get_user_by_email("Alice@Example.com") == created
    cleared = await auth.adapter.update_user(created.id, {"email": ""})
    assert (cleared.email, (await auth.adapter.create_user(User(id="", email=""))).email) == (None, None)


async def test_a_user_is_found_by_an_address_that_the_app_has_verified(adapter: DjangoAdapter) -> None:
    row = await make(first_name="Ada", last_name="Lovelace", email="Ada@Example.com")
    given = await adapter.update_user(str(row.pk), {"email": "ada@example.com", "email_verified": NOON})
    assert given == User(id=str(row.pk), name="Ada Lovelace", email="ada@example.com", email_verified=NOON)
    assert await adapter.get_user_by_email("ada@example.com") == given


async def test_an_update_cannot_take_the_address_of_another_django_user(adapter: DjangoAdapter) -> None:
    created = await adapter.create_user(ALICE)
    await make(email="ada@example.com")
    with pytest.raises(Conflict):
        await adapter.update_user(created.id, {"email": "ada@example.com"})


async def test_verifying_one_address_does_not_verify_another(adapter: DjangoAdapter) -> None:
    row = await make(email="ada@example.com")
    changed = await adapter.update_user(str(row.pk), {"email_verified": NOON})
    assert (changed.email, changed.email_verified) == ("ada@example.com", None)
    given = await adapter.update_user(str(row.pk), {"email": "new@example.com"})
    assert (given.email, given.email_verified) == ("new@example.com", None)


async def test_a_name_changed_in_django_becomes_the_name_of_the_user(adapter: DjangoAdapter) -> None:
    created = await adapter.create_user(replace(ALICE, name="A" * 200))
    assert created.name == "A" * 200
    await change(created.id, first_name="Alice", last_name="Liddell")
    found = await adapter.get_user(created.id)
    assert found is not None
    assert found.name == "Alice Liddell"
    changed = await adapter.update_user(created.id, {"name": "Alice P. Liddell"})
    assert changed.name == "Alice P. Liddell" == (await orm(lambda: DjangoUser.objects.get())).get_full_name()


async def test_djangos_signals_report_new_and_changed_users(adapter: DjangoAdapter) -> None:
    heard: list[bool] = []

    def note(created: bool, **rest: object) -> None:
        heard.append(created)

    post_save.connect(note, sender=DjangoUser)
    try:
        created = await adapter.create_user(ALICE)
        await adapter.update_user(created.id, {"name": "Carol"})
    finally:
        post_save.disconnect(note, sender=DjangoUser)
    assert heard == [True, False]


async def test_a_deactivated_user_is_no_longer_found(adapter: DjangoAdapter) -> None:
    created = await adapter.sign_up(ALICE, GITHUB, session())
    await change(created.id, is_active=False)
    assert await adapter.get_session_and_user("token") is None
    assert await adapter.get_user(created.id) is None
    assert await adapter.get_user_by_email("alice@example.com") is None
    assert await adapter.get_user_by_account("github", "42") is None
    await change(created.id, is_active=True)
    assert await adapter.get_session_and_user("token") == (session(user_id=created.id), created)


@pytest.mark.parametrize(
    "again",
    [
        lambda adapter: adapter.sign_up(ALICE, None, None),
        lambda adapter: adapter.sign_up(User(id=""), GITHUB, None),
        lambda adapter: adapter.sign_up(ALICE, GITHUB, session("new")),
    ],
)
async def test_the_address_or_account_of_an_inactive_user_cannot_create_another_user(
    adapter: DjangoAdapter, again: Callable[[DjangoAdapter], Any]
) -> None:
    created = await adapter.sign_up(ALICE, GITHUB, session())
    await change(created.id, is_active=False)
    with pytest.raises(AccessDenied):
        await again(adapter)
    assert await orm(DjangoUser.objects.count) == 1


async def test_deleting_a_django_user_deletes_the_accounts_and_sessions_too(adapter: DjangoAdapter) -> None:
    created = await adapter.sign_up(ALICE, GITHUB, session())
    await orm(lambda: DjangoUser.objects.get(pk=created.id).delete())
    assert await adapter.get_session_and_user("token") is None
    assert await adapter.get_user_by_account("github", "42") is None
    assert await orm(Profile.objects.count) == 0


async def test_a_django_password_signs_in_its_user_and_creates_no_user(adapter: DjangoAdapter) -> None:
    row = await make()
    for _ in range(2):
        found = await adapter.authenticate(username="ada", password="lovelace")
        assert found == User(id=str(row.pk)) == await adapter.get_user_by_account("credentials", str(row.pk))
    assert await adapter.authenticate(username="ada", password="byron") is None
    await change(str(row.pk), is_active=False)
    assert await adapter.authenticate(username="ada", password="lovelace") is None
    assert await orm(DjangoUser.objects.count) == 1


async def test_a_django_password_does_not_sign_in_as_the_owner_of_an_account_with_the_same_id(
    adapter: DjangoAdapter,
) -> None:
    row = await make()
    await adapter.sign_up(ALICE, replace(GITHUB, provider="credentials", provider_account_id=str(row.pk)), None)
    assert await adapter.authenticate(username="ada", password="lovelace") is None


@pytest.mark.parametrize("user_id", ["", "0", "-1", "01", " 1", "1 ", "١", "1.0", "unknown", "9" * 40, "\x00", "None"])
async def test_text_that_is_not_an_id_finds_no_user(adapter: DjangoAdapter, user_id: str) -> None:
    row = await make()
    await orm(lambda: DjangoUser.objects.filter(pk=row.pk).update(id=1))
    assert await adapter.get_user(user_id) is None
    assert await adapter.list_sessions(user_id) == []
    with pytest.raises(Conflict):
        await adapter.create_session(session(user_id=user_id))


async def test_a_session_and_its_user_are_read_with_one_query(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    adapter = DjangoAdapter()
    created = await adapter.sign_up(ALICE, GITHUB, session())
    await adapter.create_session(session("Ada's", str((await make()).pk)))
    seen: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        seen.append(sql)
        return execute(sql, *rest)

    read = adapter._database._read

    def noting(work: Any) -> Any:
        with connections[site].execute_wrapper(note):
            return read(work)

    monkeypatch.setattr(adapter._database, "_read", noting)
    assert await adapter.get_session_and_user("token") == (session(user_id=created.id), created)
    assert await adapter.get_session_and_user("Ada's") is not None
    assert await adapter.get_session_and_user("unknown") is None
    assert len(seen) == 3


async def test_the_cleanup_command_deletes_only_expired_records(adapter: DjangoAdapter) -> None:
    from django.core.management import call_command

    created = await adapter.sign_up(ALICE, None, session())
    old = NOON.replace(year=2000)
    await adapter.create_session(replace(session("old", created.id), expires=old))
    await orm(lambda: call_command("authwright_cleanup"))
    assert await adapter.list_sessions(created.id) == [session(user_id=created.id)]


async def test_a_host_with_a_fast_clock_does_not_delete_sessions_that_are_still_valid(
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


async def test_a_hundred_sign_ins_delete_only_expired_records(adapter: DjangoAdapter) -> None:
    alice = await adapter.create_user(ALICE)
    past = NOON.replace(year=2001)
    for number in range(3):
        await adapter.create_session(replace(session(f"old {number}", alice.id), expires=past))
    for number in range(100):
        await adapter.create_session(session(f"new {number}", alice.id))
    assert {one.session_token[:3] for one in await adapter.list_sessions(alice.id)} == {"new"}


def test_the_migrations_match_the_models(sqlite_site: str) -> None:
    from django.core.management import call_command

    call_command("makemigrations", "authwright", check=True, dry_run=True, verbosity=0)
    connections.close_all()


@pytest.mark.parametrize(
    ("option", "value"),
    [("INSTALLED_APPS", ["django.contrib.contenttypes", "django.contrib.auth"]), ("USE_TZ", False)],
)
def test_settings_that_break_the_contract_are_refused_at_construction(
    sqlite_site: str, option: str, value: Any
) -> None:
    with override_settings(**{option: value}), pytest.raises(ConfigurationError, match=option):
        DjangoAdapter()


def test_a_database_that_ignores_case_is_refused_at_construction(
    sqlite_site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections[sqlite_site], "vendor", "mysql")
    with pytest.raises(ConfigurationError, match="DATABASES"):
        DjangoAdapter()
