"""The provider ``Credentials``: what ``authorize`` may answer."""

from typing import Any

import pytest

from authwright.errors import ConfigurationError, CredentialsError, CredentialsSignin
from authwright.http import Request
from authwright.providers import Credentials
from authwright.types import User

REQUEST = Request("POST", "/api/auth/callback/credentials")


async def check(answer: Any) -> User | None:
    return await Credentials(authorize=lambda credentials: answer).check({}, REQUEST)


async def test_a_user_or_a_dict_is_the_user() -> None:
    assert await check(User(id="1", name="A")) == User(id="1", name="A")
    assert await check({"id": 7, "name": "A", "role": "admin"}) == User(id="7", name="A", extra={"role": "admin"})


@pytest.mark.parametrize("answer", [None, False])
async def test_none_is_nobody(answer: object) -> None:
    assert await check(answer) is None


@pytest.mark.parametrize("answer", [{"name": "A"}, {"id": ""}, {"id": None}, "alice", 7, ["a"], True, User(id="")])
async def test_an_answer_that_is_no_user_is_refused_without_its_value(answer: object) -> None:
    with pytest.raises(CredentialsSignin) as refused:
        await check(answer)
    assert "alice" not in str(refused.value)


async def test_what_authorize_raises_comes_through() -> None:
    def authorize(credentials: object, request: Request) -> None:
        raise CredentialsError("Locked", code="locked")

    with pytest.raises(CredentialsError, match="Locked"):
        await Credentials(authorize=authorize).check({}, REQUEST)


@pytest.mark.parametrize("provider_id", ["", "a/b", "..", "a b", "x" * 65, "\uc608"])
def test_an_id_that_cannot_stand_in_a_url_is_refused(provider_id: str) -> None:
    with pytest.raises(ConfigurationError):
        Credentials(authorize=print, id=provider_id)
