"""The recipes in examples/ for frameworks that make an HTTP request of every event, as a browser uses them."""

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


def test_dash_sends_nobody_to_sign_in(dash: httpx2.Client) -> None:
    assert dash.get("/").headers["location"] == "/api/auth/signin?callbackUrl=/"


def test_dash_calls_nothing_for_nobody(dash: httpx2.Client) -> None:
    assert dash.post("/_dash-update-component", json=EVENT).status_code == 401


def test_a_dash_callback_knows_who_calls(dash: httpx2.Client) -> None:
    token = dash.get("/api/auth/csrf").json()["csrfToken"]
    dash.post("/api/auth/callback/credentials", data=ALICE | {"csrfToken": token})
    assert dash.get("/").status_code == 200
    assert "Signed in as Alice" in dash.post("/_dash-update-component", json=EVENT).text


@pytest.fixture
async def fasthtml() -> AsyncIterator[httpx2.AsyncClient]:
    app = runpy.run_path(str(EXAMPLES / "recipe_fasthtml.py"))["app"]
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=ORIGIN, headers=HTML) as client:
        yield client


async def test_fasthtml_sends_nobody_to_sign_in(fasthtml: httpx2.AsyncClient) -> None:
    assert (await fasthtml.get("/account")).headers["location"] == "/api/auth/signin?callbackUrl=/account"
    assert "Sign in" in (await fasthtml.get("/")).text


async def test_an_htmx_request_of_nobody_moves_the_whole_page(fasthtml: httpx2.AsyncClient) -> None:
    answer = await fasthtml.get("/account", headers={"HX-Request": "true"})
    assert (answer.headers["hx-redirect"], answer.text) == ("/api/auth/signin", "")


async def test_a_fasthtml_route_knows_who_asks(fasthtml: httpx2.AsyncClient) -> None:
    token = (await fasthtml.get("/api/auth/csrf")).json()["csrfToken"]
    await fasthtml.post("/api/auth/callback/credentials", data=ALICE | {"csrfToken": token})
    assert "Signed in as Alice" in (await fasthtml.get("/account")).text
