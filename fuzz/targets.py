"""The fuzz targets: functions that take arbitrary bytes and raise an exception if they find a fault.

Rule 1: a parser may reject its input only with its own kind of error.
Rule 2: the server always returns a response, and its status is below 500.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from typing import Any
from urllib.parse import unquote

from authwright import Auth
from authwright.adapters.memory import MemoryAdapter
from authwright.errors import BadRequest, InvalidToken, OAuthCallbackError
from authwright.http import Request, parse_cookies, parse_form
from authwright.providers import OIDC, Credentials, Email
from authwright.providers.http import Reply
from authwright.server.oauth import id_token
from authwright.server.oauth.metadata import Cached, key_set, metadata
from authwright.server.oauth.outbound import Outbound
from authwright.server.oauth.sign_in import account_of, checked_tokens
from authwright.server.protocol import csrf, receipts, tokens
from authwright.server.protocol.checks import Pending, Purpose
from authwright.server.protocol.cookies import default_cookies
from authwright.server.protocol.signed_out import read_signed_out
from authwright.testing import FakeIdP
from authwright.types import User

SECRETS = ["the secret of a fuzzer, which guards nothing"]
NOW = 1_800_000_000.0
_COOKIES = default_cookies(secure=False)
_PATHS = (
    "session",
    "csrf",
    "signin/corp",
    "callback/corp",
    "callback/email",
    "callback/credentials",
    "signout",
    "_log",
)


def token(data: bytes) -> None:
    """Decode *data* as a session token and as a receipt, then as the plaintext of a session token that we encrypted."""
    text = data.decode("utf-8", "surrogateescape")
    for sent in (text, _sealed(data)):
        try:
            claims = tokens.decode(sent, SECRETS, now=NOW)
        except InvalidToken:
            continue
        # An accepted token has a finite expiry in the future.
        assert claims["exp"] > NOW - tokens.LEEWAY
    with suppress(InvalidToken):
        receipts.read(text, "n" * 32, SECRETS, now=NOW)


def _sealed(plaintext: bytes) -> str:
    iv = b"i" * 12
    sealed = tokens._cipher(SECRETS[0], "").encrypt(iv, plaintext, tokens._HEADER_BYTES)
    parts = (tokens._HEADER_BYTES.decode(), "", _base64(iv), _base64(sealed[:-16]), _base64(sealed[-16:]))
    return ".".join(parts)


def _base64(data: bytes) -> str:
    from base64 import urlsafe_b64encode

    return urlsafe_b64encode(data).rstrip(b"=").decode()


def cookie(data: bytes) -> None:
    """Parse *data* as a ``Cookie`` header and read each of our cookies from it, then parse it as a form."""
    sent = parse_cookies(data.decode("latin-1"))
    for option in (_COOKIES.session_token, _COOKIES.callback_url, _COOKIES.state):
        option.read(sent)
        option.clear(sent)
    read_signed_out(_COOKIES.signed_out, sent, SECRETS, NOW)
    csrf.read(sent.get(_COOKIES.csrf_token.name), SECRETS)
    pending = Pending(_COOKIES, sent, SECRETS, NOW)
    _, cookies = pending.begin("corp", ("state", "pkce", "nonce"), Purpose("/"), lambda size: b"r" * size)
    assert len(cookies) < 100
    with suppress(BadRequest):
        parse_form(data.decode("latin-1"))


def provider(data: bytes) -> None:
    """Read *data* as a response from a provider: metadata, a key set, a token response, an ID token."""
    response = Reply(200, {"cache-control": data[:40].decode("latin-1")}, data)
    for read in (metadata(Outbound(), "https://x", "https://x")._read, key_set(Outbound(), "https://x")._read):
        _refused(lambda read=read: read(response))
    _refused(lambda: account_of(_oidc(), User(id="1"), checked_tokens(response.json())))
    sent = data.decode("latin-1")
    for text in (sent, _signed(data)):
        _refused(lambda text=text: _run(_validated(text)))


@cache
def _idp() -> FakeIdP:
    return FakeIdP("http://localhost:4000")


@cache
def _oidc() -> OIDC:
    idp = _idp()
    client: dict[str, Any] = {"client_id": idp.client_id, "client_secret": idp.client_secret}
    return OIDC(id="corp", name="Corp", issuer=idp.issuer, http_client=idp.http_client(), **client)


def _signed(data: bytes) -> str:
    try:
        claims = json.loads(data)
    except (ValueError, RecursionError):
        return ""
    return _idp().keys.sign(claims if isinstance(claims, Mapping) else {"sub": claims})


async def _validated(text: str) -> None:
    async def fetch() -> Reply:
        return Reply(200, {}, json.dumps(_idp().keys.public()).encode())

    keys = Cached(fetch, lambda response: response.json()["keys"])
    expected = {"issuer": _idp().issuer, "client_id": _idp().client_id}
    claims = await id_token.validate(text, keys, algorithms=["RS256"], nonce=None, now=NOW, **expected)
    assert isinstance(claims["sub"], str)


def request(data: bytes) -> None:
    """Send requests to the REST API. The first byte of *data* selects the action; the rest is the input."""
    if not data:
        return
    path, rest = f"/api/auth/{_PATHS[data[0] % len(_PATHS)]}", data[1:]
    text = rest.decode("latin-1")
    form = {"content-type": "application/x-www-form-urlencoded"}
    as_json = {"content-type": "application/json"}
    raw_path = f"/api/auth/{text}"
    for sent in (
        Request("GET", unquote(raw_path), raw_path=raw_path),
        Request("GET", path, query=text),
        Request("GET", path, headers={"cookie": text, "accept-language": text, "accept": text}),
        Request("POST", path, headers=form, body=rest),
        Request("POST", path, headers=as_json, body=rest),
    ):
        assert _run(_auth().handle(sent)).status < 500, (sent.method, path)


@cache
def _auth() -> Auth:
    providers = [_oidc(), Email(send=lambda identifier: None), Credentials(authorize=lambda credentials: None)]
    silent = logging.getLogger("silent")
    silent.disabled = True
    return Auth(
        secret=SECRETS, base_url="http://localhost:3000", providers=providers, adapter=MemoryAdapter(), logger=silent
    )


@cache
def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.new_event_loop()


def _run(coroutine: Any) -> Any:
    return _loop().run_until_complete(coroutine)


def _refused(read: Callable[[], object]) -> None:
    with suppress(OAuthCallbackError):
        read()


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "token": token,
    "cookie": cookie,
    "provider": provider,
    "request": request,
}
