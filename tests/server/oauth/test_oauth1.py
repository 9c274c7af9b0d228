"""Sign-in through an OAuth 1.0a provider (RFC 5849) that checks every signature."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import httpx2
import pytest
from oauthlib.common import Request as SignedRequest
from oauthlib.oauth1.rfc5849 import signature

from authwright import Auth
from authwright.adapters.memory import MemoryAdapter
from authwright.errors import ConfigurationError
from authwright.providers import OAuth1, TwitterLegacy
from support.apps import BASE_URL, ORIGIN, make_auth
from support.browser import Browser, location_of

SITE = "https://bird.example"
TOKENS = {"temporary": "temporary secret", "lasting": "lasting secret"}


class Bird:
    """The provider, which issues one temporary token and has one user."""

    def __init__(self) -> None:
        self.requested: list[str] = []
        self.changes: dict[str, Callable[[dict[str, str]], dict[str, str]]] = {}

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        self.requested.append(path)
        signed = self.signed(request)
        if signed is None:
            return httpx2.Response(401, text="The signature is wrong.")
        if path == "/me":
            return httpx2.Response(200, json={"id_str": "42", "name": "Alice", "email": "alice@example.com"})
        if path == "/token" and signed.get("oauth_verifier") != "verifier":
            return httpx2.Response(401)
        token = "temporary" if path == "/request_token" else "lasting"
        fields = {"oauth_token": token, "oauth_token_secret": TOKENS[token]}
        if path == "/request_token":
            assert signed["oauth_callback"] == f"{BASE_URL}/callback/bird"
            fields["oauth_callback_confirmed"] = "true"
        return httpx2.Response(200, text=urlencode(self.changes.get(path, dict)(fields)))

    def signed(self, request: httpx2.Request) -> dict[str, str] | None:
        """Return the parameters of the Authorization header, or None if the signature is wrong."""
        pairs = (part.split("=", 1) for part in request.headers["authorization"].removeprefix("OAuth ").split(", "))
        received = {name: unquote(value.strip('"')) for name, value in pairs}
        verified = SignedRequest(str(request.url), request.method)
        query = parse_qsl(urlsplit(str(request.url)).query)
        verified.params = [*query, *((name, value) for name, value in received.items() if name != "oauth_signature")]
        verified.signature = received["oauth_signature"]
        secret = TOKENS.get(received.get("oauth_token", ""), "")
        return received if signature.verify_hmac_sha1(verified, "secret", secret) else None


@pytest.fixture
def bird() -> Bird:
    return Bird()


def provider(bird: Bird, **options: Any) -> OAuth1:
    defaults: dict[str, Any] = {
        "client_id": "client",
        "client_secret": "secret",
        "request_token": f"{SITE}/request_token",
        "authorization": f"{SITE}/authorize",
        "token": f"{SITE}/token",
        "userinfo": f"{SITE}/me?include_email=true",
        "profile": lambda claims: {"id": claims["id_str"], "name": claims["name"], "email": claims["email"]},
        "http_client": httpx2.AsyncClient(transport=httpx2.MockTransport(bird)),
    }
    return OAuth1(id="bird", name="Bird", **{**defaults, **options})


@pytest.fixture(params=["jwt", "database"])
def auth(request: pytest.FixtureRequest, bird: Bird) -> Auth:
    return make_auth(providers=[provider(bird)], adapter=MemoryAdapter(), strategy=request.param)


@pytest.fixture
def browser(auth: Auth) -> Browser:
    return Browser(auth)


async def begin(browser: Browser) -> str:
    return location_of(await browser.sign_in("/signin/bird", callbackUrl=f"{ORIGIN}/home"))


async def come_back(browser: Browser, token: str = "temporary", verifier: str = "verifier") -> str:
    query = urlencode({"oauth_token": token, "oauth_verifier": verifier})
    return location_of(await browser.get(f"/callback/bird?{query}"))


async def test_a_user_signs_in(auth: Auth, browser: Browser, bird: Bird) -> None:
    assert await begin(browser) == f"{SITE}/authorize?oauth_token=temporary"
    assert await come_back(browser) == f"{ORIGIN}/home"
    assert (await browser.session())["user"]["email"] == "alice@example.com"
    assert bird.requested == ["/request_token", "/token", "/me"]
    user = await auth.adapter.get_user_by_account("bird", "42")
    assert user
    assert await auth.tokens.get(user, "bird") == "lasting"


async def test_another_process_can_finish_a_flow(bird: Bird) -> None:
    here, there = (make_auth(providers=[provider(bird)]) for _ in range(2))
    browser = Browser(here)
    await begin(browser)
    browser.auth = there
    assert await come_back(browser) == f"{ORIGIN}/home"


async def test_the_secret_of_the_temporary_token_is_never_sent_in_plain_text(browser: Browser) -> None:
    url = await begin(browser)
    assert "temporary secret" not in f"{url} {browser.cookies}"


@pytest.mark.parametrize("kind", ["another token", "another browser", "a second time"])
async def test_a_callback_without_a_matching_flow_is_refused_before_any_request(
    browser: Browser, bird: Bird, kind: str
) -> None:
    await begin(browser)
    if kind == "another browser":
        browser = Browser(browser.auth)
    if kind == "a second time":
        await come_back(browser)
        await browser.sign_out()
    before = len(bird.requested)
    token = "another" if kind == "another token" else "temporary"
    assert await come_back(browser, token) == f"{BASE_URL}/error?error=OAuthCallback"
    assert len(bird.requested) == before
    assert await browser.session() == {}


async def test_a_user_who_declines_at_the_provider_sees_an_error(browser: Browser) -> None:
    await begin(browser)
    assert location_of(await browser.get("/callback/bird?oauth_token=temporary&denied=temporary")).endswith("=Callback")


@pytest.mark.parametrize(
    "query", ["denied=temporary", "oauth_token=temporary&denied=", "oauth_token=temporary&oauth_problem=user_refused"]
)
async def test_each_way_to_report_a_refusal_by_the_user_ends_the_flow(browser: Browser, bird: Bird, query: str) -> None:
    await begin(browser)
    before = len(bird.requested)
    assert location_of(await browser.get(f"/callback/bird?{query}")) == f"{BASE_URL}/error?error=Callback"
    assert await come_back(browser) == f"{BASE_URL}/error?error=OAuthCallback"
    assert len(bird.requested) == before


async def test_a_refusal_of_another_flow_ends_nothing(browser: Browser) -> None:
    await begin(browser)
    location = location_of(await browser.get("/callback/bird?denied=another"))
    assert location == f"{BASE_URL}/error?error=OAuthCallback"
    assert await come_back(browser) == f"{ORIGIN}/home"


@pytest.mark.parametrize("confirmed", ["TRUE", "True", "true ", "true\n"])
async def test_the_provider_may_confirm_the_callback_in_any_case(browser: Browser, bird: Bird, confirmed: str) -> None:
    bird.changes["/request_token"] = lambda fields: {**fields, "oauth_callback_confirmed": confirmed}
    assert await begin(browser) == f"{SITE}/authorize?oauth_token=temporary"


@pytest.mark.parametrize("confirmed", ["", "1", "yes", "truest"])
async def test_only_true_confirms_the_callback(browser: Browser, bird: Bird, confirmed: str) -> None:
    bird.changes["/request_token"] = lambda fields: {**fields, "oauth_callback_confirmed": confirmed}
    assert await begin(browser) == f"{BASE_URL}/error?error=OAuthSignin"


async def test_a_wrong_verifier_is_refused(browser: Browser) -> None:
    await begin(browser)
    assert await come_back(browser, verifier="x") == f"{BASE_URL}/error?error=OAuthCallback"


async def test_a_provider_that_does_not_confirm_the_callback_is_refused(browser: Browser, bird: Bird) -> None:
    # RFC 5849 section 2.1: the older protocol allowed session fixation.
    bird.changes["/request_token"] = lambda fields: {**fields, "oauth_callback_confirmed": "false"}
    assert await begin(browser) == f"{BASE_URL}/error?error=OAuthSignin"


@pytest.mark.parametrize("path", ["/request_token", "/token"])
async def test_a_response_without_credentials_is_refused(browser: Browser, bird: Bird, path: str) -> None:
    bird.changes[path] = lambda fields: {"oauth_callback_confirmed": "true"}
    await begin(browser)
    assert "error=OAuth" in (await begin(browser) if path == "/request_token" else await come_back(browser))
    assert await browser.session() == {}


async def test_a_wrong_client_secret_leads_to_the_error_page(bird: Bird) -> None:
    browser = Browser(make_auth(providers=[provider(bird, client_secret="wrong")]))
    assert await begin(browser) == f"{BASE_URL}/error?error=OAuthSignin"


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("request_token", None),
        ("request_token", "http://bird.example"),
        ("client_secret", None),
        ("checks", ("state",)),
    ],
)
def test_an_invalid_option_is_refused_at_construction(bird: Bird, option: str, value: object) -> None:
    with pytest.raises(ConfigurationError, match=option):
        provider(bird, **{option: value})


async def test_twitters_old_api_is_in_the_catalogue() -> None:
    twitter = TwitterLegacy(client_id="key", client_secret="secret")
    picture = "https://pbs.twimg.example/alice_normal.png"
    claims = {"id_str": "42", "name": "Alice", "email": "a@example.com", "profile_image_url_https": picture}
    user = await twitter.hooks["profile"](claims=claims, tokens={})
    assert user == {"id": "42", "name": "Alice", "email": "a@example.com", "image": picture.replace("_normal", "")}
    assert "_normal" not in user["image"]
