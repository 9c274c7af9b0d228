"""ReactPy in Chromium: the script with our bridge, lost connections and websockets from other origins."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, expect
from starlette.applications import Starlette
from websockets.asyncio.client import connect

from client.reactpy.site import site
from contract.browser.servers import serve

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]

# Record every text of #status, and every websocket.
_WATCH = """
window.shown = []
new MutationObserver(() => {
  const text = document.querySelector("#status")?.textContent
  if (text && text !== window.shown.at(-1)) window.shown.push(text)
}).observe(document, { childList: true, subtree: true, characterData: true })
window.sockets = []
window.WebSocket = class extends WebSocket { constructor(...given) { super(...given); window.sockets.push(this) } }
"""


@pytest.fixture(scope="session")
def origin() -> Iterator[str]:
    with serve(site) as origin:
        yield origin


@pytest_asyncio.fixture(loop_scope="session")
async def page(profile: BrowserContext, origin: str) -> Page:
    await profile.add_init_script(_WATCH)
    page = await profile.new_page()
    await page.goto(origin)
    await shows(page, "unauthenticated:-")
    return page


async def shows(page: Page, text: str, id: str = "status") -> None:
    await expect(page.locator(f"#{id}")).to_have_text(text)


async def sign_in(page: Page) -> None:
    await page.click("#sign-in")
    await shows(page, "authenticated:Alice")


async def script(page: Page) -> str:
    """Return the URL of our script on the page."""
    loaded = "performance.getEntriesByType('resource').find((one) => one.name.includes('authwright'))?.name"
    return str(await (await page.wait_for_function(loaded)).json_value())


async def test_the_script_is_served_by_reactpy(page: Page, origin: str) -> None:
    assert (await script(page)).startswith(f"{origin}/reactpy/modules/authwright-")


@pytest.mark.parametrize("path", ["/", "/?known=none"])
async def test_a_page_has_one_bridge(profile: BrowserContext, origin: str, path: str) -> None:
    """ReactPy binds an element twice if it is rendered only once, but once if it is rendered again."""
    page = await profile.new_page()
    sent: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(str(frame))))
    await page.goto(origin + path)
    await sign_in(page)
    assert sum("ready" in frame for frame in sent) == 1


async def test_the_page_works_again_after_a_lost_connection(page: Page) -> None:
    await sign_in(page)
    await page.evaluate("window.shown.length = 0; window.sockets.at(-1).close()")
    await page.wait_for_function("window.sockets.length === 2 && window.shown.length")
    assert await page.evaluate("window.shown") == ["authenticated:Alice"]
    await page.click("#sign-out")
    await shows(page, "unauthenticated:-")


async def test_a_sign_in_returns_to_the_address_set_by_the_apps_own_routing(page: Page, origin: str) -> None:
    await page.evaluate("history.pushState({}, '', '/inner')")
    await page.click("#go")
    await page.wait_for_url("**/api/auth/signin?callbackUrl=*%2Finner")


async def test_two_providers_on_a_page_stay_in_sync(page: Page, origin: str) -> None:
    await page.goto(f"{origin}/two")
    await shows(page, "unauthenticated:-", "other")
    await sign_in(page)
    await shows(page, "authenticated:Alice", "other")
    await page.click("#sign-out")
    await shows(page, "unauthenticated:-", "other")


@pytest.mark.parametrize(("foreign", "status"), [("http://evil.example", "loading:-"), ("", "authenticated:Alice")])
async def test_a_websocket_with_a_victims_cookie_sees_the_session_only_from_the_same_origin(
    page: Page, origin: str, foreign: str, status: str
) -> None:
    await sign_in(page)
    cookies = "; ".join(f"{one['name']}={one['value']}" for one in await page.context.cookies())
    url = origin.replace("http", "ws") + "/reactpy/?path=%2F"
    async with connect(url, origin=foreign or origin, additional_headers={"Cookie": cookies}) as socket:
        frames = [str(await socket.recv())]
        while "status" not in frames[-1]:
            frames.append(str(await socket.recv()))
    assert status in frames[-1]
    assert ("Alice" in "".join(frames)) is (foreign == "")


HEAR = """(url) => new Promise((resolve) => {
  const socket = new WebSocket(url)
  let heard = ""
  socket.onclose = () => resolve(heard)
  socket.onmessage = ({ data }) => {
    heard += data
    if (heard.includes("status")) resolve(heard)
  }
})"""


async def test_a_page_at_another_port_sees_no_session(page: Page, origin: str) -> None:
    """Another port is another origin but the same site, so Chromium sends the cookie."""
    await sign_in(page)
    url = origin.replace("http", "ws") + "/reactpy/?path=%2F"
    with serve(lambda _: Starlette()) as another:
        neighbour = await page.context.new_page()
        await neighbour.goto(another)
        assert "loading:-" in await neighbour.evaluate(HEAR, url)
    assert "authenticated:Alice" in await page.evaluate(HEAR, url)
