"""Sign-outs that start at the site and end at the provider, and the other way round."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import URL
from starlette.responses import Response

from authwright import Auth, Events, SessionOptions
from authwright.adapters.memory import MemoryAdapter
from authwright.adapters.revocation import MemoryRevocation
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter
from authwright.errors import AdapterError
from authwright.testing import FakeIdP, FakeUser
from support.apps import ORIGIN
from support.browser import Browser, body_of, location_of
from support.clock import Clock
from support.provider import MakeApp, corp, sign_in

LOGOUT = "http://schemas.openid.net/event/backchannel-logout"


async def sign_out(browser: Browser, **fields: str) -> str:
    return location_of(await browser.sign_in("/signout", **fields))


# -- from the site to the provider ------------------------------------------------------------------------------------


async def test_a_federated_sign_out_ends_the_session_and_redirects_to_the_provider(app: Auth, idp: FakeIdP) -> None:
    browser = Browser(app)
    await sign_in(browser, idp)
    url = await sign_out(browser, federated="true")
    query = dict(parse_qsl(urlsplit(url).query))
    assert url.startswith(f"{idp.issuer}/end-session?")
    assert (query["client_id"], query["post_logout_redirect_uri"]) == (idp.client_id, ORIGIN)
    assert ("id_token_hint" in query) == app._context.has_adapter
    assert await browser.session() == {}


async def test_the_hint_is_the_id_token_that_the_provider_issued(make_app: MakeApp, idp: FakeIdP) -> None:
    adapter = MemoryAdapter()
    app = make_app(adapter=adapter, strategy="database")
    browser = Browser(app)
    await sign_in(browser, idp)
    user = await adapter.get_user_by_account("corp", "alice")
    assert user
    (account,) = await adapter.list_accounts(user.id)
    url = await sign_out(browser, federated="true")
    assert dict(parse_qsl(urlsplit(url).query))["id_token_hint"] == account.id_token


async def test_a_registered_redirect_uri_can_be_set(make_app: MakeApp, idp: FakeIdP) -> None:
    browser = Browser(make_app({"post_logout_redirect_uri": "https://example.com/bye"}))
    await sign_in(browser, idp)
    url = await sign_out(browser, federated="true")
    assert dict(parse_qsl(urlsplit(url).query))["post_logout_redirect_uri"] == "https://example.com/bye"


async def test_without_the_field_the_sign_out_stays_on_the_site(app: Auth, idp: FakeIdP) -> None:
    browser = Browser(app)
    await sign_in(browser, idp)
    assert await sign_out(browser, callbackUrl="/bye") == f"{ORIGIN}/bye"


async def test_a_user_who_did_not_sign_in_through_the_provider_signs_out_only_here(
    make_app: MakeApp, idp: FakeIdP
) -> None:
    app = make_app(adapter=MemoryAdapter(), strategy="database")
    browser = Browser(app)
    await sign_in(browser, idp)
    user = await app.adapter.get_user_by_account("corp", "alice")
    assert user
    response = Response()
    await app.sign_in_user({}, user, response)
    name, _, value = response.headers["set-cookie"].partition(";")[0].partition("=")
    browser.cookies[name] = value
    assert await sign_out(browser, federated="true") == ORIGIN


async def test_an_unreachable_provider_does_not_prevent_the_sign_out(make_app: MakeApp, idp: FakeIdP) -> None:
    app = make_app(adapter=MemoryAdapter())
    browser = Browser(app)
    await sign_in(browser, idp)
    browser.auth = make_app({"issuer": "http://localhost:1", "http_client": None}, adapter=app._own_adapter)
    assert await sign_out(browser, federated="true") == ORIGIN
    assert await browser.session() == {}


async def test_a_sign_out_never_redirects_to_an_endpoint_without_https(
    make_app: MakeApp, idp: FakeIdP, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Browser(make_app())
    await sign_in(browser, idp)
    document = body_of(idp._metadata(None))  # type: ignore[arg-type]
    client = browser.auth._context.clients.of(browser.auth._context.providers["corp"])  # type: ignore[arg-type]
    assert client._metadata
    monkeypatch.setattr(client._metadata, "_value", {**document, "end_session_endpoint": "javascript:alert(1)"})
    assert await sign_out(browser, federated="true") == ORIGIN


# -- from the provider to the site ------------------------------------------------------------------------------------


@pytest.fixture(params=["jwt", "database", "no adapter"])
def ending_app(request: pytest.FixtureRequest, make_app: MakeApp) -> Auth:
    """An app whose sessions a provider can end: one for each strategy, and one without an adapter."""
    strategy = "database" if request.param == "database" else "jwt"
    adapter = None if request.param == "no adapter" else MemoryAdapter()
    return make_app(adapter=adapter, session=SessionOptions(strategy=strategy, revocation=MemoryRevocation()))


async def notify(auth: Auth, token: str) -> int:
    """Post *token* to the back-channel endpoint, and return the status."""
    return (await Browser(auth).post("/backchannel-logout/corp", {"logout_token": token})).status


async def test_a_provider_ends_the_sessions_of_a_user_who_signed_out_there(ending_app: Auth, idp: FakeIdP) -> None:
    alice, bob = Browser(ending_app), Browser(ending_app)
    await sign_in(alice, idp)
    await sign_in(bob, idp, "bob")
    assert await notify(ending_app, idp.logout_token("alice")) == 200
    assert await alice.session() == {}
    assert await bob.session() != {}


async def test_only_the_session_named_in_the_token_ends(make_app: MakeApp, idp: FakeIdP) -> None:
    ended: list[Any] = []
    app = make_app(
        adapter=MemoryAdapter(), strategy="database", events=Events(sign_out=lambda session: ended.append(session.sid))
    )
    phone, laptop = Browser(app), Browser(app)
    for browser, sid in ((phone, "one"), (laptop, "two")):
        idp.users["alice"] = FakeUser(sub="alice", name="A", email="alice@example.com", claims={"sid": sid})
        await sign_in(browser, idp)
    assert await notify(app, idp.logout_token("alice", "one")) == 200
    assert [bool(await browser.session()) for browser in (phone, laptop)] == [False, True]
    assert ended == ["one"]


@pytest.mark.parametrize("sid", ["\0", "x" * 256, 7])
async def test_a_sid_that_cannot_be_stored_is_left_out(
    make_app: MakeApp, idp: FakeIdP, postgres: URL, sid: object
) -> None:
    adapter = SQLAlchemyAdapter(postgres, create_tables=True)
    browser = Browser(make_app(adapter=adapter, strategy="database"))
    idp.users["alice"] = FakeUser(sub="alice", name="A", email="alice@example.com", claims={"sid": sid})
    assert await sign_in(browser, idp) == ORIGIN
    assert await browser.session()
    await adapter.aclose()


async def test_a_session_from_another_provider_continues(make_app: MakeApp, idp: FakeIdP) -> None:
    auth = make_app(adapter=MemoryAdapter(), strategy="database")
    auth._context.providers["home"] = corp(idp, id="home")
    here, there = Browser(auth), Browser(auth)
    await sign_in(here, idp)
    there.cookies = dict(here.cookies)
    await sign_in(there, idp, provider="home", link="true")
    await sign_in(here, idp)
    assert await notify(auth, idp.logout_token("alice")) == 200
    assert [bool(await browser.session()) for browser in (here, there)] == [False, True]


async def test_an_unknown_user_counts_as_signed_out(ending_app: Auth, idp: FakeIdP) -> None:
    assert await notify(ending_app, idp.logout_token("unknown")) == 200


def claims(idp: FakeIdP) -> dict[str, Any]:
    now = int(time.time())
    subject = {"iss": idp.issuer, "aud": idp.client_id, "sub": "alice"}
    return {**subject, "iat": now, "exp": now + 120, "jti": "1", "events": {LOGOUT: {}}}


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("iss", "https://elsewhere.example"),
        ("aud", "another client"),
        ("exp", 1),
        ("exp", None),
        ("iat", None),
        ("events", None),
        ("events", {"http://schemas.openid.net/event/other": {}}),
        ("events", [LOGOUT]),
        ("nonce", "of an ID token"),
        ("jti", None),
        ("sub", None),
        ("sid", 7),
    ],
)
async def test_a_logout_token_that_breaks_a_rule_ends_nothing(
    ending_app: Auth, idp: FakeIdP, change: str, value: object
) -> None:
    alice = Browser(ending_app)
    await sign_in(alice, idp)
    changed = {name: one for name, one in {**claims(idp), change: value}.items() if one is not None}
    assert await notify(ending_app, idp.keys.sign(changed)) == 400
    assert await alice.session() != {}


async def test_a_logout_token_that_is_used_again_ends_no_later_session(
    ending_app: Auth, idp: FakeIdP, caplog: pytest.LogCaptureFixture
) -> None:
    token = idp.logout_token("alice")
    assert await notify(ending_app, token) == 200
    alice = Browser(ending_app)
    await sign_in(alice, idp)
    assert await notify(ending_app, token) == 400
    assert await alice.session() != {}
    assert "used before" in caplog.text
    assert await notify(ending_app, idp.logout_token("alice")) == 200
    assert await alice.session() == {}


async def test_a_logout_token_for_an_unknown_user_cannot_be_used_again(ending_app: Auth, idp: FakeIdP) -> None:
    token = idp.logout_token("bob")
    assert [await notify(ending_app, token) for _ in range(2)] == [200, 400]


@pytest.mark.parametrize(("seconds", "status"), [(3600, 200), (3601, 400), (10 * 365 * 86400, 400)])
async def test_a_logout_token_is_valid_for_an_hour_at_most(
    ending_app: Auth, idp: FakeIdP, caplog: pytest.LogCaptureFixture, seconds: int, status: int
) -> None:
    token_claims = claims(idp)
    token_claims["exp"] = token_claims["iat"] + seconds
    assert await notify(ending_app, idp.keys.sign(token_claims)) == status
    assert ("more than an hour" in caplog.text) == (status == 400)


async def test_a_logout_token_is_remembered_for_as_long_as_it_is_accepted(
    ending_app: Auth, idp: FakeIdP, clock: Clock
) -> None:
    token_claims = claims(idp)
    token_claims["exp"] = token_claims["iat"] + 3600
    token = idp.keys.sign(token_claims)
    clock.offset = -59
    assert await notify(ending_app, token) == 200
    clock.offset = 3659
    assert await notify(ending_app, token) == 400


@pytest.mark.parametrize("strategy", ["jwt", "database"])
async def test_a_logout_that_failed_because_of_the_store_can_be_repeated(
    make_app: MakeApp, idp: FakeIdP, strategy: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = SessionOptions(strategy=strategy, revocation=MemoryRevocation())
    app = make_app(adapter=MemoryAdapter(), session=session)
    alice, token = Browser(app), idp.logout_token("alice")
    await sign_in(alice, idp)
    with monkeypatch.context() as broken:
        broken.setattr(app._context.sessions, "end_at_provider", fail)
        assert await notify(app, token) == 503
    assert await notify(app, token) == 200
    assert await alice.session() == {}


async def fail(*_: object) -> None:
    raise AdapterError("delete_session", ConnectionError())


async def test_a_token_that_the_provider_did_not_sign_ends_nothing(ending_app: Auth, idp: FakeIdP) -> None:
    alice = Browser(ending_app)
    await sign_in(alice, idp)
    for token in (FakeIdP(idp.issuer).logout_token("alice"), "", "a.b.c", "x" * 5000):
        assert await notify(ending_app, token) == 400
    assert await alice.session() != {}


async def test_an_id_token_is_refused_as_a_logout_token(make_app: MakeApp, idp: FakeIdP) -> None:
    app = make_app(adapter=MemoryAdapter(), strategy="database")
    alice = Browser(app)
    await sign_in(alice, idp)
    user = await app.adapter.get_user_by_account("corp", "alice")
    assert user
    (account,) = await app.adapter.list_accounts(user.id)
    assert await notify(app, account.id_token or "") == 400
    assert await alice.session() != {}


async def test_a_logout_without_a_revocation_store_is_refused_and_logged(
    make_app: MakeApp, idp: FakeIdP, caplog: pytest.LogCaptureFixture
) -> None:
    assert await notify(make_app(), idp.logout_token("alice")) == 400
    assert "session.revocation" in caplog.text


async def test_only_openid_providers_have_the_endpoint(ending_app: Auth) -> None:
    browser = Browser(ending_app)
    assert (await browser.post("/backchannel-logout", {})).status == 404
    assert (await browser.post("/backchannel-logout/elsewhere", {})).status == 404
    assert (await browser.get("/backchannel-logout/corp")).status == 405
