"""A request that names no site, or is a jar of odd cookies, is answered and never raises."""

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
async def test_a_host_that_makes_no_url_is_400(trusting: Auth, headers: dict[str, str]) -> None:
    request = Request("POST", "/api/auth/signout", headers=headers | {"host": "a b"}, body=b"json=true")
    assert (await trusting.handle(request)).status == 400


@pytest.mark.parametrize("accept", ["text/html", "*/*"])
@pytest.mark.parametrize("tenant", ["/ ", "/\x00", "/a?b", "/a#b", "/\u2028"])
async def test_a_mount_point_that_makes_no_url_is_400(trusting: Auth, tenant: str, accept: str) -> None:
    request = Request("GET", f"{tenant}/csrf", headers={"host": "a.example", "accept": accept}, root_path=tenant)
    response = await trusting.handle(request)
    assert response.status == 400


async def test_a_cookie_that_this_site_cannot_set_is_a_500_that_says_so() -> None:
    cookies = {"session_token": {"options": {"same_site": "none"}}}
    auth = Auth(secret=SECRET, providers=[], trust_host=True, cookies=cookies)
    request = Request("GET", "/api/auth/csrf", headers={"host": "a.example", "accept": "text/html"})
    assert (await auth.handle(request)).status == 500


@pytest.mark.parametrize("odd", [{"type": "x", "headers": "y"}, {"REQUEST_METHOD": "GET"}, {"type": "http"}])
async def test_no_cookie_makes_a_scope_or_an_environ_of_a_jar(odd: dict[str, str]) -> None:
    assert await make_auth().get_server_session(odd) is None


@pytest.mark.parametrize("value", ["False", "FALSE", "no", "Off", "0"])
def test_auth_trust_host_understands_no(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("AUTH_TRUST_HOST", value)
    forged = Request("GET", "/", headers={"host": "evil.example"})
    assert Auth(secret=SECRET, providers=[]).home_of(forged) == "http://localhost:3000"


class NoNul(MemoryAdapter):
    """PostgreSQL refuses a NUL in text."""

    async def use_verification_token(self, identifier: str, token: str) -> VerificationToken | None:
        if "\x00" in identifier:
            raise ValueError("invalid byte sequence for encoding")
        return await super().use_verification_token(identifier, token)


async def test_an_address_with_a_nul_is_an_unknown_link(outbox: Outbox) -> None:
    browser = Browser(make_auth(outbox, adapter=NoNul()))
    answer = await browser.sign_in("/callback/email", email="a\x00@example.com", token="x")
    assert (answer.status, location_of(answer).endswith("error=Verification")) == (403, True)
