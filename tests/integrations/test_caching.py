"""Session cookies and caches: renewed on every response that shared caches may not store, which becomes private."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from django.http import HttpResponse
from fastapi import Depends, FastAPI
from flask import Response as FlaskResponse
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from authwright import Auth, http
from authwright.integrations import fastapi, starlette
from authwright.types import Session, User
from support.apps import ORIGIN, make_auth
from support.browser import Browser
from support.django_site import configure

Headers = list[tuple[str, str]]
SHARED: list[Headers] = [
    [("Cache-Control", "public")],
    [("Cache-Control", "public, s-maxage=60")],
    [("Cache-Control", "PUBLIC, Max-Age=60")],
    [("Cache-Control", 'max-age=5 ,  S-MaxAge = "60"')],
    [("Cache-Control", "max-age=60"), ("Cache-Control", "s-maxage=60")],
    [("Cache-Control", 'no-cache="set-cookie, x", public')],
    [("Cache-Control", 'no-cache="x, public')],
    [("Cache-Control", "private"), ("CDN-Cache-Control", "max-age=60")],
    [("Surrogate-Control", "max-age=60")],
]
UNSHARED: list[tuple[Headers, str]] = [
    ([], "private, no-store"),
    ([("Cache-Control", "max-age=60")], "private, no-store"),
    ([("Cache-Control", "private, max-age=60, immutable, stale-while-revalidate=5")], "private, no-store"),
    ([("Cache-Control", "no-store, must-understand")], "private, no-store"),
    ([("Cache-Control", "No-Transform, max-age=1")], "private, no-store, No-Transform"),
    ([("Cache-Control", "no-transform"), ("Cache-Control", "no-cache")], "private, no-store, no-transform, no-cache"),
    ([("Cache-Control", 'no-cache="public, s-maxage=60"')], 'private, no-store, no-cache="public, s-maxage=60"'),
    ([("Cache-Control", 'private="set-cookie", x-public=1')], "private, no-store"),
    ([("CDN-Cache-Control", "no-store"), ("Cache-Control", "private, no-store")], "private, no-store"),
]
ALL = [*[(headers, None) for headers in SHARED], *UNSHARED]


def of_starlette(headers: Headers) -> Response:
    response = Response()
    response.raw_headers += [(name.lower().encode(), value.encode()) for name, value in headers]
    return response


def of_flask(headers: Headers) -> FlaskResponse:
    return FlaskResponse(headers=headers)


def of_django(headers: Headers) -> HttpResponse:
    configure()
    return HttpResponse(headers={name: ", ".join(v for n, v in headers if n == name) for name, _ in headers})


def of_authwright(headers: Headers) -> http.Response:
    return http.Response(headers=list(headers))


def sent(response: Any) -> tuple[list[str], str | None]:
    """Return the names of the cookies of *response*, and its Cache-Control."""
    if isinstance(response, http.Response):
        return [cookie.name for cookie in response.cookies], response.header("Cache-Control")
    cookies = list(response.cookies) if isinstance(response, HttpResponse) else _lines(response)
    values = [value for name, value in response.headers.items() if name.lower() == "cache-control"]
    return [cookie.partition("=")[0] for cookie in cookies], ", ".join(values) or None


def _lines(response: Any) -> list[str]:
    return [value for name, value in response.headers.items() if name.lower() == "set-cookie"]


@pytest.fixture
def auth() -> Auth:
    return make_auth()


@pytest.fixture
async def cookies(auth: Auth) -> dict[str, str]:
    browser = Browser(auth)
    await browser.sign_in(username="alice", password="wonderland")
    return {"next-auth.session-token": browser.cookies["next-auth.session-token"]}


@pytest.mark.parametrize("make", [of_starlette, of_flask, of_django, of_authwright])
@pytest.mark.parametrize(("headers", "expected"), ALL)
@pytest.mark.parametrize("valid", [True, False])
async def test_a_response_that_is_not_shared_carries_the_cookie_and_becomes_private(
    auth: Auth,
    cookies: dict[str, str],
    make: Callable[[Headers], Any],
    headers: Headers,
    expected: str | None,
    valid: bool,
) -> None:
    response = make(headers)
    before = sent(make(headers))
    session = await auth.get_server_session(cookies if valid else {"next-auth.session-token": "x"}, response)
    assert (session is not None) == valid
    assert sent(response) == (before if expected is None else (["next-auth.session-token"], expected))


async def test_a_response_without_a_session_stays_as_it_is(auth: Auth) -> None:
    response = Response(headers={"Cache-Control": "max-age=60"})
    assert await auth.get_server_session({}, response) is None
    assert response.headers["cache-control"] == "max-age=60"


async def test_a_sign_in_and_an_update_make_even_a_shared_response_private(auth: Auth, cookies: dict[str, str]) -> None:
    for response in (of_starlette(SHARED[1]), of_starlette(SHARED[7])):
        await auth.sign_in_user({}, User(id="1"), response)
        assert sent(response) == (["next-auth.session-token"], "private, no-store")
        assert "cdn-cache-control" not in response.headers
    response = of_starlette(SHARED[1])
    await auth.update_session(cookies, {}, response)
    assert sent(response) == (["next-auth.session-token"], "private, no-store")


def fastapi_app(auth: Auth, headers: Headers) -> FastAPI:
    app = FastAPI()

    @app.get("/me")
    async def me(response: Response, session: Session = Depends(fastapi.session_required(auth))) -> Any:
        response.raw_headers += of_starlette(headers).raw_headers[1:]
        return session["user"]

    @app.get("/maybe")
    async def maybe(response: Response, session: Any = Depends(fastapi.current_session(auth))) -> Any:
        response.raw_headers += of_starlette(headers).raw_headers[1:]
        return session

    return app


def starlette_app(auth: Auth, headers: Headers) -> Starlette:
    @starlette.session_required(auth)
    async def me(request: Request) -> Response:
        response = StreamingResponse(iter([b"{}"]))
        response.headers["x-early"] = "1"
        response.raw_headers += of_starlette(headers).raw_headers[1:]
        return response

    return Starlette(routes=[Route("/me", me)])


async def get(app: Any, path: str, cookies: dict[str, str], **headers: str) -> httpx2.Response:
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=ORIGIN) as client:
        return await client.get(path, headers={"cookie": header, **headers})


@pytest.mark.parametrize(("make", "path"), [(fastapi_app, "/me"), (fastapi_app, "/maybe"), (starlette_app, "/me")])
@pytest.mark.parametrize(("headers", "expected"), ALL)
async def test_a_guarded_endpoint_follows_the_same_rule(
    auth: Auth, cookies: dict[str, str], make: Any, path: str, headers: Headers, expected: str | None
) -> None:
    response = await get(make(auth, headers), path, cookies)
    before = [value for name, value in headers if name == "Cache-Control"]
    assert response.headers.get_list("cache-control") == (before if expected is None else [expected])
    assert ("set-cookie" in response.headers) == (expected is not None)


@pytest.mark.parametrize("make", [fastapi_app, starlette_app])
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
async def test_a_refusal_removes_an_invalid_session_and_is_private(auth: Auth, make: Any, accept: str) -> None:
    response = await get(
        make(auth, []), "/me", {"next-auth.session-token": "x", "next-auth.session-token.0": "y"}, accept=accept
    )
    assert response.status_code == (302 if accept == "text/html" else 401)
    removed = [line.partition(";")[0] for line in response.headers.get_list("set-cookie")]
    assert removed == ["next-auth.session-token=", "next-auth.session-token.0="]
    assert response.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
async def test_a_user_without_permission_is_renewed_too(auth: Auth, cookies: dict[str, str], accept: str) -> None:
    @starlette.session_required(auth, authorized=lambda session: False)
    async def me(request: Request) -> Response:
        return JSONResponse({})

    response = await get(Starlette(routes=[Route("/me", me)]), "/me", cookies, accept=accept)
    assert (response.status_code, response.headers["cache-control"]) == (403, "private, no-store")
    assert len(response.headers.get_list("set-cookie")) == 1


async def test_what_the_endpoint_sets_counts_last(auth: Auth, cookies: dict[str, str]) -> None:
    @starlette.session_required(auth)
    async def me(request: Request) -> Response:
        response = JSONResponse({})
        await auth.sign_in_user(request, User(id="2", name="Bob"), response)
        return response

    response = await get(Starlette(routes=[Route("/me", me)]), "/me", cookies)
    assert (await auth.get_token(dict(response.cookies)) or {})["name"] == "Bob"


@pytest.mark.parametrize(
    "path", ["/session", "/csrf", "/signin", "/signout", "/error?error=x", "/providers", "/verify-request"]
)
@pytest.mark.parametrize("token", ["", "x"])
async def test_every_response_of_the_api_that_sets_a_cookie_is_private(auth: Auth, path: str, token: str) -> None:
    browser = Browser(auth)
    browser.cookies |= {"next-auth.session-token": token} if token else {}
    for response in (await browser.get(path), await browser.post(path), await browser.sign_in(path)):
        directives = (response.header("Cache-Control") or "").split(", ")
        assert not response.cookies or {"private", "no-store"} <= set(directives)
