"""Signing in by password on the built-in page, which has no script."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from contract.browser.servers import PASSWORD
from e2e.visitor import Visitor

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]


async def test_the_password_leads_to_the_page_that_required_it(visitor: Visitor) -> None:
    await visitor.goes_to("/members")
    await visitor.signs_in_by_password()
    await visitor.is_at("/members")
    await visitor.is_greeted_as("Alice")


async def test_the_sign_in_page_reports_a_wrong_password(visitor: Visitor) -> None:
    await visitor.goes_to("/members")
    await visitor.signs_in_by_password(password="wrong")
    await visitor.sees("Sign-in failed")
    await visitor.signs_in_by_password()
    await visitor.is_at("/members")


async def test_an_error_is_announced_to_a_screen_reader(visitor: Visitor) -> None:
    await visitor.goes_to("/api/auth/signin?error=CredentialsSignin")
    await expect(visitor.page.get_by_role("alert")).to_contain_text("Sign-in failed")


async def test_the_session_outlives_a_reload(visitor: Visitor) -> None:
    await visitor.goes_to("/members")
    await visitor.signs_in_by_password()
    await visitor.page.reload()
    await visitor.is_greeted_as("Alice")


async def test_a_user_can_sign_in_with_the_keyboard_only(visitor: Visitor) -> None:
    await visitor.goes_to("/members")
    focused = visitor.page.locator("[name=username]:focus")
    for _ in range(5):
        if await focused.count():
            break
        await visitor.page.keyboard.press("Tab")
    await visitor.page.keyboard.type("alice")
    await visitor.page.keyboard.press("Tab")
    await visitor.page.keyboard.type(PASSWORD)
    await visitor.page.keyboard.press("Enter")
    await visitor.is_at("/members")


async def test_scripts_cannot_read_the_cookies(visitor: Visitor) -> None:
    await visitor.goes_to("/members")
    await visitor.signs_in_by_password()
    await visitor.is_greeted_as("Alice")
    cookies = await visitor.page.context.cookies()
    assert len(cookies) == 3
    assert all(cookie["httpOnly"] and cookie["sameSite"] == "Lax" for cookie in cookies)
    assert await visitor.page.evaluate("document.cookie") == ""


async def test_a_locked_account_cannot_sign_in(visitor: Visitor) -> None:
    await visitor.goes_to("/members")
    await visitor.signs_in_by_password("locked")
    await visitor.goes_to("/")
    await visitor.is_greeted_as("Signed out")
