"""A small, correct OpenID provider for tests and demos: it runs in the same process, or as a server.

It keeps to OpenID Connect Core 1.0 (code flow), RFC 7636 (S256 only), RFC 9126, RFC 9207, the form_post response mode
and RP-initiated logout, until it is told to ``misbehave``. Its users have no passwords: whoever is asked picks one. Do
not put it on a network.

    idp = FakeIdP("https://idp.test")
    provider = OIDC(id="corp", name="Corp", issuer=idp.issuer, client_id=idp.client_id,
                    client_secret=idp.client_secret, http_client=idp.http_client())
    callback = idp.sign_in(authorization_url, "alice")      # where the browser would go back to
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

from authwright.asgi import ASGIApp, Receive, Scope, Send
from authwright.errors import RequestError
from authwright.http import Request, Response
from authwright.oauth.authorization import s256
from authwright.testing.idp_pages import choose_page, post_page, text_page
from authwright.testing.keys import SigningKeys
from authwright.testing.misbehaviour import Misbehaviour, trickle
from authwright.testing.switches import Point

CODE_LIFETIME = 60
TOKEN_LIFETIME = 3600


@dataclass(frozen=True, kw_only=True)
class FakeUser:
    """Somebody whom the provider knows. ``claims`` are more that its tokens and userinfo carry."""

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
    asked: Mapping[str, str]
    expires: float


class FakeIdP:
    """The provider.

    Args:
        issuer: Where it is reached, such as ``http://localhost:4000`` or ``http://localhost:3000/idp``.
        users: Whom it knows.
        client_id: The one client that it serves.
        client_secret: That client's secret, by basic authentication or in the form.
        redirect_uris: Where it may send browsers back to; any, where none is named.
    """

    def __init__(
        self,
        issuer: str = "https://idp.test",
        users: Sequence[FakeUser] = (ALICE, BOB),
        *,
        client_id: str = "fake-client",
        client_secret: str = "fake-secret",  # noqa: S107 - it guards nothing
        redirect_uris: Sequence[str] = (),
    ) -> None:
        self.issuer: str = issuer
        self.users = {user.sub: user for user in users}
        self.client_id: str = client_id
        self.client_secret = client_secret
        self.keys: SigningKeys = SigningKeys()
        self.requests: list[Request] = []
        self._wrong = Misbehaviour()
        self._app = ASGIApp(self.handle, self.aclose)
        self._redirect_uris = redirect_uris
        self._pushed: dict[str, Mapping[str, str]] = {}
        self._codes: dict[str, _Grant] = {}
        self._access_tokens: dict[str, _Grant] = {}
        self._refresh_tokens: dict[str, _Grant] = {}

    def misbehave(self, *names: str) -> None:
        """Do wrong from now on, until ``behave``.

        Args:
            names: Such as ``"sig-none"``, of ``authwright.testing.switches.SWITCHES``; or what becomes of an
                endpoint's answers, such as ``"token:slow"``.

        Raises:
            ValueError: There is no such misbehaviour; the text lists those that there are.
        """
        self._wrong.turn_on(names)

    def behave(self) -> None:
        """Do no wrong any more."""
        self._wrong = Misbehaviour()

    async def asgi(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The provider as an ASGI application, to serve or to mount at the issuer's path."""
        if scope["type"] == "http" and self._wrong.trickles(self._path(scope["path"], scope.get("root_path", ""))):
            await trickle(self._app, scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def http_client(self) -> httpx2.AsyncClient:
        """A client whose every request comes here, for a provider's ``http_client``."""
        return httpx2.AsyncClient(transport=httpx2.ASGITransport(self.asgi))

    def sign_in(self, authorization_url: str, sub: str) -> str:
        """What the browser is sent back to when the user *sub* is picked at *authorization_url*.

        Raises:
            ValueError: The provider refuses the authorization request; the text says why.
        """
        asked = self._asked(dict(parse_qsl(urlsplit(authorization_url).query)))
        problem = self._problem(asked)
        if problem:
            raise ValueError(problem)
        return _with(asked["redirect_uri"], self._answer(asked, self.users[sub]))

    def logout_token(self, sub: str, sid: str | None = None) -> str:
        """What the provider posts to ``/backchannel-logout/ID`` when the user *sub* signs out there."""
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": self.client_id, "iat": now, "exp": now + 120, "jti": token_urlsafe(16)}
        event: dict[str, object] = {"http://schemas.openid.net/event/backchannel-logout": {}}
        return self.keys.sign({**claims, "sub": sub, "events": event} | ({"sid": sid} if sid else {}))

    async def aclose(self) -> None:
        """Nothing is held open."""

    async def handle(self, request: Request) -> Response:
        """Answer a request to the provider."""
        self.requests.append(request)
        path = self._path(request.path, request.root_path)
        routes = {
            ("GET", "/.well-known/openid-configuration"): self._metadata,
            ("GET", "/jwks"): self._jwks,
            ("POST", "/par"): self._push,
            ("GET", "/authorize"): self._ask,
            ("POST", "/authorize"): self._decide,
            ("POST", "/token"): self._token,
            ("GET", "/userinfo"): self._userinfo,
            ("GET", "/end-session"): self._end_session,
        }
        route = routes.get((request.method, path))
        try:
            response = route(request) if route else text_page("There is nothing here.", 404)
            return await self._wrong.answered(path, response)
        except RequestError as error:
            return text_page(error.message, error.status)

    def _path(self, path: str, root_path: str) -> str:
        below = path.removeprefix(root_path.rstrip("/")).removeprefix(urlsplit(self.issuer).path.rstrip("/"))
        # An issuer that ends in a slash has two before each endpoint.
        return below.replace("//", "/")

    def _metadata(self, request: Request) -> Response:
        return _json(
            self._bent(
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
        return _json(self._bent("keys", self.keys.public()))

    def _push(self, request: Request) -> Response:
        if not self._is_client(request):
            return _json({"error": "invalid_client"}, 401)
        if self._problem(request.form):
            return _json({"error": "invalid_request"}, 400)
        reference = f"urn:ietf:params:oauth:request_uri:{token_urlsafe(24)}"
        self._pushed[reference] = request.form
        return _json({"request_uri": reference, "expires_in": CODE_LIFETIME}, 201)

    def _asked(self, query: Mapping[str, str]) -> Mapping[str, str]:
        """What *query* asks for, by itself or by what was pushed before (RFC 9126 section 4)."""
        return self._pushed.get(query.get("request_uri", ""), query)

    def _ask(self, request: Request) -> Response:
        asked = self._asked(request.query)
        problem = self._problem(asked)
        if problem:
            return text_page(problem, 400)
        return choose_page(f"{self.issuer}/authorize", asked, [*self.users.values()])

    def _decide(self, request: Request) -> Response:
        asked = {name: str(value) for name, value in request.form.items()}
        sub = asked.pop("sub", "")
        problem = self._problem(asked)
        if problem:
            return text_page(problem, 400)
        user = self.users.get(sub)
        answer = self._answer(asked, user) if user else self._denial(asked)
        if asked.get("response_mode") == "form_post":
            return post_page(asked["redirect_uri"], answer)
        return Response(302, [("Location", _with(asked["redirect_uri"], answer))])

    def _problem(self, asked: Mapping[str, str]) -> str | None:
        if asked.get("client_id") != self.client_id:
            return "The client_id is unknown."
        if not asked.get("redirect_uri") or (self._redirect_uris and asked["redirect_uri"] not in self._redirect_uris):
            return "The redirect_uri is not registered."
        if asked.get("response_type") != "code" or "openid" not in asked.get("scope", "").split():
            return "Only response_type=code with the scope openid is served."
        if "code_challenge" in asked and asked.get("code_challenge_method") != "S256":
            return "Only the code_challenge_method S256 is served."
        return None

    def _answer(self, asked: Mapping[str, str], user: FakeUser) -> dict[str, str]:
        code = token_urlsafe(24)
        self._codes[code] = _Grant(user, dict(asked), time.time() + CODE_LIFETIME)
        answer: dict[str, str] = self._bent("answer", {"code": code, "iss": self.issuer} | _state(asked))
        return answer

    def _denial(self, asked: Mapping[str, str]) -> dict[str, str]:
        return {"error": "access_denied", "iss": self.issuer} | _state(asked)

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
        challenge = grant.asked.get("code_challenge")
        verified = challenge is None or s256(str(form.get("code_verifier", ""))) == challenge
        return verified and form.get("redirect_uri") == grant.asked["redirect_uri"]

    def _tokens(self, grant: _Grant, refreshed: bool) -> dict[str, Any]:
        now = int(time.time())
        access_token, refresh_token = token_urlsafe(24), token_urlsafe(24)
        lasting = _Grant(grant.user, grant.asked, now + TOKEN_LIFETIME)
        self._access_tokens[access_token] = lasting
        self._refresh_tokens[refresh_token] = _Grant(grant.user, grant.asked, now + 30 * 86400)
        claims = {"iss": self.issuer, "aud": self.client_id, "iat": now, "exp": now + TOKEN_LIFETIME}
        nonce = {"nonce": grant.asked["nonce"]} if "nonce" in grant.asked else {}
        said = self._bent("refreshed" if refreshed else "claims", {**grant.user.all_claims(), **claims, **nonce})
        tokens: dict[str, Any] = self._bent(
            "tokens",
            {
                "access_token": access_token,
                "refresh_token": refresh_token,
                "token_type": "Bearer",
                "expires_in": TOKEN_LIFETIME,
                "scope": grant.asked.get("scope", "openid"),
                "id_token": self._bent("id_token", self.keys.sign(said)),
            },
        )
        return tokens

    def _userinfo(self, request: Request) -> Response:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        grant = self._access_tokens.get(token)
        if grant is None or grant.expires < time.time():
            return _json({"error": "invalid_token"}, 401)
        said = self._bent("userinfo", grant.user.all_claims())
        if isinstance(said, str):
            return Response(200, [("Content-Type", "application/jwt")], said.encode())
        return _json(said)

    def _bent(self, point: Point, value: Any) -> Any:
        return self._wrong.bent(point, self, value)

    def _end_session(self, request: Request) -> Response:
        target = request.query.get("post_logout_redirect_uri")
        if not target:
            return text_page("You are signed out.", 200)
        return Response(302, [("Location", _with(target, _state(request.query)))])


def _state(asked: Mapping[str, str]) -> dict[str, str]:
    return {"state": asked["state"]} if "state" in asked else {}


def _with(url: str, parameters: Mapping[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(parameters)}"


def _json(value: object, status: int = 200) -> Response:
    headers = [("Content-Type", "application/json"), ("Cache-Control", "max-age=60" if status == 200 else "no-store")]
    return Response(status, headers, dumps(value).encode())
