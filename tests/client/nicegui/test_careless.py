"""Mistakes in an app never make a page public, and event handlers work as written. The app is in careless.py."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, expect

from client.nicegui.server import serve_nicegui

Client = httpx2.AsyncClient
in_browser = pytest.mark.e2e


@pytest.fixture(scope="module")
def careless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The origin of the app in careless.py."""
    with serve_nicegui(tmp_path_factory.mktemp("careless"), app="careless.py") as origin:
        yield origin


@pytest.fixture
async def visitor(careless: str) -> AsyncIterator[Client]:
    async with Client(base_url=careless) as client:
        yield client


@pytest.fixture
async def alice(careless: str) -> AsyncIterator[Client]:
    """A member who is signed in."""
    async with Client(base_url=careless) as client:
        token = (await client.get("/api/auth/csrf")).json()["csrfToken"]
        fields = {"csrfToken": token, "password": "correct horse"}
        assert (await client.post("/api/auth/callback/credentials", data=fields)).status_code == 302
        yield client


async def inside(client: Client) -> dict[str, Any]:
    state: dict[str, Any] = (await client.get("/inside")).json()
    return state


FORGOTTEN = ["/no-await", "/no-await-in-def", "/one-of-two", "/background", "/attribute"]


@pytest.mark.parametrize("path", FORGOTTEN)
async def test_a_page_that_forgot_to_await_its_session_is_not_sent(visitor: Client, alice: Client, path: str) -> None:
    for client in (visitor, alice):
        response = await client.get(path)
        assert (response.status_code, response.headers["cache-control"]) == (500, "no-store")
        assert "secret" not in response.text


async def test_the_log_names_the_page_that_forgot_to_await_its_session(visitor: Client) -> None:
    await visitor.get("/no-await")
    last = (await inside(visitor))["codes"][-1]
    assert last.startswith("CLIENT_PAGE_ERROR: the page /no-await was not sent")
    assert "await session_provider" in last


@pytest.mark.parametrize("path", ["/caught", "/caught-later"])
async def test_a_page_that_catches_the_refusal_is_not_sent(visitor: Client, path: str) -> None:
    response = await visitor.get(path)
    assert (response.status_code, "/api/auth/signin?" in response.headers["location"]) == (302, True)
    assert "secret" not in response.text


async def test_a_page_that_catches_the_refusal_of_a_role_is_not_sent(alice: Client) -> None:
    response = await alice.get("/caught-later")
    assert (response.status_code, "secret" in response.text) == (403, False)


async def test_a_page_that_returns_the_session_is_awaited_by_nicegui(visitor: Client, alice: Client) -> None:
    assert (await visitor.get("/returned")).status_code == 302
    assert (await alice.get("/returned")).status_code == 200


async def test_a_guard_without_rules_requires_a_session(visitor: Client, alice: Client) -> None:
    assert (await visitor.get("/empty-guard")).status_code == 302
    assert "the secret" in (await alice.get("/empty-guard")).text


async def test_the_session_before_await_says_what_to_write(visitor: Client) -> None:
    await visitor.get("/attribute")
    assert "await session_provider" in (await inside(visitor))["refusals"]["attribute"]


@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        ("above", "The page /above was registered before it was guarded, so it is public. Put @page_guard below"),
        ("router", "The page /router/above was registered before it was guarded"),
        ("plain", "The page /plain was registered before it was guarded"),
        ("guarded twice", "Put @page_guard below @ui.page"),
        ("no auth", "Write @page_guard(auth)"),
        ("called", "not a coroutine"),
        ("yield", "Remove the yield"),
        ("role", 'write {"role": "admin"}'),
        ("key", 'unknown key "Role"'),
        ("none", "role is None"),
    ],
)
async def test_a_guard_that_would_protect_nothing_is_refused(visitor: Client, mistake: str, message: str) -> None:
    assert message in (await inside(visitor))["refusals"][mistake]


async def test_use_session_refuses_a_role(visitor: Client) -> None:
    await visitor.get("/attribute")
    assert "use the page guard" in (await inside(visitor))["refusals"]["use_session"]


@pytest_asyncio.fixture(loop_scope="session")
async def page(profile: BrowserContext) -> Page:
    return await profile.new_page()


async def visit(page: Page, url: str) -> None:
    await page.goto(url)
    await page.wait_for_function("window.did_handshake && window.authwright?.bridge")


async def shows(page: Page, id: str, text: str) -> None:
    await expect(page.locator(f"#{id}")).to_have_text(text)


@in_browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("initial", [False, True])
async def test_a_guarded_view_sends_anonymous_visitors_to_the_sign_in_page(
    page: Page, careless: str, initial: bool
) -> None:
    await page.goto(f"{careless}/views{'/guarded' if initial else ''}")
    if not initial:
        await page.click("#guarded")
    await page.wait_for_url("**/api/auth/signin?error=SessionRequired&callbackUrl=%2Fviews%2Fguarded")
    await page.fill("input[name=password]", "correct horse")
    await page.click("button[type=submit]")
    await page.wait_for_url(f"{careless}/views/guarded")
    await expect(page.get_by_text("the secret")).to_be_visible()


@in_browser
@pytest.mark.asyncio(loop_scope="session")
async def test_a_guarded_view_refuses_another_role(page: Page, careless: str) -> None:
    await sign_in(page, careless)
    await visit(page, f"{careless}/views")
    await page.click("#role")
    await expect(page.get_by_text("You do not have permission to view this page.")).to_be_visible()
    await expect(page.get_by_text("the secret")).to_have_count(0)


@in_browser
@pytest.mark.asyncio(loop_scope="session")
async def test_a_view_that_forgot_to_await_its_session_is_not_public(page: Page, careless: str) -> None:
    frames: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(str(frame))))
    await visit(page, f"{careless}/views")
    await page.click("#no-await")
    await page.wait_for_url("**/api/auth/signin?error=SessionRequired&callbackUrl=%2Fviews%2Fno-await")
    assert "SessionRequired" in "".join(frames)
    assert "the secret" not in "".join(frames)


@in_browser
@pytest.mark.asyncio(loop_scope="session")
async def test_a_view_that_requires_a_session_no_longer_does_when_it_is_left(page: Page, careless: str) -> None:
    await sign_in(page, careless)
    await visit(page, f"{careless}/views/guarded")
    await page.click("#open")
    await shows(page, "view", "an open view")
    await page.context.clear_cookies()
    async with page.expect_response("**/api/auth/session?nonce=*"):
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await page.wait_for_timeout(500)
    assert page.url == f"{careless}/views/open"


async def sign_in(page: Page, origin: str) -> None:
    await visit(page, f"{origin}/handlers")
    await page.click("#in")
    await shows(page, "status", "authenticated")


@in_browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("button", ["refresh", "refresh-from-within"])
async def test_a_refreshed_part_leaves_no_consumer(page: Page, careless: str, button: str) -> None:
    await visit(page, f"{careless}/growing")
    for _ in range(4):
        await page.click(f"#{button}")
        await page.wait_for_timeout(100)
    await shows(page, "message", "[4, 4, 4, 4]")
    await page.click("#in")
    await shows(page, "status", "authenticated")
    await page.click("#seen")
    await shows(page, "message", "['authenticated']")


@in_browser
@pytest.mark.asyncio(loop_scope="session")
async def test_a_handler_that_asks_for_the_session_again_and_again_adds_one_consumer(page: Page, careless: str) -> None:
    await visit(page, f"{careless}/growing")
    await page.click("#in")
    await shows(page, "status", "authenticated")
    for _ in range(3):
        await page.click("#again")
    await expect(page.locator("#message")).to_have_text(re.compile(r"^\[(\d+), \1, \1\]$"))


@in_browser
@pytest.mark.asyncio(loop_scope="session")
async def test_an_action_ignores_the_event_that_nicegui_passes(page: Page, careless: str) -> None:
    await visit(page, f"{careless}/handlers")
    await page.click("#in-with-event")
    await shows(page, "status", "authenticated")
    async with page.expect_request("**/api/auth/session?nonce=*") as request:
        await page.click("#update")
    assert "data" not in (await request.value).post_data_json
    await page.click("#out")
    await shows(page, "status", "unauthenticated")


@in_browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("button", ["page", "page-with-event"])
async def test_sign_in_as_a_handler_goes_to_the_sign_in_page(page: Page, careless: str, button: str) -> None:
    await visit(page, f"{careless}/handlers")
    await page.click(f"#{button}")
    await page.wait_for_url("**/api/auth/signin?callbackUrl=*")


@in_browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("button", ["hook", "yielding"])
async def test_a_hook_that_fails_reaches_the_log_under_a_code(page: Page, careless: str, button: str) -> None:
    await visit(page, f"{careless}/handlers")
    await page.click(f"#{button}")
    seen = f"""async () => {{
      const inside = await (await fetch("{careless}/inside")).json()
      return inside.codes.at(-1).startsWith("CLIENT_HOOK_ERROR: on_unauthenticated raised ")
    }}"""
    await page.wait_for_function(seen, polling=100)
