"""Tests of an app with sign-in, through the client and without a network port: pytest client_test_suite.py.

The app is fastapi_app.py in the same folder: pip install "authwright[fastapi]" pytest.
"""

import asyncio
from collections.abc import Awaitable, Callable

import httpx2
import pytest
from fastapi_app import app

from authwright.client import AsyncAuthClient, SessionProvider


def visit(steps: Callable[[AsyncAuthClient], Awaitable[None]]) -> None:
    """Run *steps* with a client for the app, in this process."""

    async def run() -> None:
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app)) as in_process:
            await steps(AsyncAuthClient("http://localhost:3000", http_client=in_process))

    asyncio.run(run())


@pytest.mark.parametrize(("username", "status"), [("alice", 200), ("bob", 403)])
def test_only_admins_see_the_admin_page(username: str, status: int) -> None:
    async def steps(client: AsyncAuthClient) -> None:
        assert (await client.request("GET", "/admin")).status_code == 401
        assert (await client.sign_in("credentials", redirect=False, username=username, password="wonderland")).ok
        assert (await client.request("GET", "/admin")).status_code == status

    visit(steps)


def test_a_wrong_password_is_refused() -> None:
    async def steps(client: AsyncAuthClient) -> None:
        result = await client.sign_in("credentials", redirect=False, username="alice", password="looking-glass")
        assert (result.ok, result.error) == (False, "CredentialsSignin")

    visit(steps)


def test_a_provider_sees_the_sign_out() -> None:
    async def steps(client: AsyncAuthClient) -> None:
        await client.sign_in("credentials", redirect=False, username="alice", password="wonderland")
        async with SessionProvider(client, session=await client.get_session()) as provider:
            assert provider.use_session().status == "authenticated"
            await client.sign_out(redirect=False)
            assert provider.use_session().status == "unauthenticated"

    visit(steps)
