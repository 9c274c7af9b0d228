"""Apple: the client secret, a JWT that the app signs, and the name, which comes with the first sign-in only."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from authwright.adapters.memory import MemoryAdapter
from authwright.errors import ConfigurationError
from authwright.providers import Apple, apple_client_secret
from authwright.testing import FakeIdP, FakeUser
from support.apps import make_auth
from support.browser import Browser, location_of

KEY = ECKey.generate_key("P-256")
OPTIONS: dict[str, Any] = {
    "team_id": "TEAM123456",
    "key_id": "KEY1234567",
    "client_id": "com.example.web",
    "private_key": KEY.as_pem(private=True).decode(),
}


def test_the_secret_has_the_header_and_claims_that_apple_requires() -> None:
    before = int(time.time())
    token = jwt.decode(apple_client_secret(**OPTIONS, lifetime=600), KEY, algorithms=["ES256"])
    issued = token.claims.pop("iat")
    assert token.header == {"alg": "ES256", "kid": "KEY1234567", "typ": "JWT"}
    assert before <= issued <= time.time()
    expected = {"iss": "TEAM123456", "aud": "https://appleid.apple.com", "sub": "com.example.web", "exp": issued + 600}
    assert token.claims == expected


@pytest.mark.parametrize(
    ("option", "changes"),
    [
        ("lifetime", {"lifetime": 15_777_001}),
        ("lifetime", {"lifetime": 0}),
        ("private_key", {"private_key": "hunter2"}),
        ("private_key", {"private_key": RSAKey.generate_key(2048).as_pem(private=True).decode()}),
        ("private_key", {"private_key": ECKey.generate_key("P-384").as_pem(private=True).decode()}),
        ("private_key", {"private_key": KEY.as_pem(private=False).decode()}),
    ],
)
def test_options_that_apple_would_refuse_are_refused(option: str, changes: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError) as refused:
        apple_client_secret(**OPTIONS | changes)
    assert refused.value.option == f"apple_client_secret.{option}"
    assert "hunter2" not in str(refused.value)


def test_apple_is_asked_to_post_its_response() -> None:
    apple = Apple(client_id="com.example.web", client_secret="jwt")
    assert (apple.scope, apple.client_auth) == ("name email", "client_secret_post")
    assert apple.response_mode == "form_post"


def apple(idp: FakeIdP) -> Browser:
    """Return a browser for an app whose Apple is *idp*, on http, so that a POST from Apple comes without cookies."""
    provider = Apple(client_id=idp.client_id, client_secret=idp.client_secret, http_client=idp.http_client())
    return Browser(make_auth(providers=[provider], adapter=MemoryAdapter()))


@pytest.fixture
def idp() -> FakeIdP:
    user = FakeUser(sub="alice", name="", email="alice@example.com", claims={"name": None})
    idp = FakeIdP("https://appleid.apple.com", [user])
    idp.misbehave("iss-unannounced")
    return idp


async def first_sign_in(browser: Browser, idp: FakeIdP, user: str) -> str:
    """Sign in as Apple does it the first time, and return the URL that the browser is redirected to after the POST."""
    url = location_of(await browser.sign_in("/signin/apple"))
    callback = idp.sign_in(url.replace("scope=name+email", "scope=openid"), "alice")
    fields = dict(parse_qsl(urlsplit(callback).query)) | {"user": user}
    without_cookies = Browser(browser.auth)
    return location_of(await without_cookies.post("/callback/apple", fields))


NAMED = '{"name": {"firstName": "Alice", "lastName": "Liddell"}, "email": "mallory@example.com"}'


async def test_the_name_of_the_first_sign_in_survives_the_redirect_after_the_post(idp: FakeIdP) -> None:
    browser = apple(idp)
    location = await first_sign_in(browser, idp, NAMED)
    await browser.get(location)
    assert (await browser.session())["user"] == {"name": "Alice Liddell", "email": "alice@example.com", "image": None}


@pytest.mark.parametrize(
    ("user", "name"),
    [
        ("", None),
        ("nonsense", None),
        ("[" * 500, None),
        ("7", None),
        ('{"name": "Alice"}', None),
        ('{"name": {"firstName": 7, "lastName": "Liddell"}}', "Liddell"),
        ('{"name": {"firstName": "앨리스", "lastName": ""}}', "앨리스"),
        ('{"name": {"firstName": "A\\u0000"}}', None),
        ('{"name": {"firstName": "A\\ud800"}}', "A\ufffd"),
        ('{"name": {"firstName": "%s"}}' % ("x" * 3000), None),
    ],
)
async def test_an_odd_user_of_apple_prevents_no_sign_in(idp: FakeIdP, user: str, name: str | None) -> None:
    browser = apple(idp)
    location = await first_sign_in(browser, idp, user)
    assert len(location) < 2500
    await browser.get(location)
    session = await browser.session()
    assert (session["user"]["name"], session["user"]["email"]) == (name, "alice@example.com")


async def test_a_signed_name_of_apple_takes_precedence() -> None:
    profile = Apple(client_id="a", client_secret="b").hooks["profile"]
    user = await profile(claims={"sub": "1", "name": "Signed"}, tokens={}, params={"user": NAMED})
    assert user["name"] == "Signed"
