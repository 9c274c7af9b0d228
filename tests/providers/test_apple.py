"""Apple's client secret: a JWT that the app signs."""

from __future__ import annotations

import time
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from authwright.errors import ConfigurationError
from authwright.providers import Apple, apple_client_secret

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
