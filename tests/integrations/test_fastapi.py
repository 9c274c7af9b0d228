"""FastAPI: the API as a router with OpenAPI entries, the session as a dependency."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import httpx2
import pytest
from fastapi import Depends, FastAPI

from authwright import Auth
from authwright.integrations.fastapi import auth_router, current_session, has_role, session_required
from authwright.types import Session
from support.apps import ORIGIN, BrokenAdapter, make_auth


def make_app(auth: Auth) -> FastAPI:
    app = FastAPI()
    app.include_router(auth_router(auth))

    @app.get("/")
    async def home(session: Annotated[Session | None, Depends(current_session(auth))]) -> Any:
        return session

    @app.get("/me")
    async def me(session: Annotated[Session, Depends(session_required(auth))]) -> Any:
        return session["user"]

    @app.get("/admin")
    async def admin(session: Annotated[Session, Depends(session_required(auth, authorized=has_role("admin")))]) -> Any:
        return session

    return app


def visit(app: FastAPI) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=ORIGIN)


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    async with visit(make_app(make_auth())) as client:
        yield client


async def sign_in(client: httpx2.AsyncClient) -> httpx2.Response:
    token = (await client.get("/api/auth/csrf")).json()["csrfToken"]
    fields = {"csrfToken": token, "username": "alice", "password": "wonderland", "json": "true"}
    return await client.post("/api/auth/callback/credentials", data=fields)


async def test_the_router_serves_the_api(client: httpx2.AsyncClient) -> None:
    assert (await sign_in(client)).json() == {"url": ORIGIN}
    assert (await client.get("/api/auth/session")).json()["user"]["name"] == "Alice"


async def test_undocumented_requests_get_the_response_of_the_auth_server(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/api/auth/nothing")).json()["code"] == "NotFound"
    wrong = await client.delete("/api/auth/session")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET, POST, HEAD")
    assert (await client.head("/api/auth/csrf")).status_code == 200


async def test_the_session_dependency_renews_the_session(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/")).json() is None
    await sign_in(client)
    response = await client.get("/me")
    assert response.json()["email"] == "alice@example.com"
    assert response.headers["set-cookie"].startswith("next-auth.session-token=")


async def test_an_anonymous_request_is_refused_or_redirected_to_the_sign_in_page(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/me")).status_code == 401
    page = await client.get("/me", headers={"accept": "text/html"})
    assert (page.status_code, page.headers["location"]) == (302, f"{ORIGIN}/api/auth/signin?callbackUrl=%2Fme")


async def test_a_user_without_the_role_is_refused(client: httpx2.AsyncClient) -> None:
    await sign_in(client)
    assert (await client.get("/admin")).status_code == 403


@pytest.mark.parametrize("path", ["/", "/me"])
async def test_every_request_is_refused_while_the_store_is_down(path: str) -> None:
    adapter = BrokenAdapter()
    async with visit(make_app(make_auth(adapter=adapter, strategy="database"))) as client:
        await sign_in(client)
        adapter.down = True
        refused = await client.get(path)
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
        adapter.down = False
        assert (await client.get(path)).status_code == 200


async def test_every_operation_of_the_api_has_an_openapi_entry(client: httpx2.AsyncClient) -> None:
    paths = (await client.get("/openapi.json")).json()["paths"]
    entries = {f"{method.upper()} {path}" for path, item in paths.items() for method in item if "/api/auth" in path}
    assert entries == {
        "GET /api/auth/csrf",
        "GET /api/auth/providers",
        "GET /api/auth/session",
        "POST /api/auth/session",
        "GET /api/auth/signin",
        "POST /api/auth/signin/{provider}",
        "GET /api/auth/callback/{provider}",
        "POST /api/auth/callback/{provider}",
        "GET /api/auth/signout",
        "POST /api/auth/signout",
        "GET /api/auth/verify-request",
        "GET /api/auth/error",
    }
    assert paths["/api/auth/session"]["post"]["requestBody"]["content"]["application/json"]
