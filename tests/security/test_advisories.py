"""Published attacks on similar software, tried on ours. ``docs/security.md`` lists each attack with its test."""

from __future__ import annotations

import json
import re
import time
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from secrets import token_bytes
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
from joserfc import jwe
from joserfc.jwk import OctKey
from redis.asyncio import Redis
from sqlalchemy import URL
from starlette.applications import Starlette
from starlette.requests import Request as HTTPRequest
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from authwright import Auth
from authwright.adapters.base import Adapter
from authwright.adapters.conformance.samples import ALICE, LINK
from authwright.adapters.memory import MemoryAdapter
from authwright.adapters.redis import RedisAdapter
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter
from authwright.errors import AdapterError, ConfigurationError
from authwright.integrations.starlette import session_required
from authwright.providers import Email, OAuth, Okta
from authwright.server.protocol import tokens
from authwright.testing import FakeIdP, FakeUser, Outbox
from authwright.types import Account
from support.apps import BASE_URL, ORIGIN, SECRET, BrokenAdapter, make_auth
from support.browser import Browser, location_of
from support.provider import corp, sign_in, to_provider

PAGE = Path(__file__).parents[2] / "docs" / "security.md"
REFUSED = f"{BASE_URL}/error?error=OAuthCallback"
PASSWORD = {"username": "alice", "password": "wonderland"}


@pytest.fixture
def idp() -> FakeIdP:
    return FakeIdP("http://localhost:4000")


def with_idp(idp: FakeIdP, adapter: Adapter | None = None, **provider: object) -> Auth:
    return make_auth(providers=[corp(idp, **provider)], adapter=adapter or MemoryAdapter(), strategy="database")


def bearing(token: str) -> dict[str, object]:
    """Return an ASGI scope with *token* in its Authorization header."""
    return {"type": "http", "headers": [(b"authorization", f"Bearer {token}".encode("latin-1"))]}


async def link_for(browser: Browser, outbox: Outbox, email: str) -> dict[str, str]:
    await browser.sign_in("/signin/email", email=email)
    return dict(parse_qsl(urlsplit(outbox.links[-1]).query))


async def open_link(browser: Browser, token: str, email: str) -> None:
    await browser.post("/callback/email", {"csrfToken": await browser.csrf(), "token": token, "email": email})


# -- next-auth --------------------------------------------------------------------------------------------------------


async def test_cve_2021_21310_a_link_signs_in_only_its_own_address(outbox: Outbox) -> None:
    browser = Browser(make_auth(outbox))
    link = await link_for(browser, outbox, "mallory@example.com")
    await open_link(browser, link["token"], "alice@example.com")
    assert await browser.session() == {}


@pytest.mark.parametrize("host", ["localhost:3000.evil.example", "localhost:3000@evil.example", "evil.example"])
async def test_cve_2022_24858_a_url_that_only_starts_like_the_site_is_not_followed(host: str) -> None:
    browser = Browser(make_auth())
    response = await browser.sign_in(callbackUrl=f"http://{host}/x", **PASSWORD)
    assert response.status == 400 or location_of(response) == ORIGIN


@pytest.mark.parametrize("url", ["//evil.example", "/\\evil.example", "\\\\evil.example", "http:evil.example"])
async def test_cve_2022_29214_a_path_that_browsers_read_as_a_host_is_not_followed(url: str) -> None:
    browser = Browser(make_auth())
    response = await browser.sign_in(callbackUrl=url, **PASSWORD)
    assert response.status == 400 or location_of(response) == ORIGIN


@pytest.mark.parametrize("url", ["http://[::1", "http://", "http://localhost:99999/", "%", "\x00"])
async def test_cve_2022_31093_an_invalid_callback_url_causes_no_server_error(url: str) -> None:
    browser = Browser(make_auth())
    assert (await browser.post("/signin", {"callbackUrl": url})).status < 500
    browser.cookies["next-auth.callback-url"] = url
    assert (await browser.sign_in(**PASSWORD)).status == 200


async def test_cve_2022_31127_an_address_cannot_put_markup_into_the_mail(outbox: Outbox) -> None:
    browser = Browser(make_auth(outbox))
    await browser.sign_in("/signin/email", email='<a href="http://evil.example">Click</a>@example.com')
    assert outbox.mails == []


async def test_cve_2022_31186_no_secret_of_a_provider_is_logged(idp: FakeIdP, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    auth = make_auth(providers=[corp(idp)], debug=True)
    idp.misbehave("token:down")
    await sign_in(Browser(auth), idp)
    idp.behave()
    await sign_in(Browser(auth), idp)
    sent = [request.form for request in idp.requests if request.path == "/token"]
    hidden = [idp.client_secret, *(str(form[name]) for form in sent for name in ("code", "code_verifier"))]
    assert caplog.text
    assert [secret for secret in hidden if secret in caplog.text] == []


@pytest.mark.parametrize("email", ["a@evil.org,alice@example.com", "a@evil.org;alice@example.com", "a@b.c d@e.f"])
async def test_cve_2022_35924_a_link_is_sent_to_one_address(outbox: Outbox, email: str) -> None:
    adapter = MemoryAdapter()
    await Browser(make_auth(outbox, adapter=adapter)).sign_in("/signin/email", email=email)
    assert [mail.identifier for mail in outbox.mails if "," in mail.identifier or "alice" in mail.identifier] == []


async def test_cve_2022_39263_a_link_in_redis_is_found_only_with_its_token(redis: Redis, prefix: str) -> None:
    adapter = RedisAdapter(redis, prefix=prefix)
    await adapter.create_verification_token(LINK)
    assert await adapter.use_verification_token(LINK.identifier, "another token") is None
    assert await adapter.use_verification_token(LINK.identifier, LINK.token) == LINK


async def test_cve_2023_27490_a_callback_without_the_cookies_of_its_flow_is_refused(idp: FakeIdP) -> None:
    mallory = Browser(with_idp(idp))
    callback = idp.sign_in(await to_provider(mallory), "bob")
    victim = Browser(mallory.auth)
    assert location_of(await victim.get(callback)) == REFUSED
    assert "/token" not in {request.path for request in idp.requests}


async def test_cve_2023_48309_a_check_cookie_is_not_accepted_as_a_session(idp: FakeIdP) -> None:
    browser = Browser(make_auth(providers=[corp(idp)]))
    await to_provider(browser)
    for name in ("state", "pkce.code_verifier", "nonce"):
        thief = Browser(browser.auth)
        thief.cookies = {"next-auth.session-token": browser.cookies[f"next-auth.{name}"]}
        assert await thief.session() == {}


@pytest.mark.parametrize("address", ["alice\uff20evil.org", "alice@evil.org\uff20example.com", "\u212alice@x.org"])
async def test_cve_2026_73420_an_address_is_validated_after_it_is_normalised(outbox: Outbox, address: str) -> None:
    await Browser(make_auth(outbox)).sign_in("/signin/email", email=address)
    assert [mail.identifier for mail in outbox.mails if not re.fullmatch(r"[ -~]+@[a-z.]+", mail.identifier)] == []
    assert [mail.identifier for mail in outbox.mails if mail.identifier.count("@") != 1] == []


@pytest.mark.parametrize("header", ["%", "%E0%A4%A", "\xff", "", "a.b.c.d.e"])
async def test_cve_2026_73418_an_invalid_bearer_header_gives_no_session_and_no_exception(header: str) -> None:
    assert await make_auth().get_token(bearing(header)) is None


async def test_cve_2026_73419_check_cookies_are_bound_to_their_provider(idp: FakeIdP) -> None:
    browser = Browser(make_auth(providers=[corp(idp), corp(idp, id="other")]))
    callback = idp.sign_in(await to_provider(browser), "alice")
    assert location_of(await browser.get(callback.replace("/callback/corp", "/callback/other"))) == REFUSED


async def test_cve_2026_73421_an_error_is_never_taken_for_a_session() -> None:
    with pytest.raises(ConfigurationError):
        make_auth(providers=[OAuth(id="corp", name="Corp", client_id="app", client_secret="without endpoints")])
    adapter = BrokenAdapter()
    alice = Browser(make_auth(adapter=adapter, strategy="database"))
    await alice.sign_in(**PASSWORD)
    adapter.down = True
    with pytest.raises(AdapterError):
        await alice.auth.get_server_session(alice.cookies)

    @session_required(alice.auth)
    async def guarded(request: HTTPRequest) -> PlainTextResponse:
        return PlainTextResponse("only for Alice")

    app = httpx2.ASGITransport(Starlette(routes=[Route("/", guarded)]))
    async with httpx2.AsyncClient(transport=app, base_url=ORIGIN, cookies=alice.cookies) as client:
        response = await client.get("/")
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")


async def test_ghsa_5jpx_9hw9_2fx4_a_quoted_address_is_not_mailed_to_another_address(outbox: Outbox) -> None:
    await Browser(make_auth(outbox)).sign_in("/signin/email", email='"alice@example.com,x"@evil.example')
    for mail in outbox.mails:
        message = EmailMessage()
        message["To"] = mail.identifier
        assert [address.addr_spec for address in message["To"].addresses] == [mail.identifier]
        assert not mail.identifier.startswith('"')


# -- better-auth ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["https://evil.example/x", "//evil.example", "localhost:3000/\\evil.example"])
async def test_cve_2024_56734_and_cve_2025_27143_a_mailed_link_never_leads_to_another_site(
    outbox: Outbox, url: str
) -> None:
    browser = Browser(make_auth(outbox))
    response = await browser.sign_in("/signin/email", email="carol@example.com", callbackUrl=url)
    if response.status == 400:
        return
    query = dict(parse_qsl(urlsplit(outbox.links[-1]).query))
    assert urlsplit(query["callbackUrl"]).netloc in ("", urlsplit(ORIGIN).netloc)


@pytest.mark.parametrize("name", ["id", "sub", "userId", "user_id", "user"])
async def test_cve_2025_61928_a_user_id_in_the_body_is_ignored(name: str) -> None:
    browser = Browser(make_auth(strategy="database"))
    fields = {name: "1", "username": "mallory", "password": "x"}
    assert (await browser.sign_in(**fields)).status == 401
    assert (await browser.post_json("/session", {"csrfToken": await browser.csrf(), "data": {name: "1"}})).status == 200
    assert await browser.session() == {}


@pytest.mark.parametrize("path", ["//callback/credentials", "/callback//credentials", "/./callback/credentials"])
async def test_ghsa_x732_6j76_qmhm_a_path_has_one_spelling(path: str) -> None:
    browser = Browser(make_auth())
    assert (await browser.sign_in(path, **PASSWORD)).status == 404
    assert await browser.session() == {}
    assert (await browser.sign_in("/callback/credentials", **PASSWORD)).status == 200


async def test_ghsa_qq9h_g4jm_xgf3_registering_an_unverified_address_gives_no_access_to_the_owners_user(
    idp: FakeIdP, outbox: Outbox
) -> None:
    idp.users["mallory"] = FakeUser(sub="mallory", name="M", email="alice@example.com", email_verified=False)
    mallory = Browser(make_auth(outbox, providers=[corp(idp), Email(send=outbox.send)], strategy="database"))
    await sign_in(mallory, idp, "mallory")
    alice = Browser(mallory.auth)
    link = await link_for(alice, outbox, "alice@example.com")
    await open_link(alice, link["token"], "alice@example.com")
    assert (await alice.session())["user"]["email"] == "alice@example.com"
    await sign_in(mallory, idp, "mallory")
    assert (await mallory.session())["user"] == {"name": "M", "email": None, "image": None}


async def test_cve_2026_53516_an_account_is_not_linked_to_a_user_with_an_unverified_address(idp: FakeIdP) -> None:
    adapter = MemoryAdapter()
    squatter = await adapter.create_user(replace(ALICE, email_verified=None))
    end = await sign_in(Browser(with_idp(idp, adapter, link_verified_emails=True)), idp)
    assert end == f"{BASE_URL}/error?error=OAuthAccountNotLinked"
    assert await adapter.list_accounts(squatter.id) == []


async def test_cve_2026_67334_deleting_a_user_ends_their_sessions(redis: Redis, prefix: str) -> None:
    adapter = RedisAdapter(redis, prefix=prefix)
    browser = Browser(make_auth(adapter=adapter, strategy="database"))
    await browser.sign_in(**PASSWORD)
    user = await adapter.get_user_by_account("credentials", "1")
    assert user
    await adapter.delete_user(user.id)
    assert await browser.session() == {}


async def test_cve_2026_67335_a_wrong_state_is_refused_even_without_pkce(idp: FakeIdP) -> None:
    browser = Browser(with_idp(idp, checks=("state",)))
    callback = idp.sign_in(await to_provider(browser), "alice")
    state = dict(parse_qsl(urlsplit(callback).query))["state"]
    assert location_of(await browser.get(callback.replace(state, state[::-1]))) == REFUSED
    assert "/token" not in {request.path for request in idp.requests}


@pytest.mark.parametrize("check", ["state", "nonce", "code_challenge"])
async def test_ghsa_965c_763c_88jm_the_checks_of_a_flow_are_not_accepted_as_the_token_of_a_link(
    idp: FakeIdP, outbox: Outbox, check: str
) -> None:
    browser = Browser(make_auth(outbox, providers=[corp(idp), Email(send=outbox.send)]))
    sent = dict(parse_qsl(urlsplit(await to_provider(browser, "?login_hint=alice@example.com")).query))
    await open_link(browser, sent[check], "alice@example.com")
    assert await browser.session() == {}


@pytest.mark.parametrize("path", ["/session/alice.css", "/session;alice.css", "/session%2Falice.css"])
async def test_ghsa_hq75_xg7r_rx6c_no_other_path_shows_the_session(path: str) -> None:
    browser = Browser(make_auth())
    await browser.sign_in(**PASSWORD)
    response = await browser.get(path)
    assert (response.status, b"alice" in response.body.lower().replace(b"alice.css", b"")) == (404, False)
    assert "no-store" in (response.header("cache-control") or "")


# -- Authlib, fastapi-users, django-allauth, social-auth --------------------------------------------------------------


async def test_cve_2024_37568_a_token_signed_with_a_public_key_as_hmac_secret_is_refused(idp: FakeIdP) -> None:
    idp.misbehave("sig-hs256")
    assert await sign_in(Browser(with_idp(idp)), idp) == REFUSED


async def test_cve_2025_59420_an_unknown_critical_header_is_refused(idp: FakeIdP) -> None:
    idp.misbehave("crit")
    assert await sign_in(Browser(with_idp(idp)), idp) == REFUSED


async def test_cve_2025_61920_a_token_that_is_too_long_is_refused() -> None:
    for length, is_read in ((1_000, True), (100_000, False)):
        token = tokens.encode({"sub": "x" * length}, SECRET, max_age=60, now=time.time(), random=token_bytes)
        assert (await make_auth().get_token(bearing(token)) is not None) == is_read


async def test_cve_2025_62706_a_compressed_token_is_never_decompressed() -> None:
    key = OctKey.import_key(tokens.derive_key(SECRET))
    payload = json.dumps({"sub": "1", "exp": int(time.time()) + 60, "x": " " * 1_000_000})
    packed, plain = [
        jwe.encrypt_compact({"alg": "dir", "enc": "A256GCM", **header}, text, key)
        for header, text in (({"zip": "DEF"}, payload), ({}, payload.replace(" ", "")))
    ]
    assert await make_auth().get_token(bearing(packed)) is None
    assert await make_auth().get_token(bearing(plain)) is not None


@pytest.mark.parametrize(
    "switch",
    [
        pytest.param("sig-none", id="CVE-2026-28802"),
        pytest.param("own-key", id="CVE-2026-27962"),
        pytest.param("at-hash-invalid", id="CVE-2026-28498"),
        pytest.param("encrypted", id="CVE-2026-28490"),
    ],
)
async def test_cve_2026_28802_27962_28498_28490_a_token_cannot_choose_how_it_is_verified(
    idp: FakeIdP, switch: str
) -> None:
    idp.misbehave(switch)
    assert await sign_in(Browser(with_idp(idp)), idp) == REFUSED


async def test_cve_2025_68158_68481_and_cve_2026_41425_a_state_is_bound_to_one_browser(idp: FakeIdP) -> None:
    auth = with_idp(idp)
    mallory, victim = Browser(auth), Browser(auth)
    callback = idp.sign_in(await to_provider(mallory), "bob")
    await to_provider(victim)
    assert location_of(await victim.get(callback)) == REFUSED
    assert await victim.session() == {}


async def test_cve_2025_65431_an_account_is_identified_by_an_id_that_its_owner_cannot_change() -> None:
    okta = Okta(client_id="app", client_secret="s", issuer="https://dev.okta.example")
    claims = {"sub": "00u1", "preferred_username": "admin", "email": "mallory@example.com", "name": "admin"}
    assert (await okta.hooks["profile"](claims=claims, tokens={}))["id"] == "00u1"


async def test_cve_2024_32879_subjects_are_case_sensitive(mariadb: URL) -> None:
    adapter = SQLAlchemyAdapter(mariadb, create_tables=True)
    account = Account(provider="corp", type="oauth", provider_account_id="Alice")
    await adapter.sign_up(ALICE, account, None)
    assert await adapter.get_user_by_account("corp", "alice") is None
    assert await adapter.get_user_by_account("corp", "Alice") is not None
    await adapter.aclose()


async def test_cve_2025_61783_an_address_is_not_enough_to_take_over_a_user(idp: FakeIdP) -> None:
    adapter = MemoryAdapter()
    victim = await adapter.create_user(ALICE)
    idp.users["mallory"] = FakeUser(sub="mallory", name="M", email=ALICE.email or "")
    end = await sign_in(Browser(with_idp(idp, adapter)), idp, "mallory")
    assert end == f"{BASE_URL}/error?error=OAuthAccountNotLinked"
    assert await adapter.list_accounts(victim.id) == []


# -- the page ---------------------------------------------------------------------------------------------------------


def test_the_page_lists_exactly_these_tests() -> None:
    here = set(re.findall(r"^async def (test_\w+)", Path(__file__).read_text(), re.MULTILINE))
    assert set(re.findall(r"`(test_\w+)`", PAGE.read_text())) == here
