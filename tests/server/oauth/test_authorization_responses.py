"""The authorization response is checked before any token request is sent."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, urlsplit

import pytest

from authwright import Auth
from authwright.testing import FakeIdP
from support.apps import BASE_URL, ORIGIN, make_auth
from support.browser import Browser, location_of
from support.provider import MakeApp, corp, sign_in, to_provider

REFUSED = f"{BASE_URL}/error?error=OAuthCallback"


def requested_tokens(idp: FakeIdP) -> bool:
    return "/token" in {request.path for request in idp.requests}


def check_cookies(browser: Browser) -> set[str]:
    return {name for name in browser.cookies if any(check in name for check in (".state", ".nonce", ".pkce"))}


@pytest.mark.parametrize(
    "issuer", ["http://localhost:4000/", "HTTP://localhost:4000", "http://LOCALHOST:4000", "http://localhost", "", " "]
)
async def test_the_issuer_in_a_response_is_compared_exactly(make_app: MakeApp, idp: FakeIdP, issuer: str) -> None:
    browser = Browser(make_app())
    callback = idp.sign_in(await to_provider(browser), "alice")
    changed = callback.replace(quote(idp.issuer, safe=""), quote(issuer, safe=""))
    assert changed != callback
    assert location_of(await browser.get(changed)) == REFUSED
    assert not requested_tokens(idp)


async def test_an_issuer_that_the_metadata_does_not_announce_may_be_missing_but_not_wrong(idp: FakeIdP) -> None:
    idp.misbehave("iss-unannounced")
    assert await sign_in(Browser(make_auth(providers=[corp(idp)])), idp) == ORIGIN
    idp.misbehave("iss-missing")
    assert await sign_in(Browser(make_auth(providers=[corp(idp)])), idp) == ORIGIN
    idp.behave()
    idp.misbehave("iss-unannounced", "iss-mismatch")
    assert await sign_in(Browser(make_auth(providers=[corp(idp)])), idp) == REFUSED


@pytest.mark.parametrize("switch", ["state-missing", "state-invalid", "iss-mismatch", "iss-missing", "code-missing"])
async def test_an_invalid_response_sends_no_token_request(make_app: MakeApp, idp: FakeIdP, switch: str) -> None:
    idp.misbehave(switch)
    assert await sign_in(Browser(make_app()), idp) == REFUSED
    assert not requested_tokens(idp)


async def test_a_response_with_an_error_is_refused_even_if_it_has_a_code(make_app: MakeApp, idp: FakeIdP) -> None:
    idp.misbehave("error-beside-code")
    assert await sign_in(Browser(make_app()), idp) == f"{BASE_URL}/error?error=Callback"
    assert not requested_tokens(idp)


@pytest.mark.parametrize("name", ["code", "state", "iss", "x"])
async def test_a_parameter_that_is_repeated_is_refused_by_get_and_by_post(
    make_app: MakeApp, idp: FakeIdP, name: str
) -> None:
    browser = Browser(make_app())
    callback = urlsplit(idp.sign_in(await to_provider(browser), "alice") + "&x=1")
    query = f"{callback.query}&{name}={dict(parse_qsl(callback.query))[name]}"
    assert (await browser.get(f"/callback/corp?{query}")).status == 400
    form = "application/x-www-form-urlencoded"
    assert (await browser.post_raw("/callback/corp", query.encode(), form)).status == 400
    assert not requested_tokens(idp)


async def test_a_code_in_the_url_does_not_complete_a_posted_response(make_app: MakeApp, idp: FakeIdP) -> None:
    browser = Browser(make_app())
    callback = urlsplit(idp.sign_in(await to_provider(browser), "alice"))
    fields = dict(parse_qsl(callback.query))
    code = fields.pop("code")
    assert location_of(await browser.post(f"/callback/corp?code={code}", fields)) == REFUSED
    assert not requested_tokens(idp)


@pytest.mark.parametrize("switch", [None, "nonce-invalid", "iss-mismatch", "error-beside-code", "token:down"])
async def test_the_check_cookies_are_removed_however_the_flow_ends(
    make_app: MakeApp, idp: FakeIdP, switch: str | None
) -> None:
    idp.misbehave(*[switch] if switch else [])
    browser = Browser(make_app())
    callback = idp.sign_in(await to_provider(browser), "alice")
    assert len(check_cookies(browser)) == 3
    await browser.get(callback)
    assert check_cookies(browser) == set()


async def test_a_forged_response_does_not_end_the_flow_of_the_browser(make_app: MakeApp, idp: FakeIdP) -> None:
    browser = Browser(make_app())
    callback = idp.sign_in(await to_provider(browser), "alice")
    for forged in ("?code=x&state=x", "?error=access_denied&state=x", "?error=access_denied", ""):
        assert location_of(await browser.get(f"/callback/corp{forged}")) == REFUSED
    assert location_of(await browser.get(callback)) == ORIGIN


@pytest.mark.parametrize("length", [10, 300, 3000])
async def test_the_cookies_of_all_flows_fit_into_a_header_that_servers_accept(idp: FakeIdP, length: int) -> None:
    auth = make_auth(providers=[corp(idp)], base_url="https://example.com")
    browser = Browser(auth)
    for _ in range(9):
        await to_provider(browser, callbackUrl="https://example.com/" + "x" * length)
    checks = [f"{name}={value}" for name, value in browser.cookies.items() if name in check_cookies(browser)]
    assert len(checks) == 15
    # nginx and gunicorn accept at most 8 kB for one header.
    assert len("; ".join(checks)) < 8000


@pytest.mark.parametrize("headers", [{"host": "evil.example"}, {"x-forwarded-host": "evil.example"}])
async def test_no_request_changes_the_redirect_uri(idp: FakeIdP, headers: dict[str, str]) -> None:
    auth: Auth = make_auth(providers=[corp(idp)])
    browser = Browser(auth, headers=headers)
    callback = f"{BASE_URL}/callback/corp"
    sent = dict(parse_qsl(urlsplit(await to_provider(browser, "?redirect_uri=https://evil.example")).query))
    assert sent["redirect_uri"] == callback
    await sign_in(browser, idp)
    assert {request.form["redirect_uri"] for request in idp.requests if request.path == "/token"} == {callback}


async def test_no_post_gets_a_redirect_that_repeats_the_post(idp: FakeIdP) -> None:
    """RFC 9700 section 4.12: a 307 or 308 would send the credentials to the next URL."""
    browser = Browser(make_auth())
    fields = {"csrfToken": await browser.csrf(), "username": "alice", "password": "wonderland"}
    responses = [await browser.post("/callback/credentials", fields | wrong) for wrong in ({"password": "x"}, {})]
    through = Browser(make_auth(providers=[corp(idp)]))
    begun = await through.post("/signin/corp", {"csrfToken": await through.csrf()})
    posted = dict(parse_qsl(urlsplit(idp.sign_in(location_of(begun), "alice")).query))
    responses += [begun, await Browser(through.auth).post("/callback/corp", posted)]
    responses += [await through.post("/callback/corp", posted)]
    responses += [await through.post("/signout", {"csrfToken": await through.csrf()})]
    assert {response.status for response in responses} == {302, 303}
