"""Code that uses the clients. Type checkers read this file; it is never run."""

from __future__ import annotations

from pathlib import Path
from typing import Any, assert_type

import httpx2

from authwright.client import AsyncAuthClient, AuthClient, SessionContext, SessionProvider, SignInResult
from authwright.client import Nonsense as Nonsense  # type: ignore[attr-defined]
from authwright.types import Session


def visit(url: str) -> None:
    print(url)


def show(context: SessionContext) -> None:
    print(context.status, context.data)


async def rename(provider: SessionProvider) -> Session | None:
    return await provider.use_session().update({"name": "John Doe"})


async def asynchronous(http: httpx2.AsyncClient, known: Session | None) -> None:
    async with AsyncAuthClient("http://localhost:3000", base_path="/auth", http_client=http, timeout=2.5) as client:
        assert_type(await client.get_session(), Session | None)
        assert_type(await client.get_csrf_token(), str | None)
        assert_type(await client.get_providers(), dict[str, dict[str, str]] | None)
        assert_type(await client.sign_in("credentials", redirect=False, username="a", password="b"), SignInResult)
        assert_type(await client.sign_in("corp", authorization_params={"prompt": "login"}), SignInResult)
        assert_type(await client.request("GET", "/orders", params={"page": "2"}), httpx2.Response)
        async with SessionProvider(client, session=known, refetch_interval=60) as provider:
            unsubscribe = provider.subscribe(show)
            await rename(provider)
            session, status, update = provider.use_session(required=True, on_unauthenticated=lambda: None)
            print(session, status, await update({"name": "John Doe"}))
            assert_type(provider.use_session().data, Session | None)
            provider.host.set_online(False)
            unsubscribe()
        assert_type((await client.sign_in("corp")).raise_for_error(), None)
        assert_type(await client.sign_out(redirect=False, callback_url="/foo"), dict[str, Any])
        await client.sign_out(callbackUrl="/foo")  # type: ignore[call-arg]
        client.on_navigate = visit
        client.on_navigate = None


def synchronous(http: httpx2.Client) -> None:
    with AuthClient(cookies=Path("session"), bearer="token", on_navigate=visit) as client:
        assert_type(client.get_session(), Session | None)
        assert_type(client.sign_in("credentials", redirect=False, password="b"), SignInResult)
        assert_type(client.request("POST", "/orders", json={"item": 7}), httpx2.Response)
        with SessionProvider(client) as provider:
            provider.host.set_visible(True)
            assert_type(provider.use_session().update({"name": "John Doe"}), Session | None)
    AuthClient(http_client=http, cookies={"name": "value"})
    AuthClient(cookies=http.cookies)


AuthClient(http_client=httpx2.AsyncClient())  # type: ignore[arg-type]
AsyncAuthClient(http_client=httpx2.Client())  # type: ignore[arg-type]
AuthClient(base_path="/auth", cookies=7)  # type: ignore[arg-type]
SessionProvider("http://localhost:3000")  # type: ignore[type-var]
SessionProvider(AuthClient(), refetchInterval=60)  # type: ignore[call-arg]
