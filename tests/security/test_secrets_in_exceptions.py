"""No exception of the app's functions brings a secret of the request into the log, whatever its message quotes."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, Field

from authwright import Auth, Callbacks, Events, JWTOptions
from authwright.adapters.memory import MemoryAdapter
from authwright.http import Request, Response
from authwright.providers import Credentials, Email
from authwright.testing import FakeIdP
from authwright.types import User
from support.apps import ALICE, SECRET, make_auth
from support.browser import Browser
from support.provider import corp, sign_in

PASSWORD = "Tr0ub4dor-and-3-more-words-for-length \N{SNOWMAN}'\"\\ with odd characters"


class Login(BaseModel):
    username: str
    password: str = Field(max_length=8)


def revealed(text: str, *secrets: str) -> list[str]:
    """Return the parts of *secrets*, six characters long, that *text* contains."""
    parts = {secret[start : start + 6] for secret in secrets for start in range(len(secret) - 5)}
    return sorted(part for part in parts if part in text)


def echo(**values: Any) -> None:
    """Raise an exception whose message quotes everything, as a careless library does."""
    shown = {name: getattr(value, "__dict__", None) or value for name, value in values.items()}
    error = ValueError(f"{shown!r} and {[getattr(value, 'access_token', '') for value in values.values()]}")
    error.add_note(str(shown))
    raise error from ExceptionGroup(f"{shown!s}", [KeyError(str(shown))])


def validate(credentials: dict[str, str]) -> None:
    Login(**credentials)


def decode(credentials: dict[str, str]) -> None:
    try:
        int(credentials["password"])
    except ValueError:
        raise RuntimeError("The PIN is invalid.")  # noqa: B904


@pytest.mark.parametrize("authorize", [validate, decode, lambda credentials: echo(credentials=credentials)])
async def test_authorize_leaves_no_part_of_a_password_in_the_log(
    authorize: Any, caplog: pytest.LogCaptureFixture
) -> None:
    browser = Browser(make_auth(providers=[Credentials(authorize=authorize)]))
    assert (await browser.sign_in(username="alice", password=PASSWORD)).status == 401
    assert revealed(caplog.text, PASSWORD) == []
    assert "test_secrets_in_exceptions.py" in caplog.text
    assert len(caplog.records) == 1


@pytest.mark.parametrize("name", ["sign_in", "redirect", "jwt", "session"])
async def test_a_callback_leaves_no_secret_in_the_log(name: str, caplog: pytest.LogCaptureFixture) -> None:
    def fail(**values: Any) -> None:
        echo(**values, password=PASSWORD, token="token-of-the-page")

    browser = Browser(make_auth(callbacks=Callbacks(**{name: fail}), providers=[Credentials(authorize=lambda: ALICE)]))
    await browser.sign_in(password=PASSWORD, callbackUrl="/home?token=token-of-the-page")
    await browser.session()
    assert revealed(caplog.text, PASSWORD, "token-of-the-page") == []
    assert "in fail" in caplog.text


async def test_events_leave_no_token_of_the_provider_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    idp, tokens = FakeIdP(), []

    def fail(account: Any = None, **values: Any) -> None:
        tokens.extend([account.access_token, account.id_token])
        echo(account=account, tokens=list(tokens), **values)

    events = Events(link_account=fail, sign_in=fail)
    auth = make_auth(providers=[corp(idp)], adapter=MemoryAdapter(), events=events)
    await sign_in(Browser(auth), idp)
    assert len(tokens) == 4
    assert revealed(caplog.text, *tokens) == []
    assert [vars(record)["code"] for record in caplog.records] == ["LINK_ACCOUNT_EVENT_ERROR", "SIGN_IN_EVENT_ERROR"]
    assert all(vars(record)["user_id"] for record in caplog.records)


async def test_a_profile_function_leaves_no_token_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    idp, seen = FakeIdP(), []

    def profile(claims: Any, tokens: Any) -> None:
        seen.extend([tokens["access_token"], tokens["id_token"]])
        echo(claims=claims, tokens=tokens)

    await sign_in(Browser(make_auth(providers=[corp(idp, profile=profile)])), idp)
    assert len(caplog.records) == 1
    assert revealed(caplog.text, *seen) == []


async def test_a_send_function_leaves_no_link_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    sent = []

    def send(url: str, token: str) -> None:
        sent.append(token)
        echo(url=url, token=token)

    auth = make_auth(providers=[Email(send=send)], adapter=MemoryAdapter())
    await Browser(auth).sign_in("/signin/email", email="bob@example.com")
    assert len(caplog.records) == len(sent) == 1
    assert revealed(caplog.text, *sent) == []


async def test_an_encode_function_leaves_no_secret_of_the_app_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    options = JWTOptions(encode=lambda token, secret: echo(token=token, secret=secret), decode=lambda token: None)
    key = "Zx9 Qm4 Vb7 Lk2 Wn8 Rt5 Yp3 Hd6 Jc1 Gf0"
    await Browser(make_auth(jwt=options, secret=key)).sign_in(username="alice", password="wonderland")
    assert len(caplog.records) == 1
    assert revealed(caplog.text, key) == []


async def test_headers_and_cookies_are_secret_too(caplog: pytest.LogCaptureFixture) -> None:
    def authorize(credentials: dict[str, str], request: Request) -> None:
        echo(headers=request.headers, cookies=request.cookies)

    browser = Browser(make_auth(providers=[Credentials(authorize=authorize)]))
    browser.cookies["theme"] = "cookie-of-another-app"
    headers = {"authorization": "Bearer bearer-of-an-app", "x_api_key": "key-of-an-app", "user_agent": "Browser/1.0"}
    fields = {"csrfToken": await browser.csrf()}
    await browser.post("/callback/credentials", fields, **headers)
    hidden = ("cookie-of-another-app", "bearer-of-an-app", "key-of-an-app", fields["csrfToken"])
    assert revealed(caplog.text, *hidden) == []
    assert "Browser/1.0" in caplog.text


async def test_methods_for_the_apps_own_endpoints_hide_the_same(caplog: pytest.LogCaptureFixture) -> None:
    def fail(**values: Any) -> None:
        echo(**values)

    auth = Auth(secret=SECRET, providers=[], events=Events(sign_in=fail), callbacks=Callbacks(session=fail))
    response = Response()
    await auth.sign_in_user({}, User(id="1", extra={"hash": "hash-of-a-password"}), response)
    cookie = response.cookies[0]
    assert await auth.get_server_session({cookie.name: cookie.value}) is None
    assert len(caplog.records) == 2
    assert revealed(caplog.text, "hash-of-a-password", cookie.value) == []
