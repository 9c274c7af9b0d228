"""Starlette: a mounted API, and endpoints that require a session."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from authwright import Auth, Callbacks
from authwright.integrations.starlette import auth_mount, current_session, has_role, session_required
from authwright.types import Session, User
from support.apps import ORIGIN, make_auth

HTML = {"accept": "text/html"}


def make_app(auth: Auth) -> Starlette:
    async def home(request: Request) -> Response:
        return JSONResponse(await current_session(auth, request))

    @session_required(auth)
    async def me(request: Request) -> Response:
        return JSONResponse(request.state.session)

    @session_required(auth, authorized=has_role("admin"))
    async def admin(request: Request) -> Response:
        return JSONResponse({})

    routes = [Route("/", home), Route("/me", me, methods=["GET", "POST"]), Route("/admin", admin)]
    return Starlette(routes=[auth_mount(auth), *routes])


@pytest.fixture(params=["jwt", "database"])
async def client(request: pytest.FixtureRequest) -> AsyncIterator[httpx2.AsyncClient]:
    def session(session: Session) -> dict[str, object]:
        return {**session, "user": {**session["user"], "role": "member"}}

    auth = make_auth(strategy=request.param, callbacks=Callbacks(session=session))
    transport = httpx2.ASGITransport(make_app(auth))
    async with httpx2.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        yield client


async def sign_in(client: httpx2.AsyncClient) -> None:
    token = (await client.get("/api/auth/csrf")).json()["csrfToken"]
    fields = {"csrfToken": token, "username": "alice", "password": "wonderland", "json": "true"}
    assert (await client.post("/api/auth/callback/credentials", data=fields)).status_code == 200


async def test_an_endpoint_reads_the_session(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/")).json() is None
    await sign_in(client)
    assert (await client.get("/")).json()["user"]["name"] == "Alice"


async def test_an_anonymous_api_request_gets_401(client: httpx2.AsyncClient) -> None:
    response = await client.get("/me")
    assert (response.status_code, response.json()) == (401, {"message": "Please sign in first."})


async def test_an_anonymous_visitor_is_redirected_to_the_sign_in_page_and_back(client: httpx2.AsyncClient) -> None:
    response = await client.get("/me?tab=1", headers=HTML)
    assert response.status_code == 302
    assert response.headers["location"] == f"{ORIGIN}/api/auth/signin?callbackUrl=%2Fme%3Ftab%3D1"


async def test_a_form_posted_by_an_anonymous_visitor_is_refused(client: httpx2.AsyncClient) -> None:
    assert (await client.post("/me", headers=HTML)).status_code == 401


async def test_a_decorated_endpoint_receives_the_session_and_renews_it(client: httpx2.AsyncClient) -> None:
    await sign_in(client)
    response = await client.get("/me")
    assert response.json()["user"]["name"] == "Alice"
    assert response.headers["set-cookie"].startswith("next-auth.session-token=")


async def test_a_user_without_the_role_gets_403(client: httpx2.AsyncClient) -> None:
    await sign_in(client)
    assert (await client.get("/admin")).status_code == 403
    assert (await client.get("/admin", headers=HTML)).status_code == 403


async def test_a_user_with_the_role_is_admitted() -> None:
    def session(session: Session, user: User | None = None, token: object = None) -> dict[str, object]:
        return {**session, "user": {**session["user"], "role": "admin"}}

    transport = httpx2.ASGITransport(make_app(make_auth(callbacks=Callbacks(session=session))))
    async with httpx2.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        await sign_in(client)
        assert (await client.get("/admin")).status_code == 200
