"""The response of NiceGUI before a socket is open: HTML with the session, or a redirect."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from client.nicegui.server import serve_nicegui

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


async def test_the_page_of_an_anonymous_visitor_has_no_session(origin: str) -> None:
    async with Client(base_url=origin) as client:
        html = (await client.get("/")).text
    assert "unauthenticated:-" in html
    assert "loading:" not in html


async def test_the_page_of_a_signed_in_user_has_the_session(origin: str) -> None:
    async with Client(base_url=origin) as client:
        html = (await (await signed_in(client)).get("/")).text
    assert "authenticated:Alice" in html
    assert "unauthenticated" not in html


@pytest.mark.parametrize(
    ("path", "callback_url"),
    [("/required", "/required"), ("/required?a=1&b=%C3%A9", "/required?a=1&b=%C3%A9")],
)
async def test_a_page_that_requires_a_session_redirects_to_sign_in_and_back(
    origin: str, path: str, callback_url: str
) -> None:
    async with Client(base_url=origin) as client:
        response = await client.get(path)
    location = urlsplit(response.headers["location"])
    assert (response.status_code, location.path) == (302, "/api/auth/signin")
    assert parse_qs(location.query) == {"error": ["SessionRequired"], "callbackUrl": [callback_url]}


async def test_a_refused_page_is_never_built(origin: str) -> None:
    async with Client(base_url=origin) as client:
        before = await built(client)
        for path in ("/required", "/admin", "/owner", "/member"):
            response = await client.get(path)
            assert (response.status_code, "X-NiceGUI-Content" in response.headers) == (302, False)
        assert await built(client) == before


async def test_a_guard_redirects_the_wrong_role(origin: str) -> None:
    async with Client(base_url=origin) as client:
        response = await (await signed_in(client)).get("/admin")
        assert (response.status_code, response.headers["location"]) == (302, "/login-with-different-user")
        assert "admin" not in await built(client)


async def test_a_guard_without_a_redirect_responds_with_403(origin: str) -> None:
    async with Client(base_url=origin) as client:
        assert (await (await signed_in(client)).get("/owner")).status_code == 403
        assert "owner" not in await built(client)


async def test_a_guard_shows_its_page_to_the_required_role(origin: str) -> None:
    async with Client(base_url=origin) as client:
        response = await (await signed_in(client)).get("/member")
    assert "authenticated:Alice" in response.text


async def test_the_callback_url_includes_the_prefix_of_a_proxy(origin: str) -> None:
    async with Client(base_url=origin, headers={"X-Forwarded-Prefix": "/app"}) as client:
        location = urlsplit((await client.get("/required")).headers["location"])
    assert parse_qs(location.query)["callbackUrl"] == ["/app/required"]


async def test_without_a_base_url_the_page_finds_the_api_below_the_prefix(tmp_path: Path) -> None:
    with serve_nicegui(tmp_path, "--no-base-url") as origin:
        async with Client(base_url=origin, headers={"X-Forwarded-Prefix": "/app"}) as client:
            assert 'basePath: "/app/api/auth"' in (await client.get("/")).text
            location = (await client.get("/required")).headers["location"]
    assert location == f"{origin}/app/api/auth/signin?error=SessionRequired&callbackUrl=%2Fapp%2Frequired"


@pytest.mark.parametrize("prefix", ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:x"])
async def test_a_hostile_prefix_leads_to_no_other_site(origin: str, prefix: str) -> None:
    async with Client(base_url=origin, headers={"X-Forwarded-Prefix": prefix}) as client:
        location = urlsplit((await client.get("/required")).headers["location"])
        assert location.geturl().startswith(f"{origin}/api/auth/signin?")
        assert parse_qs(location.query)["callbackUrl"] == ["/required"]
        assert (await (await signed_in(client)).get("/admin")).status_code == 400


async def test_a_page_without_a_provider_raises_an_error(origin: str) -> None:
    async with Client(base_url=origin) as client:
        assert "Await session_provider(request, auth=auth) first" in (await client.get("/forgotten")).text


async def test_the_page_contains_our_script_inline(origin: str) -> None:
    async with Client(base_url=origin) as client:
        html = (await client.get("/")).text
    assert "export function createBridge" in html
    assert "bridge.js" not in html.replace("(``bridge.js``)", "")


def test_a_keyword_in_camel_case_names_ours() -> None:
    # NiceGUI changes the process that imports it.
    program = """
import asyncio
from authwright.client.nicegui import session_provider, sign_in, sign_out, use_session
async def main():
    calls = [(session_provider, "refetchInterval"), (sign_out, "callbackUrl"), (use_session, "onUnauthenticated")]
    for call, keyword in calls:
        try:
            await call(**{keyword: 5})
        except TypeError as error:
            print(error)
asyncio.run(main())
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert [line.split("Write ")[1] for line in run.stdout.splitlines()] == [
        "refetch_interval instead.",
        "callback_url instead.",
        "on_unauthenticated instead.",
    ]


@pytest.mark.parametrize("query", ["", "?later=true"])
async def test_an_on_unauthenticated_that_raises_is_logged_with_its_traceback_and_without_a_password(
    origin: str, query: str
) -> None:
    async with httpx2.AsyncClient(base_url=origin) as client:
        assert "built" in (await client.get(f"/failing{query}")).text
        lines: list[str] = []
        async with asyncio.timeout(5):
            # The test of "fail_later" in a line distinguishes the two cases, which share one server.
            while not any("page.py" in line and ("fail_later" in line) == bool(query) for line in lines):
                lines = (await client.get("/log")).json()
    assert any("on_unauthenticated raised ValidationError" in line for line in lines)
    assert [line for line in lines if "correct" in line or "horse" in line] == []
