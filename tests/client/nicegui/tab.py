"""A tab on the app of page.py, and the actions of a user in it."""

from __future__ import annotations

from playwright.async_api import Page, expect


class Tab:
    """A tab on the app at *origin*."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.origin = origin

    async def open(self, path: str = "/") -> None:
        await self.page.goto(self.origin + path)
        await self.page.wait_for_function("window.did_handshake && window.authwright?.bridge")

    async def press(self, button: str, message: str) -> None:
        """Press *button* and wait until the app shows *message*."""
        await self.page.click(f"#{button}")
        await self.shows("message", message)

    async def shows(self, id: str, text: str) -> None:
        await expect(self.page.locator(f"#{id}")).to_have_text(text)

    async def sign_in(self) -> None:
        await self.press("sign-in", "ok")
        await self.shows("status", "authenticated:Alice")
