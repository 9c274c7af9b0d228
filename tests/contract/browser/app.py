"""A tab on the page of ``app.jsx``, with the actions that the tests use."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from playwright.async_api import Page, Request, Route, expect

from contract.browser.servers import PASSWORD, Server

_PATIENCE = 20_000  # milliseconds


class App:
    """A tab. ``requests`` lists its requests so far, as ``METHOD /path``."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page = page
        self.server = server
        self.requests: list[str] = []
        page.on("request", self._note)

    async def open(
        self, path: str = "/", *, provider: Mapping[str, Any] | None = None, use: Mapping[str, Any] | None = None
    ) -> None:
        """Open the page, with *provider* as the props of SessionProvider and *use* as the options of useSession."""
        settings = json.dumps({"provider": provider or {}, "use": use or {}})
        await self.page.add_init_script(f"window.settings = {settings}")
        await self.page.goto(self.server.origin + path)

    async def another(self) -> App:
        """Return a second tab of the same browser."""
        return App(await self.page.context.new_page(), self.server)

    async def call(self, function: str, *arguments: object) -> Any:
        """Call a function of next-auth/react, and return its result."""
        return await self.page.evaluate("([name, args]) => client[name](...args)", [function, arguments])

    async def leave(self, function: str, *arguments: object) -> str:
        """Call a function that leaves the page, and return the path and query of the new page."""
        async with self.page.expect_navigation():
            await self.page.evaluate("([name, args]) => { client[name](...args) }", [function, arguments])
        return self.where

    async def update(self, *data: object) -> Any:
        """Call ``update`` of useSession, and return its result."""
        return await self.page.evaluate("(data) => update(...data)", data)

    async def shows(self, status: str) -> None:
        """Wait until the status from useSession is *status*."""
        await expect(self.page.locator("#status")).to_have_text(status, timeout=_PATIENCE)

    async def shows_name(self, name: str) -> None:
        """Wait until the name of the user in the session is *name*."""
        await expect(self.page.locator("#session")).to_contain_text(f'"name":"{name}"', timeout=_PATIENCE)

    async def session(self) -> Any:
        """Return the session from useSession."""
        return json.loads(await self.page.locator("#session").inner_text())

    async def statuses(self) -> Any:
        """Return the statuses from useSession since the page was opened."""
        return await self.page.evaluate("statuses")

    async def sign_in(self, username: str = "alice") -> None:
        """Sign in, and stay on the page."""
        options = {"redirect": False, "username": username, "password": PASSWORD}
        result = await self.call("signIn", "credentials", options)
        assert result["ok"], result
        await self.shows("authenticated")

    async def follow(self, link: str) -> None:
        """Open an e-mail link, and confirm it if the server asks for that."""
        await self.page.goto(link)
        if self.server.confirms_links:
            async with self.page.expect_navigation():
                await self.page.locator("button[type=submit]").click()

    async def picks(self, sub: str) -> None:
        """Choose the user *sub* at the provider, or refuse if *sub* is empty. Wait until the browser has returned."""
        await self.page.locator(f"button[name=sub][value='{sub}']").click()
        await self.page.wait_for_url(f"{self.server.origin}/**", wait_until="domcontentloaded")

    async def focus(self) -> None:
        """Dispatch the event for a user who returns to the tab."""
        await self.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    async def a_second_later(self) -> None:
        """Wait for a new second: v4 loses a message to other tabs if it equals the last one in the same second."""
        last = "JSON.parse(localStorage.getItem('nextauth.message')).timestamp"
        await self.page.wait_for_function(f"Math.floor(Date.now() / 1000) > {last}")

    async def asked_for_session(self) -> int:
        """Return how often the page has fetched the session, including requests in progress."""
        await self.page.evaluate("fetch('/api/auth/csrf').then((response) => response.text())")
        return self.requests.count("GET /api/auth/session")

    async def lose_server(self) -> None:
        """Make all requests to the REST API fail."""

        async def refuse(route: Route) -> None:
            await route.abort("connectionrefused")

        await self.page.route("**/api/auth/**", refuse)

    @property
    def where(self) -> str:
        """The path, query and fragment of the page."""
        return self.page.url.removeprefix(self.server.origin)

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.page.url).query))

    def url(self, path: str) -> str:
        return self.server.origin + path

    def _note(self, request: Request) -> None:
        self.requests.append(f"{request.method} {urlsplit(request.url).path}")
