"""Signing in through an OpenID provider."""

from itertools import combinations
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from authwright import Callbacks, Events, Pages
from authwright.adapters.memory import MemoryAdapter
from authwright.testing import FakeIdP
from support.apps import BASE_URL, ORIGIN, make_auth
from support.browser import Browser, body_of, location_of
from support.provider import MakeApp, corp, sign_in, to_provider


def parameters(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


async def test_a_user_signs_in(browser: Browser, idp: FakeIdP) -> None:
    assert await sign_in(browser, idp, callbackUrl="/home") == f"{ORIGIN}/home"
    assert (await browser.session())["user"] == {"name": "Alice Liddell", "email": "alice@example.com", "image": None}


async def test_an_issuer_may_end_with_a_slash() -> None:
    idp = FakeIdP("http://localhost:4000/")
    browser = Browser(make_auth(providers=[corp(idp, fetch_userinfo=True)]))
    assert (await to_provider(browser)).startswith("http://localhost:4000//authorize?")
    assert await sign_in(browser, idp) == ORIGIN


async def test_the_provider_is_listed_as_oauth(browser: Browser) -> None:
    assert body_of(await browser.get("/providers"))["corp"]["type"] == "oauth"


async def test_every_authorization_request_has_its_own_checks(browser: Browser) -> None:
    first, second = parameters(await to_provider(browser)), parameters(await to_provider(browser))
    assert first["code_challenge_method"] == "S256"
    assert all(len(first[name]) == 43 and first[name] != second[name] for name in ("state", "nonce", "code_challenge"))


async def test_extra_parameters_are_passed_on_but_cannot_replace_ours(browser: Browser) -> None:
    evil = "&client_id=x&redirect_uri=x&response_type=x&state=x&nonce=x&code_challenge=x&request=x&request_uri=x"
    sent = parameters(await to_provider(browser, f"?prompt=login&login_hint=alice{evil}"))
    assert (sent["prompt"], sent["login_hint"]) == ("login", "alice")
    assert (sent["client_id"], sent["redirect_uri"]) == ("fake-client", f"{BASE_URL}/callback/corp")
    assert "x" not in sent.values()
    assert "request" not in sent


SUBSETS = [subset for size in range(4) for subset in combinations(("pkce", "state", "nonce"), size)]


@pytest.mark.parametrize("checks", SUBSETS, ids=str)
async def test_any_subset_of_the_checks_works(make_app: MakeApp, idp: FakeIdP, checks: tuple[str, ...]) -> None:
    browser = Browser(make_app({"checks": checks}))
    sent = parameters(await to_provider(browser))
    assert {"pkce": "code_challenge" in sent, "state": "state" in sent, "nonce": "nonce" in sent} == {
        check: check in checks for check in ("pkce", "state", "nonce")
    }
    assert await sign_in(browser, idp) == ORIGIN
    assert (await browser.session())["user"]["name"] == "Alice Liddell"


async def test_parallel_tabs_each_finish_on_their_own_page(browser: Browser, idp: FakeIdP) -> None:
    begun = [await to_provider(browser, callbackUrl=f"/{tab}") for tab in range(4)]
    ends = [location_of(await browser.get(idp.sign_in(url, "alice"))) for url in reversed(begun)]
    assert ends == [f"{ORIGIN}/{tab}" for tab in (3, 2, 1, 0)]


async def test_the_number_of_pending_flows_is_limited(browser: Browser, idp: FakeIdP) -> None:
    begun = [await to_provider(browser) for _ in range(9)]
    assert len([name for name in browser.cookies if "next-auth.state" in name]) == 5
    assert "OAuthCallback" in location_of(await browser.get(idp.sign_in(begun[0], "alice")))
    assert location_of(await browser.get(idp.sign_in(begun[8], "alice"))) == ORIGIN


async def test_a_long_callback_url_is_kept_in_cookies_that_a_browser_accepts(browser: Browser, idp: FakeIdP) -> None:
    for length in (1500, 3000):
        path = "/" + "x" * length
        assert await sign_in(browser, idp, callbackUrl=path) == f"{ORIGIN}{path}"
        await to_provider(browser, callbackUrl=path)
        assert all(len(name) + len(value) < 4096 - 163 for name, value in browser.cookies.items())


async def test_a_single_pending_flow_uses_the_cookies_of_v4(browser: Browser, idp: FakeIdP) -> None:
    await to_provider(browser)
    other = {"next-auth.csrf-token", "next-auth.callback-url"}
    assert browser.cookies.keys() - other == {"next-auth.state", "next-auth.pkce.code_verifier", "next-auth.nonce"}


async def test_a_posted_response_signs_in(browser: Browser, idp: FakeIdP) -> None:
    fields = parameters(idp.sign_in(await to_provider(browser), "alice"))
    assert location_of(await browser.post("/callback/corp", fields)) == ORIGIN
    assert (await browser.session())["user"]["name"] == "Alice Liddell"


async def test_a_response_posted_by_another_site_is_repeated_as_a_get_request_with_lax_cookies(
    browser: Browser, idp: FakeIdP
) -> None:
    fields = parameters(idp.sign_in(await to_provider(browser), "alice"))
    without_cookies = Browser(browser.auth)
    response = await without_cookies.post("/callback/corp", fields | {"other": "x"})
    assert (response.status, response.cookies) == (303, ())
    assert parameters(location_of(response)) == fields
    assert location_of(await browser.get(location_of(response))) == ORIGIN


async def test_the_callbacks_receive_the_claims_and_the_account(make_app: MakeApp, idp: FakeIdP) -> None:
    seen: list[Any] = []

    def sign_in_callback(user: Any, account: Any, profile: Any) -> bool:
        seen.append((user.email, account.provider, account.provider_account_id, profile["email_verified"]))
        return True

    def jwt(token: Any, account: Any = None, profile: Any = None) -> Any:
        return {**token, "access_token": account.access_token} if account else token

    browser = Browser(make_app(callbacks=Callbacks(sign_in=sign_in_callback, jwt=jwt)))
    await sign_in(browser, idp)
    assert seen == [("alice@example.com", "corp", "alice", True)]
    token = await browser.auth.get_token(browser.cookies)
    assert token is not None
    assert "access_token" in token


async def test_the_sign_in_callback_can_refuse(make_app: MakeApp, idp: FakeIdP) -> None:
    browser = Browser(make_app(callbacks=Callbacks(sign_in=lambda user: False)))
    assert await sign_in(browser, idp) == f"{BASE_URL}/error?error=AccessDenied"
    assert await browser.session() == {}


async def test_a_new_user_emits_the_events_and_goes_to_the_new_user_page(make_app: MakeApp, idp: FakeIdP) -> None:
    emitted: list[str] = []
    events = Events(
        create_user=lambda user: emitted.append("create_user"),
        link_account=lambda account: emitted.append(f"link_account {account.provider}"),
        sign_in=lambda is_new_user: emitted.append(f"sign_in {is_new_user}"),
    )
    auth = make_app(adapter=MemoryAdapter(), events=events, pages=Pages(new_user="/welcome"))
    assert (await sign_in(Browser(auth), idp)).startswith("/welcome?callbackUrl=")
    assert await sign_in(Browser(auth), idp) == ORIGIN
    assert emitted == ["create_user", "link_account corp", "sign_in True", "sign_in False"]


async def test_userinfo_is_fetched_only_if_the_option_is_set(make_app: MakeApp, idp: FakeIdP) -> None:
    for fetch in (False, True):
        browser = Browser(make_app({"fetch_userinfo": fetch}))
        idp.requests.clear()
        await sign_in(browser, idp)
        assert ("/userinfo" in {request.path for request in idp.requests}) is fetch


async def test_the_profile_hook_determines_the_user(make_app: MakeApp, idp: FakeIdP) -> None:
    def profile(claims: Any, tokens: Any) -> dict[str, Any]:
        return {"id": claims["sub"] + "!", "name": tokens["token_type"], "email": None}

    browser = Browser(make_app({"profile": profile}))
    await sign_in(browser, idp)
    assert (await browser.session())["user"]["name"] == "Bearer"
