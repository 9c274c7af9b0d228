"""The tools for testing an app."""

from collections.abc import Awaitable, Callable

import httpx2
import pytest

from authwright.providers import OIDC, Email
from authwright.testing import FakeIdP, FakeUser, Outbox
from authwright.types import User
from support.apps import ORIGIN, make_auth
from support.browser import Browser
from support.serving import served


@pytest.mark.parametrize("strategy", ["jwt", "database"])
async def test_signed_in_returns_the_cookies_of_a_session(
    strategy: str, signed_in: Callable[..., Awaitable[dict[str, str]]]
) -> None:
    auth = make_auth(strategy=strategy)
    cookies = await signed_in(auth, User(id="7", name="Carol", email="carol@example.com"))
    session = await auth.get_server_session(cookies)
    assert session is not None
    assert session["user"]["name"] == "Carol"


async def test_an_app_signs_in_through_the_http_client_of_the_fake_provider(fake_idp: FakeIdP) -> None:
    provider = OIDC(
        id="corp",
        name="Corp",
        issuer="https://idp.test",
        client_id=fake_idp.client_id,
        client_secret=fake_idp.client_secret,
        http_client=fake_idp.http_client(),
    )
    browser = Browser(make_auth(providers=[provider]))
    url = (await browser.sign_in("/signin/corp")).body.decode().split('"url":"')[1][:-2]
    assert (await browser.get(fake_idp.sign_in(url, "bob"))).header("location") == ORIGIN


async def test_the_outbox_keeps_the_mails_instead_of_sending_them(outbox: Outbox) -> None:
    from authwright.adapters.memory import MemoryAdapter

    browser = Browser(make_auth(providers=[Email(send=outbox.send)], adapter=MemoryAdapter()))
    await browser.sign_in("/signin/email", email="bob@example.com")
    assert outbox.mails[0].identifier == "bob@example.com"
    assert outbox.links[0].startswith(f"{ORIGIN}/api/auth/callback/email?")


def test_the_fake_provider_runs_as_uvicorns_application() -> None:
    """uvicorn takes an object whose ``__call__`` is not asynchronous, such as a method, for an ASGI 2 application."""
    idp = FakeIdP("http://localhost:4000")
    with served(idp.asgi) as port:
        url = f"http://127.0.0.1:{port}/.well-known/openid-configuration"
        assert httpx2.get(url).json()["issuer"] == idp.issuer
        idp.misbehave("metadata:trickling")
        with pytest.raises(httpx2.TimeoutException), httpx2.stream("GET", url, timeout=0.5) as response:
            response.read()


REQUEST = "client_id=fake-client&redirect_uri=http://app/cb&response_type=code&scope=openid&state=s"


@pytest.mark.parametrize(
    "change",
    [
        ("fake-client", "other"),
        ("response_type=code", "response_type=token"),
        ("openid", "email"),
        ("http://app/cb", ""),
    ],
)
def test_the_fake_provider_refuses_a_wrong_request(change: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match=r"The|Only"):
        FakeIdP().sign_in("https://idp.test/authorize?" + REQUEST.replace(*change), "alice")


async def test_the_fake_provider_accepts_each_code_once_and_rotates_refresh_tokens() -> None:
    idp = FakeIdP("https://idp.test", [FakeUser(sub="u", name="U", email="u@example.com", claims={"role": "boss"})])
    code = idp.sign_in(f"https://idp.test/authorize?{REQUEST}", "u").split("code=")[1].split("&")[0]
    client = {"client_id": idp.client_id, "client_secret": idp.client_secret}
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": "http://app/cb", **client}
    async with idp.http_client() as http:
        first = await http.post("https://idp.test/token", data=form)
        again = await http.post("https://idp.test/token", data=form)
        refresh = {"grant_type": "refresh_token", "refresh_token": first.json()["refresh_token"], **client}
        renewed = await http.post("https://idp.test/token", data=refresh)
        reused = await http.post("https://idp.test/token", data=refresh)
        bearer = {"authorization": f"Bearer {renewed.json()['access_token']}"}
        userinfo = await http.get("https://idp.test/userinfo", headers=bearer)
    assert [response.status_code for response in (first, again, renewed, reused)] == [200, 400, 200, 400]
    assert (userinfo.json()["sub"], userinfo.json()["role"]) == ("u", "boss")
