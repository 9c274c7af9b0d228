"""Invalid callbacks and misbehaving providers are refused, without a 500 and without an incomplete session."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from authwright.adapters.memory import MemoryAdapter
from authwright.server.oauth import outbound
from authwright.testing import FakeIdP
from support.apps import BASE_URL, ORIGIN, SECRET, make_auth
from support.browser import Browser, location_of
from support.provider import MakeApp, corp, sign_in, to_provider

REFUSED = f"{BASE_URL}/error?error=OAuthCallback"


async def assert_refused(browser: Browser, callback: str) -> None:
    response = await browser.get(callback)
    assert (response.status, location_of(response)) == (302, REFUSED)
    assert await browser.session() == {}


async def test_a_callback_without_its_check_cookies_is_refused(browser: Browser, idp: FakeIdP) -> None:
    callback = idp.sign_in(await to_provider(browser), "alice")
    for check in ("state", "pkce.code_verifier", "nonce"):
        other = Browser(browser.auth)
        other.cookies = {name: value for name, value in browser.cookies.items() if name != f"next-auth.{check}"}
        await assert_refused(other, callback)
    assert "/token" not in {request.path for request in idp.requests}


async def test_a_wrong_state_is_refused_before_any_token_request(browser: Browser, idp: FakeIdP) -> None:
    callback = idp.sign_in(await to_provider(browser), "alice")
    await assert_refused(browser, callback.replace("state=", "state=x"))
    assert "/token" not in {request.path for request in idp.requests}


async def test_a_callback_works_once(browser: Browser, idp: FakeIdP) -> None:
    callback = idp.sign_in(await to_provider(browser), "alice")
    await browser.get(callback)
    await browser.sign_out()
    await assert_refused(browser, callback)


async def test_a_flow_expires_after_fifteen_minutes(
    browser: Browser, idp: FakeIdP, travel: Callable[[float], None]
) -> None:
    callback = idp.sign_in(await to_provider(browser), "alice")
    travel(15 * 60 + 16)
    await assert_refused(browser, callback)


async def test_a_flow_of_another_provider_is_refused(idp: FakeIdP) -> None:
    auth = make_auth(providers=[corp(idp), corp(idp, id="other")])
    browser = Browser(auth)
    callback = idp.sign_in(await to_provider(browser), "alice")
    await assert_refused(browser, callback.replace("/callback/corp", "/callback/other"))


@pytest.mark.parametrize("change", ["iss=http%3A%2F%2Fevil", None])
async def test_the_response_must_name_its_issuer(browser: Browser, idp: FakeIdP, change: str | None) -> None:
    callback = idp.sign_in(await to_provider(browser), "alice")
    issuer = "iss=http%3A%2F%2Flocalhost%3A4000"
    await assert_refused(browser, callback.replace(f"&{issuer}", f"&{change}" if change else ""))


async def test_an_error_from_the_provider_is_refused_and_ends_the_flow(browser: Browser, idp: FakeIdP) -> None:
    callback = idp.sign_in(await to_provider(browser), "alice")
    response = await browser.get(callback.replace("code=", "error=access_denied&x="))
    assert location_of(response) == f"{BASE_URL}/error?error=Callback"
    assert await browser.session() == {}
    assert not [name for name in browser.cookies if "state" in name]


async def test_a_repeated_parameter_is_refused(browser: Browser, idp: FakeIdP) -> None:
    callback = idp.sign_in(await to_provider(browser), "alice")
    assert (await browser.get(f"{callback}&code=x")).status == 400


class Misbehaving:
    """A provider whose responses a test can change."""

    def __init__(self, idp: FakeIdP) -> None:
        self.idp = idp
        self.changes: dict[str, Callable[[Any], Any]] = {}

    def client(self) -> httpx2.AsyncClient:
        inner = httpx2.ASGITransport(self.idp.asgi)

        async def respond(request: httpx2.Request) -> httpx2.Response:
            change = self.changes.get(request.url.path)
            response = await inner.handle_async_request(request)
            if change is None:
                return response
            body = await response.aread()
            changed = change(json.loads(body))
            if isinstance(changed, httpx2.Response):
                return changed
            return httpx2.Response(200, content=json.dumps(changed).encode())

        return httpx2.AsyncClient(transport=httpx2.MockTransport(respond))


@pytest.fixture
def misbehaving(idp: FakeIdP) -> Misbehaving:
    return Misbehaving(idp)


def unsigned(tokens: Any) -> Any:
    _, payload, _ = tokens["id_token"].split(".")
    return tokens | {"id_token": f"eyJhbGciOiJub25lIn0.{payload}."}


RESPONSES: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "an unsigned ID token": ("/token", unsigned),
    "a changed ID token": ("/token", lambda t: t | {"id_token": t["id_token"][:-8] + "AAAAAAAA"}),
    "no ID token": ("/token", lambda t: {k: v for k, v in t.items() if k != "id_token"}),
    "no access token": ("/token", lambda t: t | {"access_token": None}),
    "another token type": ("/token", lambda t: t | {"token_type": "mac"}),
    "an error with 200": ("/token", lambda t: {"error": "bad_verification_code"}),
    "an error with 400": ("/token", lambda t: httpx2.Response(400, json={"error": "invalid_grant"})),
    "a redirect": ("/token", lambda t: httpx2.Response(302, headers={"location": "http://localhost:4000/token"})),
    "a list": ("/token", lambda t: [t]),
    "no JSON": ("/token", lambda t: httpx2.Response(200, content=b"<html>")),
    "a compressed response": ("/token", lambda t: httpx2.Response(200, headers={"content-encoding": "br"}, json=t)),
    "too much": ("/token", lambda t: httpx2.Response(200, content=b"x" * 1_000_001)),
    "a foreign issuer": ("/.well-known/openid-configuration", lambda m: m | {"issuer": "http://evil"}),
    "keys of another provider": ("/jwks", lambda keys: {"keys": FakeIdP().keys.public()["keys"]}),
    "no keys": ("/jwks", lambda keys: {}),
    "only an odd key": ("/jwks", lambda keys: {"keys": [{"kty": "RSA", "n": "!", "e": "AQAB"}, 7]}),
}


@pytest.mark.parametrize("name", RESPONSES)
async def test_a_misbehaving_provider_is_refused(misbehaving: Misbehaving, name: str) -> None:
    path, change = RESPONSES[name]
    misbehaving.changes[path] = change
    provider = corp(misbehaving.idp, http_client=misbehaving.client())
    browser = Browser(make_auth(providers=[provider], adapter=MemoryAdapter(), strategy="database"))
    begun = location_of(await browser.sign_in("/signin/corp"))
    if "issuer" in name:
        assert begun == f"{BASE_URL}/error?error=OAuthSignin"
        return
    assert location_of(await browser.get(misbehaving.idp.sign_in(begun, "alice"))) == REFUSED
    assert await browser.session() == {}
    assert await browser.auth.adapter.get_user_by_email("alice@example.com") is None


async def test_an_invalid_key_does_not_affect_the_others(misbehaving: Misbehaving) -> None:
    misbehaving.changes["/jwks"] = lambda keys: {"keys": [{"kty": "odd"}, {"kty": "RSA", "n": "!"}, *keys["keys"]]}
    browser = Browser(make_auth(providers=[corp(misbehaving.idp, http_client=misbehaving.client())]))
    await sign_in(browser, misbehaving.idp)
    assert (await browser.session())["user"]["name"] == "Alice Liddell"


async def test_a_new_key_is_fetched_when_a_token_names_it(make_app: MakeApp, idp: FakeIdP, monkeypatch: Any) -> None:
    monkeypatch.setattr("authwright.server.oauth.metadata.REFETCH_AFTER", 0)
    auth = make_app()
    await sign_in(Browser(auth), idp)
    idp.keys.rotate(forget=True)
    browser = Browser(auth)
    await sign_in(browser, idp)
    assert (await browser.session())["user"]["name"] == "Alice Liddell"


async def test_a_slow_provider_times_out(idp: FakeIdP, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(request: httpx2.Request) -> httpx2.Response:
        await asyncio.sleep(60)
        raise AssertionError

    monkeypatch.setattr(outbound, "TIME_LIMIT", 0.05)
    client = httpx2.AsyncClient(transport=httpx2.MockTransport(never))
    browser = Browser(make_auth(providers=[corp(idp, http_client=client)]))
    assert location_of(await browser.sign_in("/signin/corp")) == f"{BASE_URL}/error?error=OAuthSignin"


async def test_a_provider_that_is_down_leads_to_the_error_page_until_it_works_again(idp: FakeIdP) -> None:
    down = [True]
    inner = httpx2.ASGITransport(idp.asgi)

    async def respond(request: httpx2.Request) -> httpx2.Response:
        if down[0]:
            raise httpx2.ConnectError("no")
        return await inner.handle_async_request(request)

    client = httpx2.AsyncClient(transport=httpx2.MockTransport(respond))
    browser = Browser(make_auth(providers=[corp(idp, http_client=client)]))
    assert location_of(await browser.sign_in("/signin/corp")) == f"{BASE_URL}/error?error=OAuthSignin"
    down[0] = False
    await sign_in(browser, idp)
    assert (await browser.session())["user"]["name"] == "Alice Liddell"


async def test_a_token_response_cannot_choose_the_account(misbehaving: Misbehaving) -> None:
    lie = {"provider": "github", "type": "email", "provider_account_id": "bob", "providerAccountId": "bob"}
    misbehaving.changes["/token"] = lambda tokens: tokens | lie
    adapter = MemoryAdapter()
    auth = make_auth(providers=[corp(misbehaving.idp, http_client=misbehaving.client())], adapter=adapter)
    await sign_in(Browser(auth), misbehaving.idp)
    assert await adapter.get_user_by_account("corp", "alice") is not None
    assert await adapter.get_user_by_account("github", "bob") is None


async def test_no_code_secret_or_token_reaches_the_log(
    browser: Browser, idp: FakeIdP, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    callback = idp.sign_in(await to_provider(browser), "alice")
    idp.client_secret = "changed"
    await browser.get(callback)
    code = callback.split("code=")[1].split("&")[0]
    assert "OAUTH_CALLBACK_ERROR" in caplog.text
    for secret in (code, "fake-secret", SECRET):
        assert secret not in caplog.text


EMPTY = [None, "", " ", False, 0, [], {}]


@pytest.mark.parametrize("error", EMPTY, ids=repr)
async def test_an_empty_error_beside_an_access_token_is_no_error(idp: FakeIdP, error: object) -> None:
    browser = Browser(make_auth(providers=[corp(idp, http_client=adding(idp, error=error, error_description=""))]))
    assert await sign_in(browser, idp) == ORIGIN


async def test_a_description_without_an_error_is_no_error(idp: FakeIdP) -> None:
    browser = Browser(make_auth(providers=[corp(idp, http_client=adding(idp, error_description="None"))]))
    assert await sign_in(browser, idp) == ORIGIN


@pytest.mark.parametrize("error", ["invalid_grant", True, 400, ["x"], {"message": "x"}, {"code": 190}], ids=repr)
async def test_an_error_beside_an_access_token_is_an_error(idp: FakeIdP, error: object) -> None:
    browser = Browser(make_auth(providers=[corp(idp, http_client=adding(idp, error=error))]))
    assert await sign_in(browser, idp) == REFUSED


@pytest.mark.parametrize("error", EMPTY, ids=repr)
async def test_an_empty_error_without_an_access_token_signs_no_user_in(idp: FakeIdP, error: object) -> None:
    browser = Browser(make_auth(providers=[corp(idp, http_client=adding(idp, error=error, access_token=None))]))
    assert await sign_in(browser, idp) == REFUSED


async def test_an_empty_error_in_the_callback_counts_as_missing(browser: Browser, idp: FakeIdP) -> None:
    callback = idp.sign_in(await to_provider(browser), "alice")
    assert location_of(await browser.get(f"{callback}&error=")) == ORIGIN


def adding(idp: FakeIdP, **members: object) -> httpx2.AsyncClient:
    """Return an HTTP client for *idp* that adds *members* to the token response."""
    inner = httpx2.ASGITransport(idp.asgi)

    async def respond(request: httpx2.Request) -> httpx2.Response:
        response = await inner.handle_async_request(request)
        if request.url.path != "/token":
            return response
        await response.aread()
        return httpx2.Response(200, json=response.json() | members)

    return httpx2.AsyncClient(transport=httpx2.MockTransport(respond))
