"""The actions of a user at the site."""

from __future__ import annotations

from playwright.async_api import ConsoleMessage, Error, Locator, Page, expect

from contract.browser.servers import PASSWORD

_PATIENCE = 20_000  # milliseconds


class Visitor:
    """A browser tab. ``complaints`` lists the errors and warnings in its console, except those about a status code."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.origin = origin
        self.complaints: list[str] = []
        page.on("console", self._listen)
        page.on("pageerror", self._fail)

    async def goes_to(self, path: str) -> None:
        await self.page.goto(self.origin + path)

    def form(self, action: str) -> Locator:
        """Return the only form whose action ends with *action*."""
        return self.page.locator(f"form[action$='{action}']")

    async def submits(self, form: Locator) -> None:
        async with self.page.expect_navigation():
            await form.locator("button[type=submit]").click()

    async def signs_in_by_password(self, username: str = "alice", password: str = PASSWORD) -> None:
        """Fill in the password form on the sign-in page and submit it."""
        form = self.form("/callback/credentials")
        await form.get_by_label("Username").fill(username)
        await form.get_by_label("Password").fill(password)
        await self.submits(form)

    async def requests_link(self, address: str) -> None:
        """Enter an e-mail address on the sign-in page and submit it."""
        form = self.form("/signin/email")
        await form.locator("[name=email]").fill(address)
        await self.submits(form)

    async def signs_in_through(self, provider: str, sub: str) -> None:
        """Press the button of *provider* on the sign-in page, and sign in there as *sub*; "" declines."""
        await self.submits(self.form(f"/signin/{provider}"))
        await self.page.locator(f"button[name=sub][value='{sub}']").click()
        await self.page.wait_for_url(f"{self.origin}/**", wait_until="domcontentloaded")

    async def opens_link(self, address: str) -> None:
        """Open the newest link that was mailed to *address*."""
        await self.goes_to("/outbox")
        async with self.page.expect_navigation():
            await self.page.locator("li", has_text=address).last.get_by_role("link").click()

    async def is_at(self, path: str) -> None:
        await expect(self.page).to_have_url(self.origin + path, timeout=_PATIENCE)

    async def sees(self, text: str) -> None:
        """Wait until the page contains *text*."""
        await expect(self.page.locator("body")).to_contain_text(text, timeout=_PATIENCE)

    async def is_greeted_as(self, name: str) -> None:
        """Wait until the site greets *name*."""
        await expect(self.page.locator("h1")).to_have_text(name, timeout=_PATIENCE)

    def _listen(self, message: ConsoleMessage) -> None:
        # Chromium logs the status 401 or 403 of a page, which is not a problem of the page.
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.complaints.append(message.text)

    def _fail(self, error: Error) -> None:
        self.complaints.append(error.message)
