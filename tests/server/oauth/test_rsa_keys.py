"""RSA keys of less than 2048 bits verify nothing and sign nothing (RFC 7518 sections 3.3 and 3.5)."""

from __future__ import annotations

import json
import time
import warnings
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

from authwright.errors import ConfigurationError, OAuthCallbackError
from authwright.providers.http import Reply
from authwright.server.oauth import id_token
from authwright.server.oauth.metadata import Cached, key_set
from authwright.server.oauth.outbound import Outbound
from authwright.server.protocol.rsa_keys import is_short
from authwright.testing import FakeIdP
from authwright.testing.keys import short_key
from support.provider import corp

LONG, SHORT, ALMOST = RSAKey.generate_key(2048), short_key(), short_key(2040)
EVENT: dict[str, Any] = {"http://schemas.openid.net/event/backchannel-logout": {}}
COMMON: dict[str, Any] = {"issuer": "https://idp.test", "client_id": "app"}


def published(*keys: dict[str, Any]) -> Cached[list[dict[str, Any]]]:
    """Return a provider's key set with *keys*."""

    async def fetch() -> Reply:
        return Reply(200, {}, json.dumps({"keys": keys}).encode())

    return Cached(fetch, key_set(Outbound(), "https://idp.test")._read)


def public(key: RSAKey, **changes: Any) -> dict[str, Any]:
    jwk = {**key.as_dict(private=False), **changes}
    return {name: value for name, value in jwk.items() if value is not None}


def signed(key: RSAKey, algorithm: str, kid: str | None) -> str:
    now = int(time.time())
    claims = {"iss": "https://idp.test", "aud": "app", "sub": "alice", "iat": now, "exp": now + 60}
    claims |= {"jti": "1", "events": EVENT} if kid == "logout" else {}
    header = {"alg": algorithm} | ({"kid": kid} if kid else {})
    return jws.serialize_compact(header, json.dumps(claims), key, algorithms=[algorithm])


async def validate(kind: str, token: str, keys: Cached[list[dict[str, Any]]], algorithm: str) -> Any:
    if kind == "ID token":
        return await id_token.validate(token, keys, algorithms=[algorithm], **COMMON, nonce=None, now=time.time())
    if kind == "logout token":
        return await id_token.validate_logout_token(token, keys, algorithms=[algorithm], **COMMON, now=time.time())
    return await id_token.validate_userinfo(token, keys, algorithms=[algorithm], **COMMON)


KINDS = ["ID token", "logout token", "userinfo"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("algorithm", ["RS256", "RS512", "PS256"])
@pytest.mark.parametrize("key", [SHORT, ALMOST], ids=["1024", "2040"])
@pytest.mark.parametrize("beside", ["", "a longer key", "a longer key with the same kid"])
async def test_a_token_of_a_short_key_is_refused(kind: str, algorithm: str, key: RSAKey, beside: str) -> None:
    kid = "logout" if kind == "logout token" else "k"
    changes = {"kid": kid}
    others = [public(LONG, kid=kid if "same" in beside else "other")] if beside else []
    token = signed(key, algorithm, kid)
    for keys in ([public(key, **changes), *others], [*others, public(key, **changes)]):
        with pytest.raises(OAuthCallbackError, match="less than 2048 bits") as refused:
            await validate(kind, token, published(*keys), algorithm)
        assert token not in refused.value.detail


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
async def test_a_token_of_a_long_key_is_accepted_beside_a_short_one(kind: str, algorithm: str) -> None:
    kid = "logout" if kind == "logout token" else None
    keys = published(public(SHORT, kid=kid), public(LONG, kid=kid))
    assert (await validate(kind, signed(LONG, algorithm, kid), keys, algorithm))["sub"] == "alice"


async def test_a_short_key_that_appears_after_a_rotation_is_refused_by_name() -> None:
    sets = [{"keys": [public(LONG)]}, {"keys": [public(SHORT, kid="new")]}]

    async def fetch() -> Reply:
        return Reply(200, {}, json.dumps(sets.pop(0)).encode())

    keys = Cached(fetch, key_set(Outbound(), "https://idp.test")._read)
    await keys.get()
    keys._fetched = []
    with pytest.raises(OAuthCallbackError, match="less than 2048 bits"):
        await validate("ID token", signed(SHORT, "RS256", "new"), keys, "RS256")


def test_leading_zeros_do_not_make_a_key_longer() -> None:
    modulus = SHORT.raw_value.public_key().public_numbers().n
    padded = urlsafe_b64encode(modulus.to_bytes(512)).rstrip(b"=").decode()
    assert is_short(public(SHORT, n=padded))
    assert not is_short(public(LONG))


def private_jwk(key: Any) -> dict[str, Any]:
    jwk: dict[str, Any] = key.as_dict(private=True)
    return jwk


def pem(key: Any, private: bool = True) -> str:
    text: bytes = key.as_pem(private=private)
    return text.decode()


PASSWORD_FREE = SHORT.raw_value.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


@pytest.mark.parametrize(
    "key",
    [private_jwk(SHORT), private_jwk(ALMOST), pem(SHORT), PASSWORD_FREE],
    ids=["1024 bits", "2040 bits", "PEM", "PKCS 1"],
)
def test_a_short_private_key_of_the_app_is_refused_at_construction(key: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ConfigurationError, match="less than 2048 bits") as refused:
            corp(FakeIdP(), private_key=key, client_auth="private_key_jwt")
    assert refused.value.option == "providers['corp'].private_key"


@pytest.mark.parametrize(
    "key",
    ["nonsense", {"kty": "RSA"}, {"kty": "RSA", "n": 7, "e": "AQAB"}, {"x": "y"}, public(LONG), pem(LONG, False)],
    ids=["text", "empty", "odd", "unknown", "public", "public PEM"],
)
def test_an_invalid_private_key_is_refused_at_construction(key: Any) -> None:
    with pytest.raises(ConfigurationError, match="private_key"):
        corp(FakeIdP(), private_key=key)


@pytest.mark.parametrize("key", [LONG, ECKey.generate_key("P-256"), OKPKey.generate_key("Ed25519")])
def test_a_strong_private_key_is_accepted(key: Any) -> None:
    for form in (private_jwk(key), pem(key)):
        assert corp(FakeIdP(), private_key=form).private_key == form
