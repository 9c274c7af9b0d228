"""The page of ``app.jsx`` in a tab, as the tests speak of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from playwright.async_api import Page, Request, Route, expect

from contract.browser.servers import PASSWORD, Server

_PATIENCE = 20_000  # milliseconds


class App:
    """A tab. ``requests`` are those to the REST API so far, as ``METHOD /path``."""

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
        """A second tab of the same browser."""
        return App(await self.page.context.new_page(), self.server)

    async def call(self, function: str, *arguments: object) -> Any:
        """What a function of next-auth/react answers."""
        return await self.page.evaluate("([name, args]) => client[name](...args)", [function, arguments])

    async def leave(self, function: str, *arguments: object) -> str:
        """Call a function that leaves the page; the path and query where it ends."""
        async with self.page.expect_navigation():
            await self.page.evaluate("([name, args]) => { client[name](...args) }", [function, arguments])
        return self.where

    async def update(self, *data: object) -> Any:
        """What ``update`` of useSession answers."""
        return await self.page.evaluate("(data) => update(...data)", data)

    async def shows(self, status: str) -> None:
        """Wait until useSession says *status*."""
        await expect(self.page.locator("#status")).to_have_text(status, timeout=_PATIENCE)

    async def shows_name(self, name: str) -> None:
        """Wait until the session is of somebody called *name*."""
        await expect(self.page.locator("#session")).to_contain_text(f'"name":"{name}"', timeout=_PATIENCE)

    async def session(self) -> Any:
        """The data of useSession."""
        return json.loads(await self.page.locator("#session").inner_text())

    async def statuses(self) -> Any:
        """What useSession said since the page was opened."""
        return await self.page.evaluate("statuses")

    async def sign_in(self, username: str = "alice") -> None:
        """Sign in, and stay on the page."""
        options = {"redirect": False, "username": username, "password": PASSWORD}
        result = await self.call("signIn", "credentials", options)
        assert result["ok"], result
        await self.shows("authenticated")

    async def follow(self, link: str) -> None:
        """Open an e-mail link, and confirm it where the server asks to."""
        await self.page.goto(link)
        if self.server.confirms_links:
            async with self.page.expect_navigation():
                await self.page.locator("button[type=submit]").click()

    async def picks(self, sub: str) -> None:
        """At the provider, choose to be *sub*, or with an empty text nobody; wait until the browser is back."""
        await self.page.locator(f"button[name=sub][value='{sub}']").click()
        await self.page.wait_for_url(f"{self.server.origin}/**", wait_until="domcontentloaded")

    async def focus(self) -> None:
        """What the browser says when the person comes back to the tab."""
        await self.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    async def a_second_later(self) -> None:
        """Wait out the second of the last message to other tabs: v4 loses an equal one within it."""
        last = "JSON.parse(localStorage.getItem('nextauth.message')).timestamp"
        await self.page.wait_for_function(f"Math.floor(Date.now() / 1000) > {last}")

    async def asked_for_session(self) -> int:
        """How often the page has asked for the session, requests under way included."""
        await self.page.evaluate("fetch('/api/auth/csrf').then((answer) => answer.text())")
        return self.requests.count("GET /api/auth/session")

    async def lose_server(self) -> None:
        """From now on nothing answers at the REST API."""

        async def refuse(route: Route) -> None:
            await route.abort("connectionrefused")

        await self.page.route("**/api/auth/**", refuse)

    @property
    def where(self) -> str:
        """Path, query and fragment of the page."""
        return self.page.url.removeprefix(self.server.origin)

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.page.url).query))

    def url(self, path: str) -> str:
        return self.server.origin + path

    def _note(self, request: Request) -> None:
        self.requests.append(f"{request.method} {urlsplit(request.url).path}")
