"""Callbacks that forgot ``return`` or returned another type: the line in the log names them, and sessions are safe."""

from __future__ import annotations

from collections import ChainMap
from datetime import datetime
from types import MappingProxyType
from typing import Any

import pytest

from authwright import Auth, Callbacks
from authwright.errors import ConfigurationError
from authwright.http import Response
from authwright.types import User
from support.apps import BASE_URL, ORIGIN, make_auth
from support.browser import Browser, location_of

ALICE = {"username": "alice", "password": "wonderland"}
COOKIE = "next-auth.session-token"
ODD: list[Any] = ["a text", ["a", "list"], 1, True, User(id="1"), b"bytes"]


class Switch:
    """A callback that returns its first argument, until ``result`` is set."""

    result: Any = ...

    def __call__(self, first: Any, **values: Any) -> Any:
        return first if self.result is ... else self.result


@pytest.fixture
def switch() -> Switch:
    return Switch()


async def signed_in(auth: Auth) -> Browser:
    browser = Browser(auth)
    assert (await browser.sign_in(**ALICE)).status == 200
    return browser


@pytest.mark.parametrize("strategy", ["jwt", "database"])
@pytest.mark.parametrize("result", [None, *ODD], ids=repr)
async def test_a_session_callback_that_returns_no_session_shows_the_user_as_signed_out(
    strategy: str, result: object, switch: Switch, caplog: pytest.LogCaptureFixture
) -> None:
    browser = await signed_in(make_auth(strategy=strategy, callbacks=Callbacks(session=switch)))
    switch.result, response = result, Response()
    assert await browser.session() == {}
    assert await browser.auth.get_server_session(browser.cookies, response) is None
    assert await browser.auth.update_session(browser.cookies, {}, response) is None
    assert [(one.levelname, "callbacks.session: returned" in one.getMessage()) for one in caplog.records] == [
        ("ERROR", True)
    ] * 3
    assert "a text" not in caplog.text
    # The session itself is as before.
    switch.result = ...
    assert (list(response.cookies), (await browser.session())["user"]["name"]) == ([], "Alice")


@pytest.mark.parametrize("result", ODD, ids=repr)
async def test_a_jwt_callback_that_returns_no_token_changes_no_session(
    result: object, switch: Switch, caplog: pytest.LogCaptureFixture
) -> None:
    browser = await signed_in(make_auth(callbacks=Callbacks(jwt=switch)))
    switch.result, kept = result, dict(browser.cookies)
    assert await browser.session() == {}
    assert await browser.auth.get_server_session(browser.cookies) is None
    assert browser.cookies == kept
    assert caplog.text.count("callbacks.jwt: returned a") == len(caplog.records) == 2


@pytest.mark.parametrize("result", ODD, ids=repr)
async def test_a_jwt_callback_that_returns_no_token_signs_nobody_in(
    result: object, switch: Switch, caplog: pytest.LogCaptureFixture
) -> None:
    switch.result = result
    browser = Browser(make_auth(callbacks=Callbacks(jwt=switch)))
    assert location_of(await browser.sign_in(**ALICE)) == f"{BASE_URL}/error?error=Configuration"
    assert await browser.session() == {}
    assert [("callbacks.jwt" in one.getMessage(), one.levelname) for one in caplog.records] == [(True, "ERROR")]
    with pytest.raises(ConfigurationError, match=r"callbacks\.jwt"):
        await browser.auth.sign_in_user({}, User(id="1"), Response())


async def test_a_jwt_callback_that_returns_none_ends_the_session_and_the_log_asks_whether_return_is_missing(
    switch: Switch, caplog: pytest.LogCaptureFixture
) -> None:
    browser = await signed_in(make_auth(callbacks=Callbacks(jwt=switch)))
    switch.result = None
    assert await browser.auth.get_server_session(browser.cookies) is None
    assert await browser.session() == {}
    assert COOKIE not in browser.cookies
    assert "error=AccessDenied" in location_of(await browser.sign_in(**ALICE))
    assert caplog.text.count("callbacks.jwt returned None") == caplog.text.count("add `return token`") == 3


@pytest.mark.parametrize("wrap", [MappingProxyType, ChainMap])
async def test_a_session_may_be_any_mapping(wrap: Any) -> None:
    callbacks = Callbacks(jwt=lambda token: wrap(token), session=lambda session: wrap(session))
    browser = await signed_in(make_auth(callbacks=callbacks))
    assert (await browser.session())["user"]["name"] == "Alice"
    assert type(await browser.auth.get_server_session(browser.cookies)) is dict


async def test_an_empty_session_means_signed_out_and_is_no_mistake(
    switch: Switch, caplog: pytest.LogCaptureFixture
) -> None:
    browser = await signed_in(make_auth(callbacks=Callbacks(session=switch)))
    switch.result = {}
    assert await browser.session() == {}
    assert await browser.auth.get_server_session(browser.cookies) is None
    assert caplog.records == []


@pytest.mark.parametrize("name", ["jwt", "session"])
async def test_a_value_that_is_not_json_is_an_error_that_names_the_callback(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    late = False

    def change(first: dict[str, Any]) -> dict[str, Any]:
        return first | ({"since": datetime.now()} if late else {})

    browser = await signed_in(make_auth(callbacks=Callbacks(**{name: change})))
    late = True
    assert await browser.session() == {}
    assert [(one.levelname, f"callbacks.{name}" in one.getMessage()) for one in caplog.records] == [("ERROR", True)]
    if name == "jwt":
        assert await browser.auth.get_server_session(browser.cookies, Response()) is None
    assert COOKIE in browser.cookies


@pytest.mark.parametrize("result", [None, "", 7, ["/home"], b"/home"], ids=repr)
async def test_a_redirect_callback_that_returns_no_url_leads_to_the_origin(
    result: object, caplog: pytest.LogCaptureFixture
) -> None:
    browser = Browser(make_auth(callbacks=Callbacks(redirect=lambda url: result)))
    assert location_of(await browser.sign_in(callbackUrl="/page", **ALICE)) == ORIGIN
    assert [(one.levelname, "callbacks.redirect returned" in one.getMessage()) for one in caplog.records] == [
        ("ERROR", True)
    ]


@pytest.mark.parametrize(("result", "level"), [(None, "ERROR"), (False, "WARNING"), ("", "WARNING"), (0, "WARNING")])
async def test_a_sign_in_callback_that_returns_none_is_an_error_and_denies_the_sign_in(
    result: object, level: str, caplog: pytest.LogCaptureFixture
) -> None:
    browser = Browser(make_auth(callbacks=Callbacks(sign_in=lambda user: result)))
    assert "error=AccessDenied" in location_of(await browser.sign_in(**ALICE))
    assert [(one.levelname, "callbacks.sign_in" in one.getMessage()) for one in caplog.records] == [(level, True)]
    assert vars(caplog.records[0])["user_id"] == "1"


@pytest.mark.parametrize("result", ["a text", 7, {}, {"id": None}, {"id": []}, User(id="")], ids=repr)
async def test_an_authorize_function_that_returns_no_user_is_an_error(
    result: object, caplog: pytest.LogCaptureFixture
) -> None:
    from authwright.providers import Credentials

    browser = Browser(make_auth(providers=[Credentials(authorize=lambda credentials: result)]))
    assert (await browser.sign_in(**ALICE)).status == 401
    assert [(one.levelname, vars(one)["code"]) for one in caplog.records] == [
        ("ERROR", "CALLBACK_CREDENTIALS_HANDLER_ERROR")
    ]
    assert "authorize returned" in caplog.text
