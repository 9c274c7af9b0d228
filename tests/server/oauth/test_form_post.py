"""A provider that posts its response, such as Apple (OAuth 2.0 Form Post Response Mode)."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from authwright import Auth
from authwright.errors import ConfigurationError
from authwright.http import Response
from authwright.testing import FakeIdP
from support.apps import make_auth
from support.browser import Browser, location_of
from support.provider import corp

SITE = "https://example.com"
CHECKS = {"__Host-next-auth.state", "__Host-next-auth.pkce.code_verifier", "__Host-next-auth.nonce"}
CALLBACK_URL = "__Secure-next-auth.callback-url"


def posting(idp: FakeIdP, base_url: str = SITE, **options: str) -> Auth:
    providers = [corp(idp, response_mode="form_post"), corp(idp, id="other")]
    return make_auth(providers=providers, base_url=base_url, **options)


async def begin(browser: Browser, provider: str = "corp", **fields: str) -> Response:
    return await browser.sign_in(f"/signin/{provider}", callbackUrl=f"{SITE}/home", **fields)


def same_site(response: Response) -> dict[str, str | None]:
    """Return the SameSite attribute of each cookie that *response* sets."""
    return {cookie.name: cookie.same_site for cookie in response.cookies if cookie.max_age != 0}


async def post_across_sites(browser: Browser, begun: Response, callback: str) -> Response:
    """Post the provider's response with only those cookies set by *begun* that a browser sends across sites."""
    mine, parts = browser.cookies, urlsplit(callback)
    browser.cookies = {name: mine[name] for name, value in same_site(begun).items() if value == "none"}
    response = await browser.post(parts.path.removeprefix("/api/auth"), dict(parse_qsl(parts.query)))
    browser.cookies = mine | browser.cookies
    return response


async def test_the_provider_is_asked_to_post(idp: FakeIdP) -> None:
    url = location_of(await begin(Browser(posting(idp))))
    assert dict(parse_qsl(urlsplit(url).query))["response_mode"] == "form_post"


async def test_the_check_and_callback_url_cookies_are_sent_with_a_post_from_another_site(idp: FakeIdP) -> None:
    response = await begin(Browser(posting(idp)))
    sent_along = {name for name, value in same_site(response).items() if value == "none"}
    assert sent_along == CHECKS | {CALLBACK_URL}
    assert all(cookie.secure for cookie in response.cookies if cookie.same_site == "none")


async def test_the_cookies_of_other_providers_stay_lax(idp: FakeIdP) -> None:
    response = await begin(Browser(posting(idp)), "other")
    assert same_site(response).keys() >= CHECKS
    assert set(same_site(response).values()) == {"lax"}


async def test_a_posted_response_signs_in_directly_without_a_code_in_a_url(idp: FakeIdP) -> None:
    browser = Browser(posting(idp))
    begun = await begin(browser)
    response = await post_across_sites(browser, begun, idp.sign_in(location_of(begun), "alice"))
    assert (response.status, location_of(response)) == (302, f"{SITE}/home")
    assert (await browser.session())["user"]["name"] == "Alice Liddell"


async def test_linking_an_account_needs_a_get_request_which_has_the_session_cookie(idp: FakeIdP) -> None:
    browser = Browser(posting(idp, strategy="database"))
    await browser.get(idp.sign_in(location_of(await begin(browser, "other")), "bob"))
    begun = await begin(browser, link="true")
    response = await post_across_sites(browser, begun, idp.sign_in(location_of(begun), "alice"))
    assert response.status == 303
    assert location_of(await browser.get(location_of(response))) == f"{SITE}/home"
    assert (await browser.session())["user"]["name"] == "Bob Dodgson"
    owner = await browser.auth.adapter.get_user_by_account("corp", "alice")
    assert owner is not None
    assert owner.name == "Bob Dodgson"


async def test_on_http_the_cookies_stay_lax_because_browsers_refuse_insecure_samesite_none_cookies(
    idp: FakeIdP,
) -> None:
    response = await begin(Browser(posting(idp, "http://localhost:3000")))
    assert set(same_site(response).values()) == {"lax"}


def test_an_unknown_response_mode_is_refused(idp: FakeIdP) -> None:
    with pytest.raises(ConfigurationError, match="response_mode"):
        corp(idp, response_mode="fragment")
