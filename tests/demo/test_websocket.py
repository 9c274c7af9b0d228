"""The admin page's websocket, opened directly: nothing else protects it, so its own guard must refuse."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import httpx2
import pytest
from websockets.asyncio.client import connect

MAILED = "carol@example.com"


async def cookies_of(origin: str, username: str, password: str) -> str:
    """Request a mail to ``MAILED``, sign in by password, and return the cookies."""
    async with httpx2.AsyncClient(base_url=origin) as client:
        token = (await client.get("/api/auth/csrf")).json()["csrfToken"]
        await client.post("/api/auth/signin/email", data={"csrfToken": token, "email": MAILED})
        fields = {"csrfToken": token, "username": username, "password": password}
        await client.post("/api/auth/callback/credentials", data=fields)
        return "; ".join(f"{name}={value}" for name, value in client.cookies.items())


async def received(origin: str, cookies: str, opener: str) -> str:
    """Return everything that the admin page's websocket sends until it sends nothing for a second."""
    url = origin.replace("http", "ws", 1) + "/reactpy/?path=%2Fadmin"
    frames: list[str] = []
    async with connect(url, origin=opener, additional_headers={"Cookie": cookies}) as socket:
        with suppress(TimeoutError):
            while True:
                frames.append(str(await asyncio.wait_for(socket.recv(), 1)))
    return "".join(frames)


async def test_the_websocket_shows_the_mails_to_an_admin(origin: str) -> None:
    cookies = await cookies_of(origin, "alice", "wonderland")
    assert MAILED in await received(origin, cookies, origin)


@pytest.mark.parametrize("username", ["bob", "unknown"])
async def test_the_websocket_shows_the_mails_to_no_other_visitor(origin: str, username: str) -> None:
    cookies = await cookies_of(origin, username, "looking-glass")
    text = await received(origin, cookies, origin)
    assert ("Bob Dodgson" if username == "bob" else "Signed out") in text
    assert "For admins" not in text
    assert MAILED not in text


async def test_a_websocket_opened_by_another_site_shows_nothing_even_to_an_admin(origin: str) -> None:
    cookies = await cookies_of(origin, "alice", "wonderland")
    text = await received(origin, cookies, "http://evil.example")
    assert "Alice" not in text
    assert MAILED not in text
