"""Both native clients against every server."""

from __future__ import annotations

import time
from typing import Any

from authwright.client import AsyncAuthClient, AuthClient, SessionProvider
from contract.browser.servers import PASSWORD, Server

CREDENTIALS = {"username": "alice", "password": PASSWORD}


async def sign_in(client: AsyncAuthClient, **options: Any) -> Any:
    return await client.sign_in("credentials", **{"redirect": False, **CREDENTIALS, **options})


async def test_a_new_client_has_no_session(client: AsyncAuthClient) -> None:
    assert await client.get_session() is None


async def test_the_providers_are_listed_with_their_types(client: AsyncAuthClient) -> None:
    providers = await client.get_providers()
    assert providers is not None
    assert (providers["credentials"]["type"], providers["corp"]["type"]) == ("credentials", "oauth")


async def test_the_csrf_token_stays_the_same_for_one_cookie_jar(client: AsyncAuthClient) -> None:
    token = await client.get_csrf_token()
    assert token is not None
    assert await client.get_csrf_token() == token


async def test_a_password_signs_in(client: AsyncAuthClient, server: Server) -> None:
    result = await sign_in(client, callback_url="/home")
    assert (result.error, result.status, result.ok, result.url) == (None, 200, True, f"{server.origin}/home")
    session = await client.get_session()
    assert session is not None
    assert session["user"]["email"] == "alice@example.com"


async def test_a_sign_in_ends_at_the_origin_by_default(client: AsyncAuthClient, server: Server) -> None:
    assert (await sign_in(client)).url.rstrip("/") == server.origin


async def test_a_wrong_password_returns_an_error(client: AsyncAuthClient) -> None:
    result = await sign_in(client, password="wrong")
    assert (result.error, result.status, result.ok, result.url) == ("CredentialsSignin", 401, False, None)
    assert await client.get_session() is None


async def test_signing_out_ends_the_session(client: AsyncAuthClient, server: Server) -> None:
    await sign_in(client)
    result = await client.sign_out(redirect=False, callback_url="/foo")
    assert result == {"url": f"{server.origin}/foo", "ok": True, "status": 200, "error": None}
    assert await client.get_session() is None


async def test_a_sign_in_with_an_oauth_provider_returns_the_authorization_url(
    client: AsyncAuthClient, server: Server
) -> None:
    went: list[str] = []
    client.on_navigate = went.append
    result = await client.sign_in("corp", authorization_params={"prompt": "login"})
    assert result.url is not None
    assert result.url.startswith(server.idp.issuer)
    assert "prompt=login" in result.url
    assert went == [result.url]


async def test_an_unknown_provider_goes_to_the_sign_in_page(client: AsyncAuthClient, server: Server) -> None:
    went: list[str] = []
    client.on_navigate = went.append
    result = await client.sign_in("unknown")
    assert (result.error, result.ok, result.url) == ("UnknownProvider", False, None)
    assert went[0].startswith(f"{server.origin}/api/auth/signin?callbackUrl=http")


async def test_an_update_changes_the_session_of_the_provider(client: AsyncAuthClient) -> None:
    await sign_in(client)
    async with SessionProvider(client, session=await client.get_session()) as provider:
        new = await provider.use_session().update({"name": "John Doe"})
        assert new is not None
        assert new["user"]["name"] == "John Doe"
        data = provider.use_session().data
        assert data is not None
        assert data["user"]["name"] == "John Doe"


async def test_every_provider_is_up_to_date_when_a_sign_in_or_out_returns(client: AsyncAuthClient) -> None:
    async with SessionProvider(client, session=None) as one, SessionProvider(client, session=None) as other:
        await sign_in(client, redirect=True)
        assert [each.use_session().status for each in (one, other)] == ["authenticated"] * 2
        await client.sign_out()
        assert [each.use_session().status for each in (one, other)] == ["unauthenticated"] * 2


async def test_another_base_path_is_used(server: Server) -> None:
    async with AsyncAuthClient(server.origin, base_path="/custom/auth") as client:
        assert client.api.base_url == f"{server.origin}/custom/auth"
        if server.adapter is not None:
            assert (await sign_in(client)).ok


def test_the_synchronous_client_signs_in_and_out(plain_client: AuthClient, server: Server) -> None:
    wrong = plain_client.sign_in("credentials", redirect=False, username="alice", password="wrong")
    assert (wrong.error, wrong.status) == ("CredentialsSignin", 401)
    right = plain_client.sign_in("credentials", redirect=False, callback_url="/home", **CREDENTIALS)
    assert (right.ok, right.url) == (True, f"{server.origin}/home")
    session = plain_client.get_session()
    assert session is not None
    assert session["user"]["email"] == "alice@example.com"
    assert plain_client.sign_out(redirect=False, callback_url="/foo")["url"] == f"{server.origin}/foo"
    assert plain_client.get_session() is None


def test_the_synchronous_provider_knows_the_session_at_once(plain_client: AuthClient) -> None:
    plain_client.sign_in("credentials", redirect=False, **CREDENTIALS)
    with SessionProvider(plain_client) as provider:
        session, status, update = provider.use_session()
        assert (status, session["user"]["email"]) == ("authenticated", "alice@example.com")
        update({"name": "John Doe"})
        assert provider.use_session().data["user"]["name"] == "John Doe"  # type: ignore[index]


def test_the_synchronous_provider_fetches_after_the_interval(plain_client: AuthClient, server: Server) -> None:
    plain_client.sign_in("credentials", redirect=False, **CREDENTIALS)
    with SessionProvider(plain_client, refetch_interval=0.01) as provider:
        assert provider.use_session().status == "authenticated"
        plain_client.http.cookies.clear()
        time.sleep(0.02)
        assert provider.use_session().status == "unauthenticated"
