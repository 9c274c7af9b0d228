"""What ``FakeIdP`` can be told to do wrong, so that a test sees what its app makes of it.

Each switch is a name and a change at one point of the provider: to a document, to claims before they are signed, to a
token, to an answer. Names with a counterpart in the OpenID Foundation's relying-party tests are theirs.
"""

from __future__ import annotations

import asyncio
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from authwright.asgi import ASGIApp, Message, Receive, Scope, Send
from authwright.http import Response

if TYPE_CHECKING:
    from authwright.testing.fake_idp import FakeIdP

Point: TypeAlias = Literal["metadata", "keys", "answer", "claims", "refreshed", "id_token", "tokens", "userinfo"]
Change: TypeAlias = "Callable[[FakeIdP, Any], Any]"

ELSEWHERE = "https://elsewhere.example"


@dataclass(frozen=True)
class Switch:
    """One misbehaviour: where it happens, and what becomes of what should have been said there."""

    point: Point
    change: Change
    what: str


def _with(**changes: Any) -> Change:
    """Members that say something else; None takes one out."""

    def change(idp: FakeIdP, value: Mapping[str, Any]) -> dict[str, Any]:
        return {name: one for name, one in {**value, **changes}.items() if one is not None}

    return change


def _unsigned(idp: FakeIdP, token: str) -> str:
    header = urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    return f"{header}.{token.split('.')[1]}."


def _signed_with_secret(idp: FakeIdP, token: str) -> str:
    from joserfc import jws
    from joserfc.jwk import OctKey

    key = OctKey.import_key(idp.client_secret.ljust(32, "."))
    return jws.serialize_compact({"alg": "HS256"}, _payload(token), key, algorithms=["HS256"])


def _with_header(**header: Any) -> Change:
    def change(idp: FakeIdP, token: str) -> str:
        return idp.keys.sign(json.loads(_payload(token)), header)

    return change


def _with_own_key(idp: FakeIdP, token: str) -> str:
    from authwright.testing.keys import SigningKeys

    own = SigningKeys()
    return own.sign(json.loads(_payload(token)), {"jwk": own.public()["keys"][0]})


def _broken(idp: FakeIdP, token: str) -> str:
    head, _, signature = token.rpartition(".")
    return f"{head}.{signature[::-1]}"


def _payload(token: str) -> bytes:
    from base64 import urlsafe_b64decode

    payload = token.split(".")[1]
    return urlsafe_b64decode(payload + "=" * (-len(payload) % 4))


def _encrypted_only(idp: FakeIdP, keys: Mapping[str, Any]) -> dict[str, Any]:
    return {"keys": [{**key, "use": "enc"} for key in keys["keys"]]}


SWITCHES: Mapping[str, Switch] = {
    # Discovery.
    "discovery-issuer-mismatch": Switch("metadata", _with(issuer=ELSEWHERE), "the metadata names another issuer"),
    "javascript-endpoint": Switch(
        "metadata", _with(authorization_endpoint="javascript:alert(1)"), "the authorization endpoint is a script"
    ),
    "http-token-endpoint": Switch(
        "metadata",
        _with(token_endpoint="http://elsewhere.example/token"),  # noqa: S106 - no password
        "the token endpoint is not https",
    ),
    "no-jwks-uri": Switch("metadata", _with(jwks_uri=None), "the metadata names no keys"),
    "keys-for-encryption": Switch("keys", _encrypted_only, "the keys are marked for encryption"),
    "odd-key": Switch(
        "keys",
        lambda idp, keys: {"keys": [{"kty": "odd"}, 7, *keys["keys"]]},
        "two keys are nonsense (harmless)",
    ),
    # The answer to the browser.
    "iss-mismatch": Switch("answer", _with(iss=ELSEWHERE), "the answer names another issuer (RFC 9207)"),
    "iss-missing": Switch("answer", _with(iss=None), "the answer names no issuer, although the metadata says it does"),
    "state-missing": Switch("answer", _with(state=None), "the answer carries no state"),
    "state-invalid": Switch("answer", _with(state="x"), "the answer carries another state"),
    "error-beside-code": Switch("answer", _with(error="access_denied"), "the answer carries an error and a code"),
    # The ID token's claims.
    "nonce-invalid": Switch("claims", _with(nonce="x"), "the ID token has another nonce"),
    "nonce-missing": Switch("claims", _with(nonce=None), "the ID token has no nonce"),
    "issuer-mismatch": Switch("claims", _with(iss=ELSEWHERE), "the ID token names another issuer"),
    "aud-invalid": Switch("claims", _with(aud="another client"), "the ID token is for another client"),
    "aud-several": Switch("claims", _with(aud=["fake-client", "other"]), "the ID token is for two, and says not whose"),
    "azp-invalid": Switch("claims", _with(azp="another client"), "the ID token was issued to another client"),
    "sub-missing": Switch("claims", _with(sub=None), "the ID token has no sub"),
    "sub-too-long": Switch("claims", _with(sub="x" * 256), "the ID token's sub is longer than 255"),
    "iat-missing": Switch("claims", _with(iat=None), "the ID token has no iat"),
    "exp-missing": Switch("claims", _with(exp=None), "the ID token has no exp"),
    "expired": Switch("claims", _with(exp=1), "the ID token has expired"),
    "from-the-future": Switch("claims", _with(iat=2**40), "the ID token is from the future"),
    "at-hash-invalid": Switch("claims", _with(at_hash="x"), "the ID token's at_hash is of another access token"),
    "events": Switch("claims", _with(events={}), "the ID token is a logout token in disguise"),
    # How the ID token is signed.
    "sig-none": Switch("id_token", _unsigned, "the ID token is not signed"),
    "sig-hs256": Switch("id_token", _signed_with_secret, "the ID token is signed with the client's secret"),
    "bad-sig": Switch("id_token", _broken, "the ID token's signature is wrong"),
    "own-key": Switch("id_token", _with_own_key, "the ID token brings the key that signed it"),
    "kid-unknown": Switch("id_token", _with_header(kid="x"), "the ID token names a key that there is not"),
    "kid-absent": Switch("id_token", _with_header(kid=None), "the ID token names no key (harmless)"),
    "crit": Switch("id_token", _with_header(crit=["b64"], b64=True), "the ID token has a critical header"),
    "typ-access-token": Switch("id_token", _with_header(typ="at+jwt"), "the ID token is an access token (RFC 9068)"),
    "encrypted": Switch("id_token", lambda idp, token: "a.b.c.d.e", "the ID token is encrypted, unasked"),
    # The token response.
    "id-token-missing": Switch("tokens", _with(id_token=None), "there is no ID token"),
    "access-token-missing": Switch("tokens", _with(access_token=None), "there is no access token"),
    "access-token-number": Switch("tokens", _with(access_token=7), "the access token is no text"),
    "token-type-mac": Switch("tokens", _with(token_type="mac"), "the access token is no bearer token"),  # noqa: S106
    "expires-in-nonsense": Switch("tokens", _with(expires_in="soon"), "expires_in is no number (harmless)"),
    "account-fields": Switch(
        "tokens",
        _with(provider="github", provider_account_id="bob", userId="bob"),
        "it says whose it is (harmless)",
    ),
    # Refreshes and userinfo.
    "refresh-sub-mismatch": Switch("refreshed", _with(sub="mallory"), "a refreshed ID token is about somebody else"),
    "refresh-iss-mismatch": Switch("refreshed", _with(iss=ELSEWHERE), "a refreshed ID token names another issuer"),
    "userinfo-bad-sub": Switch("userinfo", _with(sub="mallory"), "userinfo is about somebody else"),
    "userinfo-sub-missing": Switch("userinfo", _with(sub=None), "userinfo does not say about whom it is"),
}

ENDPOINTS: Mapping[str, str] = {
    "metadata": "/.well-known/openid-configuration",
    "keys": "/jwks",
    "token": "/token",
    "userinfo": "/userinfo",
}
# What becomes of an endpoint's whole answer: "token:slow".
ANSWERS: Mapping[str, str] = {
    "slow": "answers after a minute",
    "trickling": "sends a byte a second",
    "huge": "sends two megabytes",
    "redirecting": "redirects to another host",
    "down": "answers 503",
    "no-json": "answers with a page",
}


class Misbehaviour:
    """What one provider does wrong at the moment."""

    def __init__(self) -> None:
        self._switches: list[Switch] = []
        self._answers: dict[str, str] = {}

    def turn_on(self, names: Sequence[str]) -> None:
        """Raises ``ValueError`` where a name is none of ``SWITCHES``, nor ``ENDPOINT:ANSWER``."""
        for name in names:
            endpoint, _, answer = name.partition(":")
            if name in SWITCHES:
                self._switches.append(SWITCHES[name])
            elif endpoint in ENDPOINTS and answer in ANSWERS:
                self._answers[ENDPOINTS[endpoint]] = answer
            else:
                known = ", ".join([*SWITCHES, *(f"ENDPOINT:{one}" for one in ANSWERS)])
                raise ValueError(f"There is no misbehaviour {name!r}: {known}.")

    def bent(self, point: Point, idp: FakeIdP, value: Any) -> Any:
        """*value*, as the provider says it."""
        for switch in self._switches:
            if switch.point == point:
                value = switch.change(idp, value)
        return value

    async def answered(self, path: str, response: Response) -> Response:
        """*response* of the endpoint at *path*, as the provider sends it; a trickling one is ``trickle``'s."""
        kind = self._answers.get(path)
        if kind == "slow":
            await asyncio.sleep(60)
        if kind == "huge":
            return Response(200, response.headers, b" " * 2_000_000 + response.body)
        if kind == "redirecting":
            return Response(302, [("Location", ELSEWHERE + path)])
        if kind == "down":
            return Response(503)
        return Response(200, [("Content-Type", "text/html")], b"<p>Hello.") if kind == "no-json" else response

    def trickles(self, path: str) -> bool:
        return self._answers.get(path) == "trickling"


async def trickle(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Serve *app*, its body a byte a second."""

    async def slowly(message: Message) -> None:
        if message["type"] != "http.response.body":
            await send({**message, "headers": [pair for pair in message["headers"] if pair[0] != b"content-length"]})
            return
        for byte in message["body"]:
            await send({**message, "body": bytes([byte]), "more_body": True})
            await asyncio.sleep(1)
        await send({**message, "body": b""})

    await app(scope, receive, slowly)
