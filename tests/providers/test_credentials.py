"""The provider ``Credentials``: what ``authorize`` may return."""

from types import MappingProxyType
from typing import Any

import pytest

from authwright.errors import ConfigurationError, CredentialsError, CredentialsSignin
from authwright.http import Request
from authwright.providers import Credentials
from authwright.types import User

REQUEST = Request("POST", "/api/auth/callback/credentials")


async def check(result: Any) -> User | None:
    return await Credentials(authorize=lambda credentials: result).check({}, REQUEST)


async def test_authorize_may_return_a_user_or_a_dict() -> None:
    assert await check(User(id="1", name="A")) == User(id="1", name="A")
    assert await check({"id": 7, "name": "A", "role": "admin"}) == User(id="7", name="A", extra={"role": "admin"})


async def test_authorize_may_return_a_mapping_such_as_a_database_row() -> None:
    assert await check(MappingProxyType({"id": "1", "email": "a@example.com"})) == User(id="1", email="a@example.com")


async def test_an_id_that_is_a_number_becomes_text() -> None:
    number: Any = 0
    assert await check(User(id=number)) == User(id="0")
    assert await check({"id": 0}) == User(id="0")


@pytest.mark.parametrize("result", [None, False])
async def test_none_and_false_mean_that_the_credentials_are_wrong(result: object) -> None:
    assert await check(result) is None


@pytest.mark.parametrize(
    "result", [{"name": "A"}, {"id": ""}, {"id": None}, "alice", 7, ["a"], True, {}, User(id=""), {"id": True}]
)
async def test_any_other_result_is_refused_without_showing_its_value(result: object) -> None:
    with pytest.raises(CredentialsSignin) as refused:
        await check(result)
    assert "alice" not in str(refused.value)


async def test_a_credentials_error_from_authorize_propagates() -> None:
    def authorize(credentials: object, request: Request) -> None:
        raise CredentialsError("Locked", code="locked")

    with pytest.raises(CredentialsError, match="Locked"):
        await Credentials(authorize=authorize).check({}, REQUEST)


async def test_any_other_exception_from_authorize_propagates_unchanged() -> None:
    async def authorize(credentials: object) -> None:
        raise KeyError("column")

    with pytest.raises(KeyError):
        await Credentials(authorize=authorize).check({}, REQUEST)


async def test_authorize_receives_the_credentials_and_the_request() -> None:
    provider = Credentials(authorize=lambda data, request: {"id": data["username"], "path": request.path})
    assert await provider.check({"username": "alice"}, REQUEST) == User(id="alice", extra={"path": REQUEST.path})


@pytest.mark.parametrize("fields", ["username", ["username"], {"username": "Username"}, None])
def test_fields_that_are_not_a_dict_of_dicts_are_refused_by_name(fields: Any) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Credentials(authorize=print, fields=fields)
    assert refused.value.option.startswith("providers['credentials'].fields")


@pytest.mark.parametrize("provider_id", ["", "a/b", "..", "a b", "x" * 65, "\uc608", "a\n", None])
def test_an_id_that_is_unsafe_in_a_url_is_refused(provider_id: Any) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Credentials(authorize=print, id=provider_id)
    assert refused.value.option == f"providers[{provider_id!r}].id"
