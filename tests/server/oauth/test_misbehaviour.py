"""Every switch of ``FakeIdP``: an error prevents the sign-in, a harmless oddity does not, and none causes a 500."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from authwright import Auth
from authwright.adapters.memory import MemoryAdapter
from authwright.server.oauth import outbound
from authwright.testing import FakeIdP
from authwright.testing.misbehaviour import ANSWERS, ENDPOINTS
from authwright.testing.switches import SWITCHES
from support.apps import BASE_URL, ORIGIN, make_auth
from support.browser import Browser, location_of
from support.provider import corp, to_provider

PAGE = Path(__file__).parents[3] / "docs" / "testing-your-app.md"
REFRESHES = {name for name, switch in SWITCHES.items() if switch.point == "refreshed"}
HARMLESS = {name for name, switch in SWITCHES.items() if "harmless" in switch.what} | REFRESHES
# The switches with which the browser is not even redirected to the provider.
AT_ONCE = {"discovery-issuer-mismatch", "discovery-issuer-slash", "javascript-endpoint"}


def make(idp: FakeIdP) -> Auth:
    provider = corp(idp, fetch_userinfo=True)
    return make_auth(providers=[provider], adapter=MemoryAdapter(), strategy="database")


async def sign_in_alice(browser: Browser, idp: FakeIdP) -> str:
    """Sign in as alice, and return the URL of the last redirect."""
    url = await to_provider(browser)
    return location_of(await browser.get(idp.sign_in(url, "alice"))) if url.startswith(idp.issuer) else url


@pytest.mark.parametrize("name", sorted(SWITCHES.keys() - HARMLESS))
async def test_a_misbehaving_provider_cannot_sign_in_a_user(idp: FakeIdP, name: str) -> None:
    idp.misbehave(name)
    auth = make(idp)
    browser = Browser(auth)
    code = dict(parse_qsl(urlsplit(await sign_in_alice(browser, idp)).query))["error"]
    assert code == (
        "OAuthSignin" if name in AT_ONCE else "Callback" if name == "error-beside-code" else "OAuthCallback"
    )
    assert await browser.session() == {}
    assert await auth.adapter.get_user_by_email("alice@example.com") is None


@pytest.mark.parametrize("name", sorted(HARMLESS))
async def test_a_provider_with_a_harmless_oddity_signs_in_the_user(idp: FakeIdP, name: str) -> None:
    idp.misbehave(name)
    auth = make(idp)
    browser = Browser(auth)
    assert await sign_in_alice(browser, idp) == ORIGIN
    assert (await browser.session())["user"]["email"] == "alice@example.com"
    assert await auth.adapter.get_user_by_account("corp", "alice") is not None


@pytest.mark.parametrize("name", [f"{endpoint}:{response}" for endpoint, response in product(ENDPOINTS, ANSWERS)])
async def test_a_bad_response_from_an_endpoint_fails_the_sign_in_quickly(
    idp: FakeIdP, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbound, "TIME_LIMIT", 0.1)
    idp.misbehave(name)
    browser = Browser(make(idp))
    expected = "OAuthSignin" if name.startswith("metadata") else "OAuthCallback"
    assert await sign_in_alice(browser, idp) == f"{BASE_URL}/error?error={expected}"
    assert await browser.session() == {}


async def test_a_provider_that_behaves_again_signs_in_the_user(idp: FakeIdP) -> None:
    idp.misbehave("sig-none", "token:down")
    browser = Browser(make(idp))
    assert await sign_in_alice(browser, idp) != ORIGIN
    idp.behave()
    assert await sign_in_alice(browser, idp) == ORIGIN


def test_an_unknown_switch_raises_an_error_that_lists_the_known_ones(idp: FakeIdP) -> None:
    for name in ("sig-nope", "token:nope", "nope:slow"):
        with pytest.raises(ValueError, match="sig-none"):
            idp.misbehave(name)


def test_the_page_lists_every_switch_with_what_it_does() -> None:
    page = PAGE.read_text()
    assert [name for name, switch in SWITCHES.items() if f"| `{name}` | {switch.what} |" not in page] == []
    assert [name for name, what in ANSWERS.items() if f"| `ENDPOINT:{name}` | {what} |" not in page] == []
