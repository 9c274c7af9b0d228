"""Unknown content in any of our cookies means that there is no session and no flow, and is never a server error."""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jwe
from joserfc.jwk import OctKey
from starlette.responses import Response as StarletteResponse

from authwright import Auth, SessionOptions
from authwright.adapters.memory import MemoryAdapter
from authwright.adapters.revocation import MemoryRevocation
from authwright.http import Request, Response
from authwright.providers import Credentials, Email
from authwright.server.protocol import tokens
from authwright.testing import FakeIdP, Outbox
from support.apps import ALICE, SECRET, make_auth
from support.browser import Browser, location_of
from support.provider import MakeApp, corp, to_provider

CHECKS = ("next-auth.state", "next-auth.pkce.code_verifier", "next-auth.nonce")
COOKIES = (
    *CHECKS,
    *(f"{name}.0123abcd" for name in CHECKS),
    "next-auth.session-token",
    "next-auth.session-token.0",
    "next-auth.csrf-token",
    "next-auth.callback-url",
    "next-auth.remember-me",
    "next-auth.signed-out",
)
ACTIONS = (
    *("GET /session", "POST /session", "GET /csrf", "GET /providers", "GET /signin", "GET /signout", "POST /signout"),
    *("POST /signin/corp", "GET /callback/corp?code=x&state=y", "POST /callback/corp", "POST /signin/email"),
    *("POST /callback/credentials", "GET /callback/email?token=x&email=a%40example.com", "GET /error", "POST /_log"),
    *("POST /signin/corp?link=true", "POST /signout?federated=true"),
)
NAMES = ("value", "provider", "callbackUrl", "link", "at", "sessions", "sub", "auth_time", "authwright", "name")
CONTENTS: dict[str, Any] = {
    "none of v4's claims": {},
    "no provider, as before 4.24.15": {"value": "x" * 43},
    "no value": {"provider": "corp"},
    "another purpose": {"value": "x", "provider": "corp", "salt": "next-auth.other"},
    **{
        f"{claim} is {value!r}": {"value": "x", "provider": "corp", "sessions": ["x"], claim: value}
        for claim in (
            "value",
            "provider",
            "callbackUrl",
            "link",
            "at",
            "sessions",
            "sub",
            "auth_time",
            "authwright",
            "jti",
        )
        for value in (None, True, 1, -1.5, 10**400, "", "\ud800", [], ["a"], {}, {"sid": 1}, {"sid": "\ud800"})
    },
}


def site(strategy: str) -> Auth:
    fields = {"username": {"label": "Username"}}
    idp = FakeIdP("http://localhost:4000")
    providers = [
        Credentials(authorize=lambda credentials: ALICE, fields=fields),
        Email(send=Outbox().send, confirm=False),
        corp(idp),
    ]
    revocation = MemoryRevocation() if strategy == "jwt" else None
    options: Any = {"strategy": strategy, "absolute_max_age": 86400, "revocation": revocation}
    return make_auth(providers=providers, adapter=MemoryAdapter(), session=SessionOptions(**options))


@pytest.fixture(scope="module", params=["jwt", "database"])
def auth(request: pytest.FixtureRequest) -> Auth:
    return site(request.param)


def sealed(name: str, claims: dict[str, Any]) -> str:
    """Return *claims* as a token that only a holder of the secret can write."""
    salt = claims.get("salt", "" if "session-token" in name else name)
    now = int(time.time())
    text = {"iat": now, "exp": now + 600, "jti": "x", **claims}
    text.pop("salt", None)
    # joserfc, because our own encoder replaces unpaired surrogates.
    key = OctKey.import_key(tokens.derive_key(SECRET, salt))
    return jwe.encrypt_compact({"alg": "dir", "enc": "A256GCM"}, json.dumps(text), key)


async def ask(auth: Auth, action: str, cookies: dict[str, str]) -> Response:
    """Send the request of *action* with *cookies* and, unless it is among them, a valid CSRF cookie."""
    browser = Browser(auth)
    csrf = await browser.csrf()
    sent = {**browser.cookies, **cookies}
    method, _, path = action.partition(" ")
    path, _, query = path.partition("?")
    fields = {"csrfToken": csrf, "json": "true", "email": "a@example.com", "username": "a", "code": "x", "state": "y"}
    flags = {name: value for name, _, value in (one.partition("=") for one in query.split("&")) if value == "true"}
    headers = {"cookie": "; ".join(f"{name}={quote(value, safe='')}" for name, value in sent.items())}
    body = b""
    if method == "POST":
        headers["content-type"] = "application/x-www-form-urlencoded"
        body = urlencode({**fields, **flags}).encode()
    return await auth.handle(Request(method, f"/api/auth{path}", query=query, headers=headers, body=body))


def is_fine(response: Response) -> bool:
    return response.status < 500 and "Configuration" not in (response.header("location") or response.body.decode())


@pytest.mark.parametrize("name", COOKIES)
async def test_no_action_fails_because_of_garbage(auth: Auth, name: str) -> None:
    for content in ("garbage", "", "|", "a.b.c.d.e", "\u212a", "\x00", "%", '"', "{}", "x" * 9_000, "\ud64d" * 50):
        for action in ACTIONS:
            assert is_fine(await ask(auth, action, {name: content})), (action, content[:20])


@pytest.mark.parametrize("name", COOKIES)
async def test_no_action_fails_because_of_unknown_claims(auth: Auth, name: str) -> None:
    for label, claims in CONTENTS.items():
        cookies = {name: sealed(name, claims)}
        for action in ("GET /session", "POST /signin/corp", "GET /callback/corp?code=x&state=x", "POST /signout"):
            assert is_fine(await ask(auth, action, cookies)), (action, label)
        request = Request("GET", "/", headers={"cookie": f"{name}={quote(cookies[name])}"})
        await auth.get_server_session(request, StarletteResponse())
        await auth.get_token(request)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
CLAIMS = st.dictionaries(
    st.sampled_from(
        ["value", "provider", "callbackUrl", "link", "at", "sessions", "sub", "auth_time", "authwright", "name"]
    ),
    JSON | st.sampled_from(["corp", "x", {"sid": "x", "sub": "adapter"}]),
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), action=st.sampled_from(ACTIONS))
async def test_no_content_of_our_cookies_fails_an_action(auth: Auth, data: st.DataObject, action: str) -> None:
    chosen = data.draw(st.dictionaries(st.sampled_from(COOKIES), CLAIMS | st.text(max_size=40), max_size=4))
    cookies = {name: sealed(name, one) if isinstance(one, dict) else one for name, one in chosen.items()}
    assert is_fine(await ask(auth, action, cookies))


UNKNOWN = ["garbage", *(key for key in CONTENTS if key.startswith(("none", "no ", "another", "provider", "link is [")))]


@pytest.mark.parametrize("name", [*CHECKS, f"{CHECKS[0]}.0123abcd"])
@pytest.mark.parametrize("content", UNKNOWN)
async def test_an_unknown_check_cookie_is_no_flow_and_is_removed(auth: Auth, name: str, content: str) -> None:
    value = sealed(name, CONTENTS[content]) if content in CONTENTS else content
    for action in ("POST /signin/corp", "GET /callback/corp?code=x&state=x"):
        response = await ask(auth, action, {name: value})
        last = {cookie.name: cookie for cookie in response.cookies}[name]
        assert last.max_age == 0 or (action.startswith("POST") and last.value != value)


@pytest.mark.parametrize("content", UNKNOWN)
async def test_a_sign_in_works_in_a_browser_with_unknown_check_cookies(content: str) -> None:
    idp = FakeIdP("http://localhost:4000")
    browser = Browser(make_auth(providers=[corp(idp)]))
    for name in (*CHECKS, f"{CHECKS[0]}.0123abcd", f"{CHECKS[1]}.0123abcd"):
        browser.cookies[name] = sealed(name, CONTENTS[content]) if content in CONTENTS else content
    callback = idp.sign_in(await to_provider(browser, callbackUrl="/home"), "alice")
    assert location_of(await browser.get(callback)) == "http://localhost:3000/home"
    assert not any(name.startswith(CHECKS) for name in browser.cookies)


async def test_cookies_of_another_providers_broken_flow_do_not_spoil_the_next_one(make_app_with_two: MakeApp) -> None:
    idp = FakeIdP("http://localhost:4000")
    browser = Browser(make_app_with_two(idp))
    # The state and the nonce belong to different providers, so they belong to no flow.
    for name, provider in ((CHECKS[0], "corp"), (CHECKS[2], "other")):
        browser.cookies[name] = sealed(name, {"value": "x", "provider": provider})
    callback = idp.sign_in(await to_provider(browser), "alice")
    await browser.get(callback)
    assert (await browser.session())["user"]["name"] == "Alice Liddell"


@pytest.fixture
def make_app_with_two() -> MakeApp:
    """A function that creates an ``Auth`` whose providers "corp" and "other" are one FakeIdP."""
    return lambda idp: make_auth(providers=[corp(idp, checks=("pkce", "state")), corp(idp, id="other")])


@pytest.mark.parametrize("value", ["forever", "", "TRUE", "1"])
@pytest.mark.parametrize("asks", [True, False])
async def test_an_unknown_choice_to_be_remembered_counts_as_none(value: str, asks: bool) -> None:
    browser = Browser(make_auth(session=SessionOptions(remember_me=asks)))
    await browser.sign_in(username="alice", password="wonderland")
    browser.cookies["next-auth.remember-me"] = value
    response = await browser.get("/session")
    (session,) = [cookie for cookie in response.cookies if cookie.name == "next-auth.session-token"]
    assert (session.expires is None) == asks
    assert browser.cookies.get("next-auth.remember-me") == ("false" if asks else None)
