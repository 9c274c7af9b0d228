"""What the provider's answer to the browser must be, before anything is asked of the provider for it."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, urlsplit

import pytest

from authwright import Auth
from authwright.testing import FakeIdP
from support.apps import BASE_URL, ORIGIN, make_auth
from support.browser import Browser, location_of
from support.provider import MakeApp, corp, sign_in, to_provider

REFUSED = f"{BASE_URL}/error?error=OAuthCallback"


def asked_for_tokens(idp: FakeIdP) -> bool:
    return "/token" in {request.path for request in idp.requests}


def check_cookies(browser: Browser) -> set[str]:
    return {name for name in browser.cookies if any(check in name for check in (".state", ".nonce", ".pkce"))}


@pytest.mark.parametrize(
    "issuer", ["http://localhost:4000/", "HTTP://localhost:4000", "http://LOCALHOST:4000", "http://localhost", "", " "]
)
async def test_the_issuer_in_an_answer_is_compared_exactly(make_app: MakeApp, idp: FakeIdP, issuer: str) -> None:
    browser = Browser(make_app())
    callback = idp.sign_in(await to_provider(browser), "alice")
    changed = callback.replace(quote(idp.issuer, safe=""), quote(issuer, safe=""))
    assert changed != callback
    assert location_of(await browser.get(changed)) == REFUSED
    assert not asked_for_tokens(idp)


async def test_an_issuer_that_is_not_announced_may_be_left_out_but_not_be_another(idp: FakeIdP) -> None:
    idp.misbehave("iss-unannounced")
    assert await sign_in(Browser(make_auth(providers=[corp(idp)])), idp) == ORIGIN
    idp.misbehave("iss-missing")
    assert await sign_in(Browser(make_auth(providers=[corp(idp)])), idp) == ORIGIN
    idp.behave()
    idp.misbehave("iss-unannounced", "iss-mismatch")
    assert await sign_in(Browser(make_auth(providers=[corp(idp)])), idp) == REFUSED


@pytest.mark.parametrize("switch", ["state-missing", "state-invalid", "iss-mismatch", "iss-missing", "code-missing"])
async def test_an_answer_that_lacks_or_changes_something_asks_for_no_tokens(
    make_app: MakeApp, idp: FakeIdP, switch: str
) -> None:
    idp.misbehave(switch)
    assert await sign_in(Browser(make_app()), idp) == REFUSED
    assert not asked_for_tokens(idp)


async def test_an_error_counts_whatever_stands_beside_it(make_app: MakeApp, idp: FakeIdP) -> None:
    idp.misbehave("error-beside-code")
    assert await sign_in(Browser(make_app()), idp) == f"{BASE_URL}/error?error=Callback"
    assert not asked_for_tokens(idp)


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
    assert not asked_for_tokens(idp)


async def test_a_code_in_the_address_does_not_complete_a_post(make_app: MakeApp, idp: FakeIdP) -> None:
    browser = Browser(make_app())
    callback = urlsplit(idp.sign_in(await to_provider(browser), "alice"))
    answer = dict(parse_qsl(callback.query))
    code = answer.pop("code")
    assert location_of(await browser.post(f"/callback/corp?code={code}", answer)) == REFUSED
    assert not asked_for_tokens(idp)


@pytest.mark.parametrize("switch", [None, "nonce-invalid", "iss-mismatch", "error-beside-code", "token:down"])
async def test_the_check_cookies_are_gone_whatever_came_of_the_flow(
    make_app: MakeApp, idp: FakeIdP, switch: str | None
) -> None:
    idp.misbehave(*[switch] if switch else [])
    browser = Browser(make_app())
    callback = idp.sign_in(await to_provider(browser), "alice")
    assert len(check_cookies(browser)) == 3
    await browser.get(callback)
    assert check_cookies(browser) == set()


async def test_a_forged_answer_leaves_the_flow_of_the_browser_alone(make_app: MakeApp, idp: FakeIdP) -> None:
    browser = Browser(make_app())
    callback = idp.sign_in(await to_provider(browser), "alice")
    for forged in ("?code=x&state=x", "?error=access_denied&state=x", "?error=access_denied", ""):
        assert location_of(await browser.get(f"/callback/corp{forged}")) == REFUSED
    assert location_of(await browser.get(callback)) == ORIGIN


@pytest.mark.parametrize("length", [10, 300, 3000])
async def test_the_cookies_of_all_flows_fit_into_a_header_that_servers_take(idp: FakeIdP, length: int) -> None:
    auth = make_auth(providers=[corp(idp)], base_url="https://example.com")
    browser = Browser(auth)
    for _ in range(9):
        await to_provider(browser, callbackUrl="https://example.com/" + "x" * length)
    checks = [f"{name}={value}" for name, value in browser.cookies.items() if name in check_cookies(browser)]
    assert len(checks) == 15
    # nginx and gunicorn take 8 kB of one header.
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


async def test_no_post_is_answered_in_a_way_that_posts_again(idp: FakeIdP) -> None:
    """RFC 9700 section 4.12: a 307 or 308 would hand the credentials on."""
    browser = Browser(make_auth())
    fields = {"csrfToken": await browser.csrf(), "username": "alice", "password": "wonderland"}
    answers = [await browser.post("/callback/credentials", fields | wrong) for wrong in ({"password": "x"}, {})]
    through = Browser(make_auth(providers=[corp(idp)]))
    begun = await through.post("/signin/corp", {"csrfToken": await through.csrf()})
    posted = dict(parse_qsl(urlsplit(idp.sign_in(location_of(begun), "alice")).query))
    answers += [begun, await Browser(through.auth).post("/callback/corp", posted)]
    answers += [await through.post("/callback/corp", posted)]
    answers += [await through.post("/signout", {"csrfToken": await through.csrf()})]
    assert {answer.status for answer in answers} == {302, 303}
