"""The admin page's websocket, opened by hand: no gate is in front of it, so its guard has to hold."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import httpx2
import pytest
from websockets.asyncio.client import connect

MAILED = "carol@example.com"


async def cookies_of(origin: str, username: str, password: str) -> str:
    """The cookies of a browser that asked for a mail to ``MAILED`` and, with a password, signed in."""
    async with httpx2.AsyncClient(base_url=origin) as client:
        token = (await client.get("/api/auth/csrf")).json()["csrfToken"]
        await client.post("/api/auth/signin/email", data={"csrfToken": token, "email": MAILED})
        fields = {"csrfToken": token, "username": username, "password": password}
        await client.post("/api/auth/callback/credentials", data=fields)
        return "; ".join(f"{name}={value}" for name, value in client.cookies.items())


async def drawn(origin: str, cookies: str, opener: str) -> str:
    """All that the websocket of the admin page says until it is silent for a second."""
    url = origin.replace("http", "ws", 1) + "/reactpy/?path=%2Fadmin"
    frames: list[str] = []
    async with connect(url, origin=opener, additional_headers={"Cookie": cookies}) as socket:
        with suppress(TimeoutError):
            while True:
                frames.append(str(await asyncio.wait_for(socket.recv(), 1)))
    return "".join(frames)


async def test_it_shows_the_mails_to_an_admin(origin: str) -> None:
    cookies = await cookies_of(origin, "alice", "wonderland")
    assert MAILED in await drawn(origin, cookies, origin)


@pytest.mark.parametrize("username", ["bob", "nobody"])
async def test_it_shows_nobody_else_anything(origin: str, username: str) -> None:
    cookies = await cookies_of(origin, username, "looking-glass")
    text = await drawn(origin, cookies, origin)
    assert ("Bob Dodgson" if username == "bob" else "Signed out") in text
    assert "For admins" not in text
    assert MAILED not in text


async def test_it_shows_an_admin_nothing_where_another_site_opened_it(origin: str) -> None:
    cookies = await cookies_of(origin, "alice", "wonderland")
    text = await drawn(origin, cookies, "http://evil.example")
    assert "Alice" not in text
    assert MAILED not in text
