"""A request with an invalid host or with unusual cookies gets a response and raises no exception."""

import pytest

from authwright import Auth
from authwright.adapters.memory import MemoryAdapter
from authwright.http import Request
from authwright.testing import Outbox
from authwright.types import VerificationToken
from support.apps import SECRET, make_auth
from support.browser import Browser, location_of

FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def trusting() -> Auth:
    return Auth(secret=SECRET, providers=[], trust_host=True)


@pytest.mark.parametrize("headers", [{}, {"accept": "text/html"}, FORM])
async def test_an_invalid_host_is_a_bad_request(trusting: Auth, headers: dict[str, str]) -> None:
    request = Request("POST", "/api/auth/signout", headers=headers | {"host": "a b"}, body=b"json=true")
    assert (await trusting.handle(request)).status == 400


@pytest.mark.parametrize("accept", ["text/html", "*/*"])
@pytest.mark.parametrize("tenant", ["/ ", "/\x00", "/a?b", "/a#b", "/\u2028"])
async def test_an_invalid_mount_point_is_a_bad_request(trusting: Auth, tenant: str, accept: str) -> None:
    request = Request("GET", f"{tenant}/csrf", headers={"host": "a.example", "accept": accept}, root_path=tenant)
    response = await trusting.handle(request)
    assert response.status == 400


async def test_cookie_options_that_are_invalid_for_the_site_cause_a_500() -> None:
    cookies = {"session_token": {"options": {"same_site": "none"}}}
    auth = Auth(secret=SECRET, providers=[], trust_host=True, cookies=cookies)
    request = Request("GET", "/api/auth/csrf", headers={"host": "a.example", "accept": "text/html"})
    assert (await auth.handle(request)).status == 500


@pytest.mark.parametrize("odd", [{"type": "x", "headers": "y"}, {"REQUEST_METHOD": "GET"}, {"type": "http"}])
async def test_a_dict_of_cookies_is_never_taken_for_a_scope_or_an_environ(odd: dict[str, str]) -> None:
    assert await make_auth().get_server_session(odd) is None


@pytest.mark.parametrize("value", ["False", "FALSE", "no", "Off", "0"])
def test_auth_trust_host_can_be_switched_off(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("AUTH_TRUST_HOST", value)
    forged = Request("GET", "/", headers={"host": "evil.example"})
    assert Auth(secret=SECRET, providers=[])._context.home_url(forged) == "http://localhost:3000"


class NoNul(MemoryAdapter):
    """A store that refuses a NUL in text, like PostgreSQL."""

    async def use_verification_token(self, identifier: str, token: str) -> VerificationToken | None:
        if "\x00" in identifier:
            raise ValueError("invalid byte sequence for encoding")
        return await super().use_verification_token(identifier, token)


async def test_a_link_with_a_nul_in_the_address_is_refused(outbox: Outbox) -> None:
    browser = Browser(make_auth(outbox, adapter=NoNul()))
    response = await browser.sign_in("/callback/email", email="a\x00@example.com", token="x")
    assert (response.status, location_of(response).endswith("error=Verification")) == (403, True)
