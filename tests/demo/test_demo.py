"""The demo, as a visitor finds it."""

import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import httpx2
import pytest

from authwright.demo.app import create_app
from support.html import hidden_fields

ORIGIN = "http://localhost:3000"
HTML = {"accept": "text/html"}


@pytest.fixture
async def visitor(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    app = create_app(database=tmp_path / "demo.db", origin=ORIGIN)
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(
            transport=transport, base_url=ORIGIN, headers=HTML, follow_redirects=True
        ) as client:
            yield client


async def sign_in(visitor: httpx2.AsyncClient, username: str, password: str) -> httpx2.Response:
    token = (await visitor.get("/api/auth/csrf")).json()["csrfToken"]
    fields = {"csrfToken": token, "username": username, "password": password, "callbackUrl": "/protected"}
    return await visitor.post("/api/auth/callback/credentials", data=fields)


async def test_the_home_page_tells_whom_to_sign_in_as(visitor: httpx2.AsyncClient) -> None:
    page = (await visitor.get("/")).text
    assert re.findall(r"<code>([a-z-]+)</code></dd>", page) == ["alice", "wonderland", "bob", "looking-glass"]


async def test_the_protected_page_asks_to_sign_in_and_comes_back(visitor: httpx2.AsyncClient) -> None:
    assert "/api/auth/signin" in str((await visitor.get("/protected")).url)
    page = await sign_in(visitor, "bob", "looking-glass")
    assert str(page.url) == f"{ORIGIN}/protected"
    assert "Bob Dodgson" in page.text


async def test_a_wrong_password_is_told_on_the_sign_in_page(visitor: httpx2.AsyncClient) -> None:
    page = await sign_in(visitor, "bob", "wonderland")
    assert 'data-error="CredentialsSignin"' in page.text


async def test_the_name_is_changed_through_the_session_update(visitor: httpx2.AsyncClient) -> None:
    await sign_in(visitor, "bob", "looking-glass")
    page = await visitor.post("/profile", data={"name": "Robert <b>"})
    assert "Saved." in page.text
    assert (await visitor.get("/api/auth/session")).json()["user"]["name"] == "Robert <b>"
    assert "<b>" not in page.text


@pytest.mark.parametrize(
    ("username", "password", "status"), [("alice", "wonderland", 200), ("bob", "looking-glass", 403)]
)
async def test_the_admin_page_is_for_admins(
    visitor: httpx2.AsyncClient, username: str, password: str, status: int
) -> None:
    await sign_in(visitor, username, password)
    assert (await visitor.get("/admin")).status_code == status


async def test_a_link_from_the_outbox_signs_in(visitor: httpx2.AsyncClient) -> None:
    token = (await visitor.get("/api/auth/csrf")).json()["csrfToken"]
    await visitor.post("/api/auth/signin/email", data={"csrfToken": token, "email": "carol@example.com"})
    outbox = (await visitor.get("/outbox")).text
    link = unescape(re.findall(r'href="([^"]*callback/email[^"]*)"', outbox)[0])
    confirm = (await visitor.get(link)).text
    await visitor.post("/api/auth/callback/email", data=hidden_fields(confirm))
    assert "carol@example.com" in (await visitor.get("/protected")).text


async def test_the_third_button_signs_in_through_the_demos_own_provider(visitor: httpx2.AsyncClient) -> None:
    token = (await visitor.get("/api/auth/csrf")).json()["csrfToken"]
    choose = await visitor.post("/api/auth/signin/corp", data={"csrfToken": token, "callbackUrl": "/protected"})
    page = await visitor.post("/idp/authorize", data=hidden_fields(choose.text) | {"sub": "erin"})
    assert str(page.url) == f"{ORIGIN}/protected"
    assert "Erin Tenniel" in page.text


async def test_a_page_that_is_not_there_says_so(visitor: httpx2.AsyncClient) -> None:
    assert (await visitor.get("/nothing")).status_code == 404
