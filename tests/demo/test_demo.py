"""The demo over HTTP: its protected pages, its sign-in methods and its cache headers."""

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


async def test_the_protected_page_redirects_to_the_sign_in_page_and_back(visitor: httpx2.AsyncClient) -> None:
    assert "/api/auth/signin" in str((await visitor.get("/protected")).url)
    page = await sign_in(visitor, "bob", "looking-glass")
    assert (str(page.url), page.status_code) == (f"{ORIGIN}/protected", 200)


async def test_the_sign_in_page_reports_a_wrong_password(visitor: httpx2.AsyncClient) -> None:
    page = await sign_in(visitor, "bob", "wonderland")
    assert 'data-error="CredentialsSignin"' in page.text


@pytest.mark.parametrize("path", ["/", "/protected", "/profile", "/browser", "/outbox", "/nothing"])
async def test_no_page_is_cached(visitor: httpx2.AsyncClient, path: str) -> None:
    await sign_in(visitor, "bob", "looking-glass")
    page = await visitor.get(path)
    assert page.headers["cache-control"] == "private, no-store"
    assert page.headers["x-content-type-options"] == "nosniff"


async def test_a_protected_page_renews_the_session(visitor: httpx2.AsyncClient) -> None:
    page = await sign_in(visitor, "bob", "looking-glass")
    assert "next-auth.session-token" in page.headers["set-cookie"]


@pytest.mark.parametrize(
    ("username", "password", "status"), [("alice", "wonderland", 200), ("bob", "looking-glass", 403)]
)
async def test_only_admins_see_the_admin_page(
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
    assert (await visitor.get("/api/auth/session")).json()["user"]["email"] == "carol@example.com"


async def test_the_third_button_signs_in_through_the_demos_own_provider(visitor: httpx2.AsyncClient) -> None:
    token = (await visitor.get("/api/auth/csrf")).json()["csrfToken"]
    choose = await visitor.post("/api/auth/signin/corp", data={"csrfToken": token, "callbackUrl": "/protected"})
    page = await visitor.post("/idp/authorize", data=hidden_fields(choose.text) | {"sub": "erin"})
    assert str(page.url) == f"{ORIGIN}/protected"
    assert (await visitor.get("/api/auth/session")).json()["user"]["name"] == "Erin Tenniel"


async def test_without_the_npm_packages_the_browser_page_says_how_to_get_them(visitor: httpx2.AsyncClient) -> None:
    page = (await visitor.get("/browser")).text
    assert "make demo" in page
    assert "<script" not in page


async def test_an_unknown_page_is_404(visitor: httpx2.AsyncClient) -> None:
    assert (await visitor.get("/nothing")).status_code == 404
