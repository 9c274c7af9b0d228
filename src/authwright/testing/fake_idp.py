"""A small, correct OpenID provider for tests and demos. It runs in the same process or as a server.

It implements OpenID Connect Core 1.0 (code flow), RFC 7636 (S256 only), RFC 9126, RFC 9207, the form_post response mode
and RP-initiated logout, until you call ``misbehave``. Its users have no passwords: the browser chooses a user on a
page. Do not expose it to a network.

    idp = FakeIdP("https://idp.test")
    provider = OIDC(id="corp", name="Corp", issuer=idp.issuer, client_id=idp.client_id,
                    client_secret=idp.client_secret, http_client=idp.http_client())
    callback = idp.sign_in(authorization_url, "alice")      # the URL to return to
"""

from __future__ import annotations

import time
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hmac import compare_digest
from json import dumps
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit

import httpx2

from authwright.errors import RequestError
from authwright.http import Request, Response
from authwright.server.oauth.authorization import s256
from authwright.server.web.asgi import ASGIApp, Receive, Scope, Send
from authwright.testing.idp_pages import choose_page, post_page, text_page
from authwright.testing.keys import SigningKeys
from authwright.testing.misbehaviour import Misbehaviour, trickle
from authwright.testing.switches import Point

CODE_LIFETIME = 60
TOKEN_LIFETIME = 3600


@dataclass(frozen=True, kw_only=True)
class FakeUser:
    """A user of the provider. ``claims`` are additional claims for ID tokens and userinfo."""

    sub: str
    name: str
    email: str
    email_verified: bool = True
    claims: Mapping[str, Any] = field(default_factory=dict)

    def all_claims(self) -> dict[str, Any]:
        standard = {"sub": self.sub, "name": self.name, "email": self.email, "email_verified": self.email_verified}
        return {**standard, "picture": None, **self.claims}


ALICE = FakeUser(sub="alice", name="Alice Liddell", email="alice@example.com")
BOB = FakeUser(sub="bob", name="Bob Dodgson", email="bob@example.com")


@dataclass(frozen=True)
class _Grant:
    user: FakeUser
    parameters: Mapping[str, str]
    expires: float


class FakeIdP:
    """The fake identity provider.

    Args:
        issuer: The URL of the provider, such as ``http://localhost:4000`` or ``http://localhost:3000/idp``.
        users: The provider's users.
        client_id: The id of the provider's only client.
        client_secret: The client's secret, accepted with basic authentication and in the form.
        redirect_uris: The allowed redirect URIs. If empty, all are allowed.

    ``asgi`` is the provider as an ASGI application, which can be served or mounted at the issuer's path.
    """

    def __init__(
        self,
        issuer: str = "https://idp.test",
        users: Sequence[FakeUser] = (ALICE, BOB),
        *,
        client_id: str = "fake-client",
        client_secret: str = "fake-secret",  # noqa: S107 - not a real secret
        redirect_uris: Sequence[str] = (),
    ) -> None:
        self.issuer: str = issuer
        self.users: dict[str, FakeUser] = {user.sub: user for user in users}
        self.client_id: str = client_id
        self.client_secret = client_secret
        self.keys: SigningKeys = SigningKeys()
        self.requests: list[Request] = []
        self._wrong = Misbehaviour()
        self.asgi: ASGIApp = _Application(self)
        self._redirect_uris = redirect_uris
        self._pushed: dict[str, Mapping[str, str]] = {}
        self._codes: dict[str, _Grant] = {}
        self._access_tokens: dict[str, _Grant] = {}
        self._refresh_tokens: dict[str, _Grant] = {}

    def misbehave(self, *names: str) -> None:
        """Misbehave in these ways until ``behave`` is called.

        Args:
            *names: Names from ``authwright.testing.switches.SWITCHES``, such as ``"sig-none"``, or an endpoint and what
                is wrong with its responses, such as ``"token:slow"``.

        Raises:
            ValueError: A name is unknown. The text lists the known names.
        """
        self._wrong.turn_on(names)

    def behave(self) -> None:
        """Stop misbehaving."""
        self._wrong = Misbehaviour()

    def http_client(self) -> httpx2.AsyncClient:
        """Return an HTTP client that sends every request to this provider, for the option ``http_client``."""
        return httpx2.AsyncClient(transport=httpx2.ASGITransport(self.asgi))

    def sign_in(self, authorization_url: str, sub: str) -> str:
        """Sign the user *sub* in.

        Args:
            authorization_url: The URL of the authorization request.
            sub: The user's ``sub``.

        Returns:
            The URL that the browser is redirected to afterwards.

        Raises:
            ValueError: The provider rejects the authorization request. The text says why.
            KeyError: There is no such user.
        """
        parameters = self._parameters(dict(parse_qsl(urlsplit(authorization_url).query)))
        problem = self._problem(parameters)
        if problem:
            raise ValueError(problem)
        return _with(parameters["redirect_uri"], self._approval(parameters, self.users[sub]))

    def logout_token(self, sub: str, sid: str | None = None) -> str:
        """Return the token that the provider posts to ``/backchannel-logout/ID`` when the user *sub* signs out there.

        Args:
            sub: The user's ``sub``.
            sid: The provider's id of the session, or None for all sessions of the user.
        """
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": self.client_id, "iat": now, "exp": now + 120, "jti": token_urlsafe(16)}
        event: dict[str, object] = {"http://schemas.openid.net/event/backchannel-logout": {}}
        return self.keys.sign({**claims, "sub": sub, "events": event} | ({"sid": sid} if sid else {}))

    async def aclose(self) -> None:
        """Do nothing: the provider has no resources to close."""

    async def handle(self, request: Request) -> Response:
        """Return the response to a request to the provider."""
        self.requests.append(request)
        path = self._path(request.path, request.root_path)
        routes = {
            ("GET", "/.well-known/openid-configuration"): self._metadata,
            ("GET", "/jwks"): self._jwks,
            ("POST", "/par"): self._push,
            ("GET", "/authorize"): self._choose_user,
            ("POST", "/authorize"): self._decide,
            ("POST", "/token"): self._token,
            ("GET", "/userinfo"): self._userinfo,
            ("GET", "/end-session"): self._end_session,
        }
        route = routes.get((request.method, path))
        try:
            response = route(request) if route else text_page("This page does not exist.", 404)
            return await self._wrong.replaced(path, response)
        except RequestError as error:
            return text_page(error.message, error.status)

    def _path(self, path: str, root_path: str) -> str:
        below = path.removeprefix(root_path.rstrip("/")).removeprefix(urlsplit(self.issuer).path.rstrip("/"))
        # If the issuer ends with a slash, its endpoints have two slashes.
        return below.replace("//", "/")

    def _trickles(self, scope: Scope) -> bool:
        return self._wrong.trickles(self._path(scope["path"], scope.get("root_path", "")))

    def _metadata(self, request: Request) -> Response:
        return _json(
            self._misbehaving(
                "metadata",
                {
                    "issuer": self.issuer,
                    "pushed_authorization_request_endpoint": f"{self.issuer}/par",
                    "authorization_endpoint": f"{self.issuer}/authorize",
                    "token_endpoint": f"{self.issuer}/token",
                    "userinfo_endpoint": f"{self.issuer}/userinfo",
                    "jwks_uri": f"{self.issuer}/jwks",
                    "end_session_endpoint": f"{self.issuer}/end-session",
                    "response_types_supported": ["code"],
                    "response_modes_supported": ["query", "form_post"],
                    "subject_types_supported": ["public"],
                    "id_token_signing_alg_values_supported": ["RS256"],
                    "code_challenge_methods_supported": ["S256"],
                    "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
                    "authorization_response_iss_parameter_supported": True,
                },
            )
        )

    def _jwks(self, request: Request) -> Response:
        return _json(self._misbehaving("keys", self.keys.public()))

    def _push(self, request: Request) -> Response:
        if not self._is_client(request):
            return _json({"error": "invalid_client"}, 401)
        if self._problem(request.form):
            return _json({"error": "invalid_request"}, 400)
        reference = f"urn:ietf:params:oauth:request_uri:{token_urlsafe(24)}"
        self._pushed[reference] = request.form
        return _json({"request_uri": reference, "expires_in": CODE_LIFETIME}, 201)

    def _parameters(self, query: Mapping[str, str]) -> Mapping[str, str]:
        """Return the parameters in *query*, or the pushed parameters that it refers to (RFC 9126 section 4)."""
        return self._pushed.get(query.get("request_uri", ""), query)

    def _choose_user(self, request: Request) -> Response:
        parameters = self._parameters(request.query)
        problem = self._problem(parameters)
        if problem:
            return text_page(problem, 400)
        return choose_page(f"{self.issuer}/authorize", parameters, [*self.users.values()])

    def _decide(self, request: Request) -> Response:
        parameters = {name: str(value) for name, value in request.form.items()}
        sub = parameters.pop("sub", "")
        problem = self._problem(parameters)
        if problem:
            return text_page(problem, 400)
        user = self.users.get(sub)
        callback = self._approval(parameters, user) if user else self._denial(parameters)
        if parameters.get("response_mode") == "form_post":
            return post_page(parameters["redirect_uri"], callback)
        return Response(302, [("Location", _with(parameters["redirect_uri"], callback))])

    def _problem(self, parameters: Mapping[str, str]) -> str | None:
        if parameters.get("client_id") != self.client_id:
            return "The client_id is unknown."
        if not parameters.get("redirect_uri") or (
            self._redirect_uris and parameters["redirect_uri"] not in self._redirect_uris
        ):
            return "The redirect_uri is not registered."
        if parameters.get("response_type") != "code" or "openid" not in parameters.get("scope", "").split():
            return "Only response_type=code with the scope openid is supported."
        if "code_challenge" in parameters and parameters.get("code_challenge_method") != "S256":
            return "Only the code_challenge_method S256 is supported."
        return None

    def _approval(self, parameters: Mapping[str, str], user: FakeUser) -> dict[str, str]:
        code = token_urlsafe(24)
        self._codes[code] = _Grant(user, dict(parameters), time.time() + CODE_LIFETIME)
        callback: dict[str, str] = self._misbehaving("answer", {"code": code, "iss": self.issuer} | _state(parameters))
        return callback

    def _denial(self, parameters: Mapping[str, str]) -> dict[str, str]:
        return {"error": "access_denied", "iss": self.issuer} | _state(parameters)

    def _token(self, request: Request) -> Response:
        if not self._is_client(request):
            return _json({"error": "invalid_client"}, 401)
        form = request.form
        if form.get("grant_type") == "refresh_token":
            grant = self._refresh_tokens.pop(str(form.get("refresh_token")), None)
        else:
            # A code works once (RFC 6749 section 4.1.2).
            grant = self._codes.pop(str(form.get("code")), None)
            if grant and not self._fits(grant, form):
                grant = None
        if grant is None or grant.expires < time.time():
            return _json({"error": "invalid_grant"}, 400)
        return _json(self._tokens(grant, form.get("grant_type") == "refresh_token"))

    def _is_client(self, request: Request) -> bool:
        scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
        if scheme == "Basic":
            client_id, _, secret = b64decode(encoded).decode().partition(":")
            client_id, secret = unquote_plus(client_id), unquote_plus(secret)
        else:
            client_id, secret = str(request.form.get("client_id")), str(request.form.get("client_secret"))
        return client_id == self.client_id and compare_digest(secret.encode(), self.client_secret.encode())

    def _fits(self, grant: _Grant, form: Mapping[str, Any]) -> bool:
        challenge = grant.parameters.get("code_challenge")
        verified = challenge is None or s256(str(form.get("code_verifier", ""))) == challenge
        return verified and form.get("redirect_uri") == grant.parameters["redirect_uri"]

    def _tokens(self, grant: _Grant, refreshed: bool) -> dict[str, Any]:
        now = int(time.time())
        access_token, refresh_token = token_urlsafe(24), token_urlsafe(24)
        lasting = _Grant(grant.user, grant.parameters, now + TOKEN_LIFETIME)
        self._access_tokens[access_token] = lasting
        self._refresh_tokens[refresh_token] = _Grant(grant.user, grant.parameters, now + 30 * 86400)
        claims = {"iss": self.issuer, "aud": self.client_id, "iat": now, "exp": now + TOKEN_LIFETIME}
        nonce = {"nonce": grant.parameters["nonce"]} if "nonce" in grant.parameters else {}
        signed = self._misbehaving(
            "refreshed" if refreshed else "claims", {**grant.user.all_claims(), **claims, **nonce}
        )
        tokens: dict[str, Any] = self._misbehaving(
            "tokens",
            {
                "access_token": access_token,
                "refresh_token": refresh_token,
                "token_type": "Bearer",
                "expires_in": TOKEN_LIFETIME,
                "scope": grant.parameters.get("scope", "openid"),
                "id_token": self._misbehaving("id_token", self.keys.sign(signed)),
            },
        )
        return tokens

    def _userinfo(self, request: Request) -> Response:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        grant = self._access_tokens.get(token)
        if grant is None or grant.expires < time.time():
            return _json({"error": "invalid_token"}, 401)
        claims = self._misbehaving("userinfo", grant.user.all_claims())
        if isinstance(claims, str):
            return Response(200, [("Content-Type", "application/jwt")], claims.encode())
        return _json(claims)

    def _misbehaving(self, point: Point, value: Any) -> Any:
        return self._wrong.changed(point, self, value)

    def _end_session(self, request: Request) -> Response:
        target = request.query.get("post_logout_redirect_uri")
        if not target:
            return text_page("You have signed out.", 200)
        return Response(302, [("Location", _with(target, _state(request.query)))])


class _Application(ASGIApp):
    """The provider as an ASGI application. A server recognises an object with an asynchronous ``__call__``."""

    def __init__(self, idp: FakeIdP) -> None:
        super().__init__(idp.handle, idp.aclose)
        self._idp = idp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._idp._trickles(scope):
            await trickle(super().__call__, scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def _state(parameters: Mapping[str, str]) -> dict[str, str]:
    return {"state": parameters["state"]} if "state" in parameters else {}


def _with(url: str, parameters: Mapping[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(parameters)}"


def _json(value: object, status: int = 200) -> Response:
    headers = [("Content-Type", "application/json"), ("Cache-Control", "max-age=60" if status == 200 else "no-store")]
    return Response(status, headers, dumps(value).encode())
