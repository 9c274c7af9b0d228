"""An error of a Django site's database says what is wrong and what to do, without the values of a row."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest

from authwright.adapters.conformance.samples import ALICE, GITHUB, LINK, session
from authwright.errors import ConfigurationError, Conflict
from support.django_site import Router, configure, orm

configure()

from django.contrib.auth.base_user import AbstractBaseUser  # noqa: E402
from django.db import connections  # noqa: E402

from authwright.adapters.django import DjangoAdapter  # noqa: E402


@pytest.fixture
def adapter(site: str) -> DjangoAdapter:
    return DjangoAdapter()


def statement(sql: str) -> Callable[[], None]:
    def work() -> None:
        with connections[Router.alias].cursor() as cursor:
            cursor.execute(sql)

    return work


@pytest.fixture
async def without_links(site: str) -> AsyncIterator[None]:
    """The table of e-mail links is missing."""
    await orm(statement("ALTER TABLE authwright_verificationtoken RENAME TO hidden"))
    yield
    await orm(statement("ALTER TABLE hidden RENAME TO authwright_verificationtoken"))


class Nameless(DjangoAdapter):
    """An adapter whose users lack a value that the user model needs."""

    def new_user(self, user: Any) -> AbstractBaseUser:
        row = super().new_user(user)
        row.password = None
        return row


async def test_a_missing_table_is_named_with_the_command(adapter: DjangoAdapter, without_links: None) -> None:
    with pytest.raises(ConfigurationError, match=r"authwright_verificationtoken.*manage\.py migrate"):
        await adapter.create_verification_token(LINK)
    with pytest.raises(ConfigurationError, match=r"authwright_verificationtoken.*manage\.py migrate"):
        await adapter.use_verification_token(LINK.identifier, LINK.token)


async def test_a_column_without_a_value_is_named(adapter: DjangoAdapter) -> None:
    with pytest.raises(ConfigurationError, match=r"auth_user\.password has no value") as refused:
        await Nameless().create_user(ALICE)
    assert "alice" not in str(refused.value)
    assert refused.value.__suppress_context__


async def test_only_what_exists_already_is_a_conflict(adapter: DjangoAdapter) -> None:
    created = await adapter.sign_up(ALICE, GITHUB, session())
    with pytest.raises(Conflict, match="already exists"):
        await adapter.link_account(replace(GITHUB, user_id=created.id))
    with pytest.raises(Conflict, match="user of this entry does not exist"):
        await adapter.create_session(session("other", user_id="987654"))
