"""What NiceGUI answers before there is any socket: the session in the HTML, or a redirect in place of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

Client = httpx2.AsyncClient


async def signed_in(client: Client) -> Client:
    token = (await client.get("/api/auth/csrf")).json()["csrfToken"]
    fields = {"csrfToken": token, "username": "alice", "password": "correct horse"}
    assert (await client.post("/api/auth/callback/credentials", data=fields)).status_code == 302
    return client


async def built(client: Client) -> list[str]:
    inside: dict[str, Any] = (await client.get("/inside")).json()
    names: list[str] = inside["built"]
    return names


async def test_nobodys_page_is_built_as_nobodys(origin: str) -> None:
    async with Client(base_url=origin) as client:
        html = (await client.get("/")).text
    assert "unauthenticated:-" in html
    assert "loading:" not in html


async def test_a_signed_in_page_is_built_with_its_user(origin: str) -> None:
    async with Client(base_url=origin) as client:
        html = (await (await signed_in(client)).get("/")).text
    assert "authenticated:Alice" in html
    assert "unauthenticated" not in html


@pytest.mark.parametrize(
    ("path", "way_back"),
    [("/required", "/required"), ("/required?a=1&b=%C3%A9", "/required?a=1&b=%C3%A9")],
)
async def test_a_required_page_redirects_to_sign_in_and_back(origin: str, path: str, way_back: str) -> None:
    async with Client(base_url=origin) as client:
        answer = await client.get(path)
    location = urlsplit(answer.headers["location"])
    assert (answer.status_code, location.path) == (302, "/api/auth/signin")
    assert parse_qs(location.query) == {"error": ["SessionRequired"], "callbackUrl": [way_back]}


async def test_a_refused_page_is_never_built(origin: str) -> None:
    async with Client(base_url=origin) as client:
        before = await built(client)
        for path in ("/required", "/admin", "/owner", "/member"):
            answer = await client.get(path)
            assert (answer.status_code, "X-NiceGUI-Content" in answer.headers) == (302, False)
        assert await built(client) == before


async def test_a_guard_sends_a_wrong_role_away(origin: str) -> None:
    async with Client(base_url=origin) as client:
        answer = await (await signed_in(client)).get("/admin")
        assert (answer.status_code, answer.headers["location"]) == (302, "/login-with-different-user")
        assert "admin" not in await built(client)


async def test_a_guard_without_another_page_answers_403(origin: str) -> None:
    async with Client(base_url=origin) as client:
        assert (await (await signed_in(client)).get("/owner")).status_code == 403
        assert "owner" not in await built(client)


async def test_a_guard_lets_its_role_in(origin: str) -> None:
    async with Client(base_url=origin) as client:
        answer = await (await signed_in(client)).get("/member")
    assert "authenticated:Alice" in answer.text


async def test_behind_a_prefix_the_way_back_has_it(origin: str) -> None:
    async with Client(base_url=origin, headers={"X-Forwarded-Prefix": "/app"}) as client:
        location = urlsplit((await client.get("/required")).headers["location"])
    assert parse_qs(location.query)["callbackUrl"] == ["/app/required"]


async def test_a_page_without_a_provider_is_told_so(origin: str) -> None:
    async with Client(base_url=origin) as client:
        assert "Await session_provider(request, auth=auth) first" in (await client.get("/forgotten")).text


async def test_the_page_asks_for_no_script_of_ours(origin: str) -> None:
    async with Client(base_url=origin) as client:
        html = (await client.get("/")).text
    assert "export function createBridge" in html
    assert "bridge.js" not in html.replace("(``bridge.js``)", "")
