"""Every refusal of the REST API leaves exactly one record, with a code and the fields of the request."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias
from urllib.parse import urlencode

import pytest

from authwright import Auth, Callbacks, SessionOptions
from authwright.adapters.memory import MemoryAdapter
from authwright.adapters.revocation import MemoryRevocation
from authwright.errors import AccessDenied, EmailSignin
from authwright.http import Request
from authwright.providers import Credentials, Email
from authwright.testing import FakeIdP, Outbox
from support.apps import SECRET, check_password, make_auth
from support.browser import Browser
from support.html import hidden_fields
from support.provider import corp, to_provider

ALICE = {"username": "alice", "password": "wonderland"}
FIELDS = ("code", "provider", "client", "user_id")
Step: TypeAlias = Callable[[Browser, Outbox, FakeIdP], Awaitable[Any]]


def refuse_address(identifier: str) -> str:
    raise ValueError(identifier)


@pytest.fixture
def idp() -> FakeIdP:
    return FakeIdP()


@pytest.fixture
def refusing(outbox: Outbox, idp: FakeIdP) -> Auth:
    """An app with a provider of each kind, and providers whose users may not sign in."""

    def permit(user: Any, account: Any) -> bool | str:
        if account.provider == "raising":
            raise AccessDenied
        return "/elsewhere" if account.provider == "elsewhere" else account.provider != "denied"

    return Auth(
        secret=SECRET,
        base_url="http://localhost:3000",
        adapter=MemoryAdapter(),
        session=SessionOptions(strategy="jwt", revocation=MemoryRevocation()),
        callbacks=Callbacks(sign_in=permit),
        providers=[
            *(
                Credentials(id=name, authorize=check_password)
                for name in ("credentials", "denied", "raising", "elsewhere")
            ),
            Email(send=outbox.send),
            Email(id="filtered", send=outbox.send, normalize_identifier=refuse_address),
            corp(idp),
        ],
    )


@pytest.fixture
def browser(refusing: Auth) -> Browser:
    return Browser(refusing)


def get(path: str) -> Step:
    return lambda browser, outbox, idp: browser.get(path)


def post(path: str, **fields: str) -> Step:
    """POST without a CSRF token."""
    return lambda browser, outbox, idp: browser.post(path, fields)


def sign_in(path: str, **fields: str) -> Step:
    return lambda browser, outbox, idp: browser.sign_in(path, **fields)


async def other_csrf_token(browser: Browser, outbox: Outbox, idp: FakeIdP) -> None:
    await browser.csrf()
    await browser.post("/signout", {"csrfToken": await Browser(browser.auth).csrf()})


async def session_without_csrf(browser: Browser, outbox: Outbox, idp: FakeIdP) -> None:
    await browser.post_json("/session", {"data": {"name": "x"}})


async def odd_session_token(browser: Browser, outbox: Outbox, idp: FakeIdP) -> None:
    browser.cookies["next-auth.session-token"] = "odd"
    await browser.session()


async def odd_session_token_on_the_server(browser: Browser, outbox: Outbox, idp: FakeIdP) -> None:
    await browser.auth.get_server_session({"next-auth.session-token": "odd"})


async def used_link(browser: Browser, outbox: Outbox, idp: FakeIdP) -> None:
    await browser.sign_in("/signin/email", email="bob@example.com")
    fields = hidden_fields((await browser.get(outbox.links[0])).body.decode())
    await browser.post("/callback/email", fields)
    await browser.post("/callback/email", fields)


async def unknown_link(browser: Browser, outbox: Outbox, idp: FakeIdP) -> None:
    await browser.sign_in("/callback/email", token="a" * 64, email="bob@example.com")


async def foreign_state(browser: Browser, outbox: Outbox, idp: FakeIdP) -> None:
    await browser.get(idp.sign_in(await to_provider(browser), "alice").replace("state=", "state=x"))


async def cancelled(browser: Browser, outbox: Outbox, idp: FakeIdP) -> None:
    state = re.search("state=([^&]+)", await to_provider(browser))
    assert state
    await browser.get(f"/callback/corp?error=access_denied&state={state[1]}")


async def odd_json(browser: Browser, outbox: Outbox, idp: FakeIdP) -> None:
    await browser.post_raw("/signin/email", b"{", "application/json")


async def query_operator(browser: Browser, outbox: Outbox, idp: FakeIdP) -> None:
    body = {"csrfToken": await browser.csrf(), "username": "alice", "password": {"$ne": ""}}
    await browser.post_json("/callback/credentials", body)


async def large_body(browser: Browser, outbox: Outbox, idp: FakeIdP) -> None:
    await browser.post("/signin/email", {"email": "x" * 100_001})


REFUSALS: list[tuple[str, Step]] = [
    ("CSRF_REFUSED", post("/signin/email", email="bob@example.com")),
    ("CSRF_REFUSED", post("/signin/corp")),
    ("CSRF_REFUSED", post("/callback/credentials", **ALICE)),
    ("CSRF_REFUSED", post("/callback/email", token="x", email="bob@example.com")),
    ("CSRF_REFUSED", post("/signout")),
    ("CSRF_REFUSED", other_csrf_token),
    ("CSRF_REFUSED", session_without_csrf),
    ("CREDENTIALS_REFUSED", sign_in("/callback/credentials", username="alice", password="wrong")),
    ("CREDENTIALS_REFUSED", sign_in("/callback/credentials", username="locked", password="wrong")),
    ("CALLBACK_CREDENTIALS_HANDLER_ERROR", sign_in("/callback/credentials", username="broken", password="wrong")),
    ("ACCESS_DENIED", sign_in("/callback/denied", **ALICE)),
    ("ACCESS_DENIED", sign_in("/callback/raising", **ALICE)),
    ("ACCESS_DENIED", sign_in("/callback/elsewhere", **ALICE)),
    ("CALLBACK_EMAIL_ERROR", used_link),
    ("CALLBACK_EMAIL_ERROR", unknown_link),
    ("CALLBACK_EMAIL_ERROR", get("/callback/email?token=x")),
    ("SIGNIN_EMAIL_ERROR", sign_in("/signin/email", email="no address")),
    ("SIGNIN_EMAIL_ERROR", sign_in("/signin/email")),
    ("SIGNIN_EMAIL_ERROR", sign_in("/signin/filtered", email="bob@example.com")),
    ("OAUTH_CALLBACK_ERROR", get("/callback/corp?code=x&state=y")),
    ("OAUTH_CALLBACK_ERROR", foreign_state),
    ("OAUTH_CALLBACK_ERROR", cancelled),
    ("SIGNIN_OAUTH_ERROR", sign_in("/signin/corp", link="true")),
    ("BACKCHANNEL_LOGOUT_ERROR", post("/backchannel-logout/corp", logout_token="x")),
    ("JWT_SESSION_ERROR", odd_session_token),
    ("JWT_SESSION_ERROR", odd_session_token_on_the_server),
    ("BAD_REQUEST", sign_in("/signin")),
    ("BAD_REQUEST", sign_in("/signin/email", email="bob@example.com", link="true")),
    ("BAD_REQUEST", get("/signin?error=a&error=b")),
    ("BAD_REQUEST", get("/session?nonce=x")),
    ("BAD_REQUEST", odd_json),
    ("BAD_REQUEST", query_operator),
    ("INVALID_CALLBACK_URL_ERROR", get("/signin?callbackUrl=//evil.example")),
    ("NOT_FOUND", get("/unknown")),
    ("NOT_FOUND", get("/signin/unknown")),
    ("NOT_FOUND", get("/callback/unknown")),
    ("NOT_FOUND", post("/backchannel-logout/credentials")),
    ("METHOD_NOT_ALLOWED", post("/csrf")),
    ("METHOD_NOT_ALLOWED", get("/callback/credentials")),
    ("PAYLOAD_TOO_LARGE", large_body),
]


@pytest.mark.parametrize(("code", "refuse"), REFUSALS)
async def test_a_refusal_leaves_exactly_one_record_with_its_code(
    browser: Browser, outbox: Outbox, idp: FakeIdP, caplog: pytest.LogCaptureFixture, code: str, refuse: Step
) -> None:
    await refuse(browser, outbox, idp)
    (record,) = [one for one in caplog.records if one.name == "authwright"]
    assert vars(record)["code"] == code
    assert record.levelno == (logging.ERROR if code == "CALLBACK_CREDENTIALS_HANDLER_ERROR" else logging.WARNING)
    assert f"[{code}] " in record.getMessage()
    assert record.getMessage().isprintable()


async def test_what_is_accepted_leaves_no_record(
    browser: Browser, outbox: Outbox, idp: FakeIdP, caplog: pytest.LogCaptureFixture
) -> None:
    await browser.sign_in("/callback/credentials", **ALICE)
    await browser.session()
    await browser.sign_out()
    await browser.session()
    await browser.sign_in("/signin/email", email="bob@example.com")
    await browser.post("/callback/email", hidden_fields((await browser.get(outbox.links[0])).body.decode()))
    await browser.get(idp.sign_in(await to_provider(browser), "alice"))
    assert await browser.session() != {}
    assert [record.getMessage() for record in caplog.records if record.name == "authwright"] == []


async def test_a_record_has_the_fields_of_its_request(refusing: Auth, caplog: pytest.LogCaptureFixture) -> None:
    browser = Browser(refusing)
    form = {"csrfToken": await browser.csrf(), **ALICE}
    headers = {"content-type": "application/x-www-form-urlencoded", "cookie": browser.cookie_header}
    for path in ("/api/auth/callback/denied", "/api/auth/nowhere"):
        await refusing.handle(
            Request("POST", path, headers=headers, body=urlencode(form).encode(), client="192.0.2.7\r\nX")
        )
    found = [tuple(vars(record)[name] for name in FIELDS) for record in caplog.records]
    assert found == [("ACCESS_DENIED", "denied", "192.0.2.7??X", "1"), ("NOT_FOUND", None, "192.0.2.7??X", None)]


async def test_a_refused_password_is_in_no_record(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "authwright")
    browser = Browser(make_auth(debug=True))
    for username in ("alice", "locked", "broken"):
        await browser.sign_in(username=username, password="correct horse battery", csrf="x")
    assert len([record for record in caplog.records if record.levelno >= logging.WARNING]) == 3
    assert [record for record in caplog.records if "horse" in str(vars(record))] == []


@pytest.mark.parametrize("path", ["/a\r\n[authwright][error][FAKE] x", "/\x1b[31m", "/\u202ex", "/" + "x" * 5000])
async def test_no_request_can_add_a_line_or_a_control_character(path: str, caplog: pytest.LogCaptureFixture) -> None:
    await make_auth().handle(Request("GET", f"/api/auth{path}"))
    (record,) = caplog.records
    assert record.getMessage().isprintable()
    assert len(record.getMessage()) < 600


async def test_each_reason_for_a_refused_csrf_token_has_its_remedy(
    browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    await browser.post("/signout")
    await browser.post("/signout")
    await browser.post("/signout", {"csrfToken": "x"})
    remedies = ("base_url", "Send the token", "does not match")
    assert [word in message for word, message in zip(remedies, caplog.messages, strict=True)] == [True] * 3


async def test_a_failing_mail_server_is_an_error(caplog: pytest.LogCaptureFixture) -> None:
    def fail(url: str) -> None:
        raise EmailSignin("The mail server is down.")

    auth = make_auth(providers=[Email(send=fail)], adapter=MemoryAdapter())
    await Browser(auth).sign_in("/signin/email", email="bob@example.com")
    assert [(record.levelname, vars(record)["code"]) for record in caplog.records] == [("ERROR", "SIGNIN_EMAIL_ERROR")]


async def test_a_long_part_of_a_path_may_be_a_token_and_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    await make_auth().handle(Request("GET", f"/api/auth/callback/email/{'0123456789abcdef' * 4}"))
    assert "GET /api/auth/callback/email/[hidden]: " in caplog.text
    assert "0123456789" not in caplog.text
