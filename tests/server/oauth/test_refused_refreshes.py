"""Refused refreshes: which responses mean that the user must sign in again, and which can pass."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from authwright import Auth
from authwright.adapters.memory import MemoryAdapter
from authwright.errors import TokenRefreshError
from authwright.providers.http import Reply
from authwright.server.oauth.refusals import ends_grant
from authwright.testing import FakeIdP
from authwright.types import User
from support.apps import make_auth
from support.browser import Browser
from support.provider import corp, sign_in

Respond = Callable[[], httpx2.Response]


class Provider:
    """An app whose provider answers refreshes with ``response``, and the user alice, whose token has expired."""

    def __init__(self, idp: FakeIdP, **options: Any) -> None:
        self.refreshes = 0
        self.response: Respond = lambda: httpx2.Response(500)
        self._inner = httpx2.ASGITransport(idp.asgi)
        client = httpx2.AsyncClient(transport=httpx2.MockTransport(self._respond))
        self.idp, self.adapter = idp, MemoryAdapter()
        self.auth: Auth = make_auth(providers=[corp(idp, http_client=client, **options)], adapter=self.adapter)

    async def _respond(self, request: httpx2.Request) -> httpx2.Response:
        if b"grant_type=refresh_token" in request.content:
            self.refreshes += 1
            return self.response()
        return await self._inner.handle_async_request(request)

    async def alice(self) -> User:
        await sign_in(Browser(self.auth), self.idp)
        user = await self.adapter.get_user_by_email("alice@example.com")
        assert user
        (account,) = await self.adapter.list_accounts(user.id)
        account.expires_at = int(time.time()) - 1
        await self.adapter.swap_account_tokens(account, account.refresh_token, account)
        return user

    async def code(self, user: User) -> str:
        with pytest.raises(TokenRefreshError) as refused:
            await self.auth.tokens.get(user, "corp")
        return refused.value.code


@pytest.fixture
def provider(idp: FakeIdP) -> Provider:
    return Provider(idp)


STRAVA = {
    "message": "Bad Request",
    "errors": [{"resource": "RefreshToken", "field": "refresh_token", "code": "invalid"}],
}
REVOKED = {"serviceErrorCode": 65601, "message": "The token used in the request has been revoked", "status": 401}
FITBIT = {"errors": [{"errorType": "invalid_grant", "message": "Refresh token invalid: x"}], "success": False}
FOR_GOOD: list[tuple[int, Any]] = [
    (400, {"error": "invalid_grant"}),
    (400, {"error": "invalid_grant", "error_description": "The client or scope is temporarily unavailable."}),
    (400, STRAVA),
    (401, STRAVA),
    (400, {"error": "invalid_request", "error_description": "The refresh token is invalid, expired or revoked"}),
    (400, {"error": "invalid_request"}),
    (401, REVOKED),
    (200, {"ok": False, "error": "invalid_refresh_token"}),
    (200, {"ok": False, "error": "token_revoked"}),
    (200, {"error": "bad_refresh_token", "error_uri": "https://example.com/oauth-client-errors"}),
    (200, {"error": "invalid_request", "error_description": "invalid refresh_token"}),
    (200, {"errcode": 40030, "errmsg": "invalid refresh_token"}),
    (403, {"error": "unauthorized_client", "error_description": "refresh_token is invalid"}),
    (400, {"status": "BAD_REFRESH_TOKEN", "message": "missing or unknown refresh token"}),
    (400, FITBIT),
    (401, {"code": 283, "message": "The refresh token is invalid or expired"}),
    (404, {"message": "Refresh token not found"}),
    (400, {"error": "interaction_required"}),
    (400, {"error": {"type": "OAuthException", "code": 190, "message": "Error validating access token"}}),
    (400, {"error": True, "message": "Bad request"}),
    (401, {}),
    (403, {"message": "Forbidden"}),
    (403, None),
    (400, "error=invalid_grant&error_description=expired"),
]


def response(status: int, body: Any, **headers: str) -> httpx2.Response:
    if body is None or isinstance(body, str):
        return httpx2.Response(status, text=body, headers=headers)
    return httpx2.Response(status, json=body, headers=headers)


@pytest.mark.parametrize(("status", "body"), FOR_GOOD, ids=str)
async def test_a_refresh_token_that_the_provider_refuses_in_its_own_words_is_never_sent_again(
    provider: Provider, status: int, body: Any
) -> None:
    alice = await provider.alice()
    provider.response = lambda: response(status, body)
    assert await provider.code(alice) == "RefreshTokenDead"
    assert await provider.code(alice) == "NoRefreshToken"
    assert provider.refreshes == 1
    (account,) = await provider.adapter.list_accounts(alice.id)
    assert account.refresh_token is None


PASSING: list[tuple[int, Any]] = [
    (429, {"error": "invalid_grant"}),
    (429, None),
    (408, None),
    (425, None),
    (500, STRAVA),
    (502, "<h1>Bad Gateway"),
    (503, {"error": "temporarily_unavailable"}),
    (400, {"error": "temporarily_unavailable"}),
    (400, {"error": "slow_down"}),
    (400, {"error": "server_error", "error_description": "The refresh token could not be read."}),
    (403, {"message": "Rate Limit Exceeded"}),
    (200, {"ok": False, "error": "ratelimited"}),
    (200, {"error": "temporarily_unavailable"}),
    (200, {}),
    (200, "<h1>Hello"),
    (302, None),
    (403, "<h1>Attention Required!"),
    (404, None),
    (405, {"message": "Method Not Allowed"}),
]
ABOUT_THE_CLIENT: list[tuple[int, Any]] = [
    (401, {"error": "invalid_client"}),
    (401, {"error": "invalid_client", "error_description": "The client secret for the refresh token is wrong."}),
    (400, {"error": "unauthorized_client"}),
    (400, {"error": "unauthorized_client", "error_description": "The refresh_token grant type is not allowed."}),
    (400, {"error": "unsupported_grant_type", "error_description": "refresh_token"}),
    (400, {"error": "invalid_scope"}),
    (200, {"error": "incorrect_client_credentials"}),
    (200, {"ok": False, "error": "bad_client_secret"}),
    (400, {"message": "Bad Request", "errors": [{"resource": "Application", "field": "client_id", "code": "invalid"}]}),
]


@pytest.mark.parametrize(("status", "body"), PASSING + ABOUT_THE_CLIENT, ids=str)
async def test_a_refresh_token_survives_a_failure_that_can_pass_or_that_concerns_the_client(
    provider: Provider, status: int, body: Any
) -> None:
    alice = await provider.alice()
    provider.response = lambda: response(status, body)
    assert await provider.code(alice) == "RefreshFailed"
    tokens = {"access_token": "new", "error": None}
    provider.response = lambda: response(200, tokens)
    assert await provider.auth.tokens.get(alice, "corp") == "new"


async def test_a_challenge_to_the_client_does_not_end_the_grant(provider: Provider) -> None:
    alice = await provider.alice()
    provider.response = lambda: response(401, {"message": "Unauthorized"}, **{"WWW-Authenticate": 'Basic realm="api"'})
    assert await provider.code(alice) == "RefreshFailed"


async def test_a_provider_that_cannot_be_reached_ends_nothing(provider: Provider) -> None:
    def cut() -> httpx2.Response:
        raise httpx2.ReadTimeout("cut")

    alice = await provider.alice()
    provider.response = cut
    assert [await provider.code(alice) for _ in range(2)] == ["RefreshFailed"] * 2


async def test_the_reason_of_a_refusal_names_no_text_of_the_provider(provider: Provider) -> None:
    alice = await provider.alice()
    body = {"error": {"message": "secret"}, "error_description": "secret"}
    provider.response = lambda: response(400, body)
    with pytest.raises(TokenRefreshError) as refused:
        await provider.auth.tokens.get(alice, "corp")
    assert "secret" not in f"{refused.value.detail} {refused.value.message}"


async def test_tokens_from_a_function_of_the_app_are_refreshed_by_the_app(idp: FakeIdP) -> None:
    async def token(params: Any, redirect_uri: str, code_verifier: str, http: Any) -> Any:
        form = {"grant_type": "authorization_code", "code": params["code"], "redirect_uri": redirect_uri}
        client = {"client_id": idp.client_id, "client_secret": idp.client_secret, "code_verifier": code_verifier}
        return (await http.post(f"{idp.issuer}/token", {**form, **client})).json()

    provider = Provider(idp, token=token)
    alice = await provider.alice()
    assert await provider.code(alice) == "NoRefreshToken"
    (account,) = await provider.adapter.list_accounts(alice.id)
    assert account.refresh_token
    assert provider.refreshes == 0


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(["refresh_token", "slow_down"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["error", "message", "x"]), inner),
    max_leaves=6,
)


@settings(deadline=None)
@given(
    st.sampled_from([200, 400, 401, 403, 404, 429, 500]), JSON.map(lambda value: httpx2.Response(0, json=value).content)
)
def test_any_refusal_is_judged(status: int, body: bytes) -> None:
    assert ends_grant(Reply(status, {}, body)) in (True, False)
    assert not (status in (429, 500) and ends_grant(Reply(status, {}, body)))


@pytest.mark.parametrize("depth", [10, 500, 100_000])
def test_a_deeply_nested_refusal_is_judged(depth: int) -> None:
    body = b'{"x":' * depth + b"1" + b"}" * depth
    assert ends_grant(Reply(400, {}, body)) in (True, False)
