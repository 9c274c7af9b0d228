"""A tab on a page of any host, and a tab with the npm client on the same site."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext, Page, expect

from client.scenario.hosts import Host
from contract.browser.servers import PAGE

_PATIENCE = 45_000  # milliseconds; Pyodide starts slowly
# Record every text of #status.
_WATCH = """
window.shown = []
new MutationObserver(() => {
  const text = document.querySelector("#status")?.textContent
  if (text && text !== window.shown.at(-1)) window.shown.push(text)
}).observe(document, { childList: true, subtree: true, characterData: true })
"""


class Tab:
    """A tab with the shared elements. ``asked`` lists the paths of its requests to the REST API so far."""

    def __init__(self, page: Page, origin: str, host: Host) -> None:
        self.page = page
        self.origin = origin
        self.host = host
        self.asked: list[str] = []
        page.on("request", lambda request: self._note(request.url))

    def _note(self, url: str) -> None:
        base = f"{self.origin}/api/auth"
        if url.startswith(f"{base}/"):
            self.asked.append(url.removeprefix(base).partition("?")[0])

    @classmethod
    async def open(cls, profile: BrowserContext, origin: str, host: Host, path: str = "/") -> Tab:
        tab = cls(await profile.new_page(), origin, host)
        await tab.page.add_init_script(_WATCH)
        await tab.goto(path)
        return tab

    async def goto(self, path: str) -> None:
        await self.page.goto(self.origin + path)
        await self.until_ready()

    async def reload(self) -> None:
        await self.page.reload()
        await self.until_ready()

    async def until_ready(self) -> None:
        await self.page.wait_for_function(self.host.ready, timeout=_PATIENCE)

    async def press(self, button: str, message: str) -> None:
        """Press *button* and wait until the app shows *message*."""
        await self.page.click(f"#{button}")
        await self.shows(message, "message")

    async def shows(self, text: str, id: str = "status") -> None:
        await expect(self.page.locator(f"#{id}")).to_have_text(text, timeout=_PATIENCE)

    async def sign_in(self) -> None:
        await self.press("sign-in", "ok")
        await self.shows("authenticated:Alice")

    async def hear_another_tab(self) -> None:
        """Dispatch the event for a message from another tab, and wait until the session is fetched."""
        message = json.dumps({"event": "session", "data": {"trigger": "getSession"}})
        said = "(newValue) => window.dispatchEvent(new StorageEvent('storage', {key: 'nextauth.message', newValue}))"
        async with self.page.expect_response("**/api/auth/session*"):
            await self.page.evaluate(said, message)

    async def come_to_the_front(self) -> None:
        """Dispatch the event for a user who returns to the tab."""
        await self.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    async def say_online(self, value: bool) -> None:
        """Make the browser report that the device is online or offline. Requests work in both cases."""
        await self.page.evaluate(
            """(value) => {
              Object.defineProperty(navigator, "onLine", { value, configurable: true })
              window.dispatchEvent(new Event(value ? "online" : "offline"))
            }""",
            value,
        )

    async def sign_in_on_the_page(self) -> None:
        """Sign in with the form of the built-in sign-in page, which the tab shows."""
        await self.page.fill("input[name=username]", "alice")
        await self.page.fill("input[name=password]", self.host.password)
        await self.page.click("button[type=submit]")


class NpmTab:
    """A tab with the client of the npm package, on the same site."""

    def __init__(self, page: Page, password: str) -> None:
        self.page = page
        self.password = password

    @classmethod
    async def open(cls, profile: BrowserContext, origin: str, host: Host, bundle: Path) -> NpmTab:
        tab = cls(await profile.new_page(), host.password)
        await tab.page.route(f"{origin}/npm-tab", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
        await tab.page.route(f"{origin}/bundle.js", lambda route: route.fulfill(path=bundle))
        await tab.page.goto(f"{origin}/npm-tab")
        return tab

    async def shows(self, status: str, name: str | None = None) -> None:
        await expect(self.page.locator("#status")).to_have_text(status)
        await expect(self.page.locator("#session")).to_contain_text(json.dumps(name) if name else "null")

    async def call(self, function: str, *arguments: object) -> Any:
        return await self.page.evaluate("([name, args]) => client[name](...args)", [function, arguments])

    async def sign_in(self) -> None:
        fields = {"redirect": False, "username": "alice", "password": self.password}
        assert (await self.call("signIn", "credentials", fields))["ok"]

    async def a_second_later(self) -> None:
        """Wait for a new second: v4 sends equal messages within a second, and browsers do not report a repeated one."""
        await self.page.wait_for_timeout(1_100)

    async def rename(self, name: str) -> None:
        await self.page.evaluate("(data) => window.update(data)", {"name": name})
