"""Cookies that outlive a process, in a file of its owner's."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from authwright.client import AsyncAuthClient
from authwright.client.jar import load_cookies
from authwright.errors import ConfigurationError
from support.apps import make_auth

ORIGIN = "http://localhost:3000"
AUTH = make_auth()


def client_with(file: Path) -> AsyncAuthClient:
    return AsyncAuthClient(
        ORIGIN, http_client=httpx2.AsyncClient(transport=httpx2.ASGITransport(AUTH.asgi)), cookies=file
    )


async def sign_in(file: Path) -> None:
    client = client_with(file)
    assert (await client.sign_in("credentials", redirect=False, username="alice", password="wonderland")).ok


async def test_the_next_process_is_signed_in(tmp_path: Path) -> None:
    await sign_in(tmp_path / "cookies")
    session = await client_with(tmp_path / "cookies").get_session()
    assert session is not None
    assert session["user"]["name"] == "Alice"


async def test_only_the_owner_reads_the_file(tmp_path: Path) -> None:
    await sign_in(tmp_path / "cookies")
    assert stat.S_IMODE((tmp_path / "cookies").stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["cookies"]


async def test_after_a_sign_out_the_file_signs_nobody_in(tmp_path: Path) -> None:
    await sign_in(tmp_path / "cookies")
    await client_with(tmp_path / "cookies").sign_out(redirect=False)
    assert await client_with(tmp_path / "cookies").get_session() is None
    assert "session-token" not in (tmp_path / "cookies").read_text()


async def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    await sign_in(tmp_path / "cookies")
    (tmp_path / "cookies").chmod(0o644)
    with pytest.raises(ConfigurationError, match="can be read by others"):
        client_with(tmp_path / "cookies")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60) | st.sampled_from(['[{"name": 1}]', "{}", "[1]", "[" * 50_000, "null"]))
def test_whatever_else_stands_in_the_file_is_refused_by_name(tmp_path: Path, text: str) -> None:
    file = tmp_path / "cookies"
    file.write_text(text, "utf-8")
    file.chmod(0o600)
    if text.strip() == "[]":
        return
    with pytest.raises(ConfigurationError, match="cookies"):
        load_cookies(file, ORIGIN)


async def test_given_cookies_are_sent_to_the_host_alone() -> None:
    seen: list[str | None] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.headers.get("cookie"))
        return httpx2.Response(200, json={})

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
    client = AsyncAuthClient(ORIGIN, http_client=http, cookies={"a": "1"})
    await client.get_session()
    await client.http.get("http://evil.example/")
    assert seen == ["a=1", None]
