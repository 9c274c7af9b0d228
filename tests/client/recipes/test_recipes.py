"""The recipes in examples/ for frameworks that send an HTTP request for every event."""

from __future__ import annotations

import runpy
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

EXAMPLES = Path(__file__).parents[3] / "examples"
ORIGIN = "http://localhost:3000"
HTML = {"accept": "text/html"}
ALICE = {"username": "alice", "password": "wonderland"}
EVENT: dict[str, Any] = {
    "output": "answer.children",
    "outputs": {"id": "answer", "property": "children"},
    "inputs": [{"id": "ask", "property": "n_clicks", "value": 1}],
    "changedPropIds": ["ask.n_clicks"],
}


@pytest.fixture
def dash() -> httpx2.Client:
    server = runpy.run_path(str(EXAMPLES / "recipe_dash.py"))["server"]
    return httpx2.Client(transport=httpx2.WSGITransport(server.wsgi_app), base_url=ORIGIN, headers=HTML)


def test_dash_redirects_an_anonymous_visitor_to_the_sign_in_page(dash: httpx2.Client) -> None:
    assert dash.get("/").headers["location"] == "/api/auth/signin?callbackUrl=/"


def test_dash_runs_no_callback_for_an_anonymous_visitor(dash: httpx2.Client) -> None:
    assert dash.post("/_dash-update-component", json=EVENT).status_code == 401


def test_a_dash_callback_knows_the_user(dash: httpx2.Client) -> None:
    token = dash.get("/api/auth/csrf").json()["csrfToken"]
    dash.post("/api/auth/callback/credentials", data=ALICE | {"csrfToken": token})
    assert dash.get("/").status_code == 200
    assert "Signed in as Alice" in dash.post("/_dash-update-component", json=EVENT).text


@pytest.fixture
async def fasthtml() -> AsyncIterator[httpx2.AsyncClient]:
    app = runpy.run_path(str(EXAMPLES / "recipe_fasthtml.py"))["app"]
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=ORIGIN, headers=HTML) as client:
        yield client


async def test_fasthtml_redirects_an_anonymous_visitor_to_the_sign_in_page(fasthtml: httpx2.AsyncClient) -> None:
    assert (await fasthtml.get("/account")).headers["location"] == "/api/auth/signin?callbackUrl=/account"
    assert "Sign in" in (await fasthtml.get("/")).text


async def test_an_anonymous_htmx_request_redirects_the_whole_page(fasthtml: httpx2.AsyncClient) -> None:
    response = await fasthtml.get("/account", headers={"HX-Request": "true"})
    assert (response.headers["hx-redirect"], response.text) == ("/api/auth/signin", "")


async def test_a_fasthtml_route_knows_the_user(fasthtml: httpx2.AsyncClient) -> None:
    token = (await fasthtml.get("/api/auth/csrf")).json()["csrfToken"]
    await fasthtml.post("/api/auth/callback/credentials", data=ALICE | {"csrfToken": token})
    assert "Signed in as Alice" in (await fasthtml.get("/account")).text
