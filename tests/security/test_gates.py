"""Pages that require a session refuse every other visitor, and the sign-in leads back only to the requested page."""

from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from fastapi import Depends, FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from authwright import Auth, Callbacks
from authwright.integrations import fastapi, starlette
from authwright.types import JWT, Session
from support.apps import ORIGIN, make_auth

HTML = {"accept": "text/html"}


def jwt(token: JWT, session: dict[str, str] | None = None, trigger: str | None = None) -> JWT:
    return {**token, "name": session["name"]} if trigger == "update" and session else token


async def refuse(session: Session) -> bool:
    return False


def make_app(auth: Auth) -> Starlette:
    @starlette.session_required(auth)
    async def anything(request: Request) -> Response:
        return PlainTextResponse("in")

    @starlette.session_required(auth, authorized=refuse)
    async def refused(request: Request) -> Response:
        return PlainTextResponse("in")

    @starlette.session_required(auth)
    async def rename(request: Request) -> Response:
        response = PlainTextResponse("renamed")
        await auth.update_session(request, {"name": "Al"}, response)
        return response

    special = [Route("/refused", refused), Route("/rename", rename)]
    return Starlette(routes=[starlette.auth_mount(auth), *special, Route("/{rest:path}", anything)])


def visit(app: Starlette | FastAPI) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=ORIGIN)


async def sign_in(client: httpx2.AsyncClient) -> None:
    token = (await client.get("/api/auth/csrf")).json()["csrfToken"]
    form = {"csrfToken": token, "username": "alice", "password": "wonderland", "json": "true"}
    await client.post("/api/auth/callback/credentials", data=form)


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    async with visit(make_app(make_auth(callbacks=Callbacks(jwt=jwt)))) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "callback_url"),
    [
        ("/a%3Fb%23c%25d", "/a%3Fb%23c%25d"),
        ("/caf%C3%A9?q=%26", "/caf%C3%A9?q=%26"),
        ("/a%5Cb", "/a%5Cb"),
        ("/a?path=C:\\x", "/a?path=C:%5Cx"),
        ("/a%0d%0ab?x=%0d%0a", None),
        ("//evil.example", "/"),
        ("/%2Fevil.example", "/"),
        ("/%5Cevil.example", "/%5Cevil.example"),
        ("/a?" + "x" * 4000, "/"),
    ],
)
async def test_sign_in_leads_back_to_the_page_and_never_to_another_site(
    client: httpx2.AsyncClient, path: str, callback_url: str | None
) -> None:
    raw = httpx2.URL(ORIGIN).copy_with(raw_path=path.encode())
    response = await client.get(raw, headers=HTML)
    if callback_url is None:
        assert response.status_code == 404
        return
    location = response.headers["location"]
    assert parse_qs(urlsplit(location).query)["callbackUrl"] == [callback_url]
    assert (await client.get(location, headers=HTML)).status_code == 200


async def test_an_async_authorized_function_is_awaited(client: httpx2.AsyncClient) -> None:
    await sign_in(client)
    assert (await client.get("/refused")).status_code == 403


async def test_an_async_authorized_function_of_a_dependency_is_awaited() -> None:
    auth = make_auth()
    app = FastAPI(dependencies=[Depends(fastapi.session_required(auth, authorized=refuse))])
    app.add_api_route("/refused", lambda: "in")
    async with visit(make_app(auth)) as client, visit(app) as guarded:
        await sign_in(client)
        assert (await guarded.get("/refused", headers={"cookie": _cookies(client)})).status_code == 403


async def test_an_update_of_the_session_by_an_endpoint_survives_the_renewal(client: httpx2.AsyncClient) -> None:
    await sign_in(client)
    assert (await client.get("/rename")).text == "renamed"
    assert (await client.get("/api/auth/session")).json()["user"]["name"] == "Al"


async def test_an_empty_session_from_the_session_callback_counts_as_signed_out() -> None:
    async with visit(make_app(make_auth(callbacks=Callbacks(session=lambda session: {})))) as client:
        await sign_in(client)
        assert (await client.get("/api/auth/session")).json() == {}
        assert (await client.get("/anything")).status_code == 401


@pytest.mark.parametrize("path", ["/api/auth/csrf", "/v1/api/auth/csrf"])
async def test_the_router_works_whether_or_not_a_proxy_strips_the_root_path(path: str) -> None:
    app = FastAPI()
    app.include_router(fastapi.auth_router(make_auth(base_url=f"{ORIGIN}/v1/api/auth")))
    transport = httpx2.ASGITransport(app, root_path="/v1")
    async with httpx2.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        assert (await client.get(path)).status_code == 200


def _cookies(client: httpx2.AsyncClient) -> str:
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in client.cookies.jar)
