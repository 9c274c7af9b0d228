"""An app whose public path has a prefix: its API, the links on its pages, and the way back after a sign-in."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import httpx2
import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount

from authwright import Auth
from authwright.errors import ConfigurationError
from authwright.integrations.fastapi import auth_router
from authwright.integrations.starlette import auth_mount
from support.apps import make_auth
from support.prefixed import APPS, PREFIX, PUBLIC, SETUPS, TRUSTED, fastapi_app, make, me_of, starlette_app
from support.servers import free_port

Integrate: TypeAlias = Callable[[Auth, str], object]

SIGN_IN = f"{PUBLIC}/shop/api/auth/signin?callbackUrl=%2Fshop%2Fme%3Ftab%3D1%26q%3D%25C3%25A9"
HTML = {"accept": "text/html"}
CASES = [
    (app, setup, base_url, trust_host)
    for app, setup, base_url, trust_host in itertools.product(APPS, SETUPS, (True, False), (True, False))
    # Without a base URL only the headers of a proxy name the host, and X-Forwarded-Prefix needs trust as well.
    if (base_url or trust_host) and (trust_host or not SETUPS[setup].trusts)
    # Starlette finds no route in a mounted app if the path lacks the root path.
    if not (app == "guard in a sub-app" and setup.endswith("path lacks"))
]


@pytest.fixture(params=CASES, ids=lambda case: "-".join(map(str, case)))
async def browser(request: pytest.FixtureRequest) -> AsyncIterator[httpx2.AsyncClient]:
    app, setup, base_url, trust_host = request.param
    transport = httpx2.ASGITransport(SETUPS[setup].deploy(APPS[app](make(base_url, trust_host))))
    async with httpx2.AsyncClient(transport=transport, base_url=PUBLIC, headers=TRUSTED) as client:
        yield client


async def sign_in(browser: httpx2.AsyncClient, prefix: str = PREFIX) -> httpx2.Response:
    token = (await browser.get(f"{prefix}/api/auth/csrf")).json()["csrfToken"]
    fields = {
        "csrfToken": token,
        "username": "alice",
        "password": "wonderland",
        "json": "true",
        "callbackUrl": "/shop/me",
    }
    return await browser.post(f"{prefix}/api/auth/callback/credentials", data=fields)


async def test_a_visitor_finds_the_sign_in_page_and_comes_back(
    browser: httpx2.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    refused = await browser.get("/shop/me?tab=1&q=%C3%A9", headers=HTML)
    assert (refused.status_code, refused.headers["location"]) == (302, SIGN_IN)
    page = await browser.get(refused.headers["location"], headers=HTML)
    assert f'action="{PUBLIC}/shop/api/auth/callback/credentials"' in page.text
    assert (await sign_in(browser)).json() == {"url": f"{PUBLIC}/shop/me"}
    assert (await browser.get("/shop/me")).json()["name"] == "Alice"
    assert {cookie.path for cookie in browser.cookies.jar} == {"/"}
    assert "authwright" not in caplog.text


@pytest.fixture(params=["uvicorn", "granian"])
def server(request: pytest.FixtureRequest) -> Iterator[str]:
    """The origin of a real server, behind a proxy that removes ``/shop``, as requests without the prefix look there."""
    port = free_port()
    options = (
        ["uvicorn", "--root-path"]
        if request.param == "uvicorn"
        else ["granian", "--interface", "asgi", "--url-path-prefix"]
    )
    environment = os.environ | {"PREFIXED_APP": "fastapi", "PYTHONPATH": os.pathsep.join(["tests", *sys.path])}
    command = [sys.executable, "-m", *options, PREFIX, "--port", str(port), "support.prefixed:app"]
    process = subprocess.Popen(command, env=environment, cwd=Path(__file__).parents[2])
    try:
        deadline = time.monotonic() + 30
        while not _answers(port):
            assert process.poll() is None
            assert time.monotonic() < deadline
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def _answers(port: int) -> bool:
    try:
        return httpx2.get(f"http://127.0.0.1:{port}/docs").status_code == 200
    except httpx2.TransportError:
        time.sleep(0.1)
        return False


async def test_a_real_server_with_a_root_path(server: str) -> None:
    headers = {"x-forwarded-host": "app.example", "x-forwarded-proto": "http"}
    async with httpx2.AsyncClient(base_url=server, headers=headers) as browser:
        refused = await browser.get("/me?tab=1&q=%C3%A9", headers=HTML)
        assert refused.headers["location"] == SIGN_IN.replace("https", "http")
        assert (await sign_in(browser, prefix="")).json() == {"url": "http://app.example/shop/me"}
        assert (await browser.get("/me")).json()["name"] == "Alice"


@pytest.mark.parametrize("integrate", [auth_router, auth_mount])
@pytest.mark.parametrize(
    ("base_url", "path"), [("/auth", "/api/auth"), ("/api/auth", "/login"), ("/xapi/auth", "/api/auth")]
)
def test_an_api_that_cannot_be_at_its_base_url_is_refused(integrate: Integrate, base_url: str, path: str) -> None:
    auth = make_auth(base_url=PUBLIC + base_url)
    with pytest.raises(ConfigurationError, match=f"base_url.*{path}.*Set base_url="):
        integrate(auth, path)


@pytest.mark.parametrize("integrate", [auth_router, auth_mount])
@pytest.mark.parametrize("path", ["/shop/api/auth", "/api/auth", "/api/auth/", "/auth"])
def test_an_api_may_be_mounted_at_the_end_of_its_base_path(integrate: Integrate, path: str) -> None:
    integrate(make(base_url=True, trust_host=False), path.rstrip("/"))


async def get(app: Any, path: str, **headers: str) -> httpx2.Response:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=PUBLIC, headers=headers) as client:
        return await client.get(path)


async def test_a_prefix_that_the_app_does_not_know_is_logged_once_with_the_remedy(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = starlette_app(make(base_url=True, trust_host=False))
    for path in ("/api/auth/csrf", "/api/auth/providers"):
        assert (await get(app, path)).status_code == 200
    [record] = caplog.records
    assert "[BASE_URL]" in record.message
    assert "uvicorn --root-path /shop." in record.message


async def test_a_base_url_without_the_prefix_is_logged_once_with_the_right_one(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = SETUPS["uvicorn --root-path"].deploy(fastapi_app(make_auth(base_url=PUBLIC)))
    for path in ("/shop/api/auth/csrf", "/shop/api/auth/signin"):
        assert (await get(app, path)).status_code == 200
    [record] = caplog.records
    assert f"[BASE_URL] base_url is {PUBLIC}/api/auth" in record.message
    assert f"set base_url='{PUBLIC}/shop/api/auth'" in record.message


async def test_the_prefix_of_a_proxy_counts_only_if_it_is_trusted() -> None:
    app = starlette_app(make_auth(base_url=PUBLIC))
    refused = await get(app, "/me", accept="text/html", **{"x-forwarded-prefix": "/evil"})
    assert refused.headers["location"] == f"{PUBLIC}/api/auth/signin?callbackUrl=%2Fme"


async def test_a_router_may_be_included_with_a_prefix() -> None:
    auth = make(base_url=False, trust_host=True)
    app = FastAPI()
    app.include_router(auth_router(auth, "/auth"), prefix="/v1")
    app.mount("/", Starlette(routes=[me_of(auth)]))
    urls = (await get(app, "/v1/auth/providers", **TRUSTED)).json()["credentials"]
    assert urls["callbackUrl"] == f"{PUBLIC}/v1/auth/callback/credentials"
    refused = await get(app, "/me", accept="text/html", **TRUSTED)
    assert refused.headers["location"] == f"{PUBLIC}/v1/auth/signin?callbackUrl=%2Fme"


async def test_a_page_in_a_deeper_mount_links_to_the_api() -> None:
    auth = make(base_url=False, trust_host=True)
    admin = Mount("/admin", routes=[me_of(auth)], name="admin")
    shop = Mount("/shop", routes=[auth_mount(auth, "/login"), admin], name="shop")
    refused = await get(Starlette(routes=[shop]), "/shop/admin/me", accept="text/html", **TRUSTED)
    assert refused.headers["location"] == f"{PUBLIC}/shop/login/signin?callbackUrl=%2Fshop%2Fadmin%2Fme"


async def test_the_api_itself_may_be_the_app_of_a_server_with_a_root_path() -> None:
    for base_url, trust_host in ((True, False), (False, True)):
        app = SETUPS["uvicorn --root-path"].deploy(make(base_url, trust_host).asgi)
        urls = (await get(app, "/shop/api/auth/providers", **TRUSTED)).json()["credentials"]
        assert urls["signinUrl"] == f"{PUBLIC}/shop/api/auth/signin/credentials"


@pytest.mark.parametrize("script_name", ["", "/shop"])
@pytest.mark.parametrize("base_url", [True, False])
def test_a_wsgi_page_links_to_the_api_and_back(script_name: str, base_url: bool) -> None:
    auth = make(base_url, trust_host=True)
    forwarded = {} if script_name else {"HTTP_X_FORWARDED_PREFIX": "/shop"}
    host = {"HTTP_X_FORWARDED_HOST": "app.example", "HTTP_X_FORWARDED_PROTO": "https"}
    path = {"REQUEST_METHOD": "GET", "SCRIPT_NAME": script_name, "PATH_INFO": "/me", "QUERY_STRING": "tab=1&q=%C3%A9"}
    assert auth.sign_in_url(path | host | forwarded) == SIGN_IN
    assert auth.get_server_session_sync(path | host | forwarded) is None
