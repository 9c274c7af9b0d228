"""``auth.tokens``: fresh access tokens for a provider's API, also with many simultaneous callers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from redis.asyncio import Redis
from sqlalchemy import URL

from authwright import Auth
from authwright.adapters.base import Adapter
from authwright.adapters.memory import MemoryAdapter
from authwright.adapters.redis import RedisAdapter
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter
from authwright.errors import AdapterError, ConfigurationError, TokenRefreshError
from authwright.server import account_tokens
from authwright.testing import FakeIdP
from authwright.types import User
from support.apps import make_auth
from support.browser import Browser
from support.clock import Clock
from support.provider import corp, sign_in

Travel = Callable[[float], None]
HOUR = 3600


@pytest.fixture
def idp() -> FakeIdP:
    return FakeIdP("http://localhost:4000")


@pytest.fixture
async def adapter(place: URL | Redis | None, prefix: str) -> AsyncIterator[Adapter]:
    if isinstance(place, URL):
        in_sql = SQLAlchemyAdapter(place, create_tables=True)
        yield in_sql
        await in_sql.aclose()
    else:
        yield RedisAdapter(place, prefix=prefix) if place else MemoryAdapter()


def make(idp: FakeIdP, adapter: Adapter | None = None, strategy: str = "database", **provider: Any) -> Auth:
    return make_auth(providers=[corp(idp, **provider)], adapter=adapter or MemoryAdapter(), strategy=strategy)


async def signed_in(auth: Auth, idp: FakeIdP) -> Browser:
    browser = Browser(auth)
    await sign_in(browser, idp)
    return browser


def refreshes(idp: FakeIdP) -> int:
    """Return the number of refresh requests."""
    return sum(
        request.form.get("grant_type") == "refresh_token" for request in idp.requests if request.method == "POST"
    )


async def alice_of(auth: Auth) -> User:
    user = await auth.adapter.get_user_by_email("alice@example.com")
    assert user
    return user


@pytest.mark.parametrize("strategy", ["jwt", "database"])
async def test_a_valid_token_is_returned_unchanged(idp: FakeIdP, strategy: str) -> None:
    auth = make(idp, strategy=strategy)
    browser = await signed_in(auth, idp)
    token = await auth.tokens.get(browser.cookies, "corp")
    assert (await owner_of(idp, token)) == "alice"
    assert token == await auth.tokens.get(await alice_of(auth), "corp")
    assert refreshes(idp) == 0


async def owner_of(idp: FakeIdP, token: str) -> str:
    """Return the subject of *token* according to the provider."""
    async with idp.http_client() as client:
        response = await client.get(f"{idp.issuer}/userinfo", headers={"Authorization": f"Bearer {token}"})
    subject: str = response.json()["sub"]
    return subject


@pytest.mark.parametrize("strategy", ["jwt", "database"])
async def test_a_token_that_expires_within_a_minute_is_refreshed_once_and_stored(
    idp: FakeIdP, strategy: str, travel: Travel
) -> None:
    auth = make(idp, strategy=strategy)
    browser = await signed_in(auth, idp)
    first = await auth.tokens.get(browser.cookies, "corp")
    travel(HOUR - 59)
    second = await auth.tokens.get(browser.cookies, "corp")
    assert second != first
    assert await owner_of(idp, second) == "alice"
    assert await auth.tokens.get(browser.cookies, "corp") == second
    assert refreshes(idp) == 1


async def test_only_one_of_many_callers_in_two_processes_refreshes(
    idp: FakeIdP, adapter: Adapter, travel: Travel
) -> None:
    here, there = make(idp, adapter), make(idp, adapter)
    await signed_in(here, idp)
    alice = await alice_of(here)
    for round_ in range(1, 3):
        travel(HOUR)
        tokens = await asyncio.gather(*(auth.tokens.get(alice, "corp") for auth in (here, there) for _ in range(10)))
        assert len(set(tokens)) == 1
        assert await owner_of(idp, tokens[0]) == "alice"
        assert refreshes(idp) == round_


@pytest.mark.parametrize("fast", [-25, 25])
async def test_only_one_caller_refreshes_even_if_the_clocks_of_the_app_and_the_store_differ(
    idp: FakeIdP,
    transport: UnreliableTransport,
    client: httpx2.AsyncClient,
    adapter: Adapter,
    clock: Clock,
    fast: float,
) -> None:
    auth = make(idp, adapter, http_client=client)
    clock.offset = fast - HOUR
    await signed_in(auth, idp)
    alice = await alice_of(auth)
    clock.offset, transport.pause = fast, 0.5
    tokens = await asyncio.gather(*(auth.tokens.get(alice, "corp") for _ in range(8)))
    assert (len(set(tokens)), refreshes(idp)) == (1, 1)


async def test_an_expired_refresh_token_is_removed_and_never_sent_again(
    idp: FakeIdP, adapter: Adapter, travel: Travel
) -> None:
    auth = make(idp, adapter)
    await signed_in(auth, idp)
    alice = await alice_of(auth)
    travel(31 * 86400)
    with pytest.raises(TokenRefreshError) as refused:
        await auth.tokens.get(alice, "corp")
    assert (refused.value.code, refused.value.status) == ("RefreshTokenDead", 401)
    with pytest.raises(TokenRefreshError) as refused:
        await auth.tokens.get(alice, "corp")
    assert refused.value.code == "NoRefreshToken"
    assert refreshes(idp) == 1
    await signed_in(auth, idp)
    assert await owner_of(idp, await auth.tokens.get(alice, "corp")) == "alice"


async def test_a_store_that_fails_after_the_refresh_loses_no_token(
    idp: FakeIdP, travel: Travel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("authwright.server.account_tokens._PAUSES", (0.01, 0.01))
    adapter = MemoryAdapter()
    auth = make(idp, adapter)
    await signed_in(auth, idp)
    alice, swap, failures = await alice_of(auth), adapter.swap_account_tokens, [ConnectionError(), ConnectionError()]

    async def failing(*args: Any) -> bool:
        if failures:
            raise failures.pop()
        return await swap(*args)

    adapter.swap_account_tokens = failing  # type: ignore[method-assign]
    travel(2 * HOUR)
    with pytest.raises(AdapterError):
        await auth.tokens.get(alice, "corp")
    assert await owner_of(idp, await auth.tokens.get(alice, "corp")) == "alice"
    assert refreshes(idp) == 1


async def test_a_later_sign_in_replaces_the_tokens_but_keeps_the_refresh_token_if_it_has_none(idp: FakeIdP) -> None:
    auth = make(idp)
    await signed_in(auth, idp)
    alice = await alice_of(auth)
    (account,) = await auth.adapter.list_accounts(alice.id)
    await auth._context.accounts.keep_tokens(replace(account, access_token="second", refresh_token=None))
    (kept,) = await auth.adapter.list_accounts(alice.id)
    assert (kept.access_token, kept.refresh_token) == ("second", account.refresh_token)


async def test_a_missing_session_or_account_is_an_error(idp: FakeIdP) -> None:
    auth = make(idp)
    for user, code in (({}, "NotSignedIn"), (await auth.adapter.create_user(User(id="", name="Bob")), "NoAccount")):
        with pytest.raises(TokenRefreshError) as refused:
            await auth.tokens.get(user, "corp")
        assert refused.value.code == code
    with pytest.raises(ConfigurationError, match="elsewhere"):
        await auth.tokens.get({}, "elsewhere")


class UnreliableTransport(httpx2.AsyncBaseTransport):
    """A transport to *idp* that can be cut or slowed, or that can change the response of the token endpoint."""

    def __init__(self, idp: FakeIdP) -> None:
        self._inner = httpx2.ASGITransport(idp.asgi)
        self.cut = False
        self.pause = 0.0
        self.change: Callable[[dict[str, Any]], dict[str, Any]] | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if self.cut:
            raise httpx2.ConnectError("cut")
        response = await self._inner.handle_async_request(request)
        if request.url.path == "/token":
            await asyncio.sleep(self.pause)
            if self.change:
                await response.aread()
                return httpx2.Response(200, json=self.change(response.json()))
        return response


@pytest.fixture
def transport(idp: FakeIdP) -> UnreliableTransport:
    return UnreliableTransport(idp)


@pytest.fixture
async def client(transport: UnreliableTransport) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(transport=transport) as client:
        yield client


async def test_an_unreachable_provider_is_a_503_and_loses_no_token(
    idp: FakeIdP, transport: UnreliableTransport, client: httpx2.AsyncClient, travel: Travel
) -> None:
    auth = make(idp, http_client=client)
    browser = await signed_in(auth, idp)
    transport.cut = True
    travel(HOUR - 30)
    assert (
        await owner_of(idp, await auth.tokens.get(browser.cookies, "corp")) == "alice"
    )  # valid for another 30 seconds
    travel(31)
    with pytest.raises(TokenRefreshError) as refused:
        await auth.tokens.get(browser.cookies, "corp")
    assert (refused.value.code, refused.value.status) == ("RefreshFailed", 503)
    transport.cut = False
    assert await owner_of(idp, await auth.tokens.get(browser.cookies, "corp")) == "alice"


async def test_a_cancelled_caller_does_not_lose_the_new_tokens(
    idp: FakeIdP, transport: UnreliableTransport, client: httpx2.AsyncClient, travel: Travel
) -> None:
    auth = make(idp, http_client=client)
    browser = await signed_in(auth, idp)
    travel(HOUR)
    transport.pause = 0.2
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(auth.tokens.get(browser.cookies, "corp"), 0.1)
    assert await owner_of(idp, await auth.tokens.get(browser.cookies, "corp")) == "alice"
    assert refreshes(idp) == 1


@pytest.mark.parametrize("claim", ["sub", "iss"])
async def test_a_refreshed_id_token_must_have_the_same_issuer_and_subject(
    idp: FakeIdP, transport: UnreliableTransport, client: httpx2.AsyncClient, travel: Travel, claim: str
) -> None:
    auth = make(idp, http_client=client)
    browser = await signed_in(auth, idp)
    travel(HOUR)
    now = int(time.time())
    claims = {"iss": idp.issuer, "sub": "alice", "aud": idp.client_id, "iat": now, "exp": now + 60, claim: "mallory"}
    transport.change = lambda tokens: {**tokens, "id_token": idp.keys.sign(claims)}
    with pytest.raises(TokenRefreshError) as refused:
        await auth.tokens.get(browser.cookies, "corp")
    assert refused.value.code == "RefreshFailed"


async def test_values_missing_from_a_refresh_response_are_kept(
    idp: FakeIdP, transport: UnreliableTransport, client: httpx2.AsyncClient, travel: Travel
) -> None:
    auth = make(idp, http_client=client)
    await signed_in(auth, idp)
    alice = await alice_of(auth)
    (before,) = await auth.adapter.list_accounts(alice.id)
    transport.change = lambda tokens: {"access_token": "new", "token_type": "Bearer"}
    travel(HOUR)
    assert await auth.tokens.get(alice, "corp") == "new"
    (after,) = await auth.adapter.list_accounts(alice.id)
    assert after == replace(before, access_token="new", expires_at=after.expires_at)


@pytest.mark.parametrize("expiry", [{}, {"expires_in": None}, {"expires_in": "soon"}, {"expires_at": 7}], ids=str)
async def test_a_refreshed_token_without_an_expiry_is_refreshed_again_later(
    idp: FakeIdP,
    transport: UnreliableTransport,
    client: httpx2.AsyncClient,
    travel: Travel,
    expiry: dict[str, Any],
) -> None:
    auth = make(idp, http_client=client)
    await signed_in(auth, idp)
    alice = await alice_of(auth)
    transport.change = lambda tokens: {**tokens, "expires_in": None, **expiry}
    for round_ in range(1, 4):
        travel(HOUR)
        assert await auth.tokens.get(alice, "corp") == await auth.tokens.get(alice, "corp")
        assert refreshes(idp) == round_


async def test_a_refreshed_token_expires_at_the_time_that_the_response_names(
    idp: FakeIdP, transport: UnreliableTransport, client: httpx2.AsyncClient, travel: Travel
) -> None:
    auth = make(idp, http_client=client)
    await signed_in(auth, idp)
    alice = await alice_of(auth)
    transport.change = lambda tokens: {**tokens, "expires_in": None, "expires_at": str(int(time.time()) + 3 * HOUR)}
    for seconds, expected in ((HOUR, 1), (2 * HOUR, 1), (HOUR, 2)):
        travel(seconds)
        await auth.tokens.get(alice, "corp")
        assert refreshes(idp) == expected


async def test_the_lock_of_a_dead_process_is_broken(
    idp: FakeIdP, monkeypatch: pytest.MonkeyPatch, travel: Travel
) -> None:
    auth = make(idp)
    await signed_in(auth, idp)
    alice = await alice_of(auth)
    (account,) = await auth.adapter.list_accounts(alice.id)
    lock = account_tokens._lock_of(account)
    await auth.adapter.create_verification_token(replace(lock, expires=datetime.fromtimestamp(time.time(), UTC)))
    monkeypatch.setattr(account_tokens, "_LOCK_LIFETIME", 0.3)
    travel(HOUR)
    assert await owner_of(idp, await auth.tokens.get(alice, "corp")) == "alice"


async def test_callers_that_wait_for_a_dead_process_share_one_refresh(
    idp: FakeIdP,
    transport: UnreliableTransport,
    client: httpx2.AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
    travel: Travel,
) -> None:
    auth = make(idp, http_client=client)
    await signed_in(auth, idp)
    alice = await alice_of(auth)
    (account,) = await auth.adapter.list_accounts(alice.id)
    lock = account_tokens._lock_of(account)
    await auth.adapter.create_verification_token(replace(lock, expires=datetime.fromtimestamp(time.time(), UTC)))
    monkeypatch.setattr(account_tokens, "_LOCK_LIFETIME", 1.0)
    travel(HOUR)
    transport.pause = 0.6
    tokens = await asyncio.gather(*(auth.tokens.get(alice, "corp") for _ in range(4)))
    assert len(set(tokens)) == 1
    assert refreshes(idp) == 1


async def test_a_lock_held_too_long_by_another_process_is_not_removed(
    idp: FakeIdP, monkeypatch: pytest.MonkeyPatch, travel: Travel
) -> None:
    auth = make(idp)
    await signed_in(auth, idp)
    alice = await alice_of(auth)
    (account,) = await auth.adapter.list_accounts(alice.id)
    travel(HOUR)
    lock = replace(account_tokens._lock_of(account), expires=datetime.fromtimestamp(time.time() + 60, UTC))
    await auth.adapter.create_verification_token(lock)
    monkeypatch.setattr(account_tokens, "_LOCK_LIFETIME", 0.3)
    with pytest.raises(TokenRefreshError) as refused:
        await auth.tokens.get(alice, "corp")
    assert refused.value.code == "RefreshFailed"
    assert await auth.adapter.use_verification_token(lock.identifier, lock.token) == lock


async def test_an_error_contains_no_token(
    idp: FakeIdP, transport: UnreliableTransport, client: httpx2.AsyncClient, travel: Travel
) -> None:
    auth = make(idp, http_client=client)
    await signed_in(auth, idp)
    alice = await alice_of(auth)
    (account,) = await auth.adapter.list_accounts(alice.id)
    travel(HOUR)
    transport.change = lambda tokens: {"error": "invalid_grant", "error_description": account.refresh_token}
    with pytest.raises(TokenRefreshError) as refused:
        await auth.tokens.get(alice, "corp")
    assert account.refresh_token
    assert account.refresh_token not in f"{refused.value} {refused.value.detail} {refused.value.message}"


def test_an_access_token_can_be_read_synchronously(idp: FakeIdP) -> None:
    auth = make(idp)
    browser = asyncio.run(signed_in(auth, idp))
    assert asyncio.run(owner_of(idp, auth.tokens.get_sync(browser.cookies, "corp"))) == "alice"
