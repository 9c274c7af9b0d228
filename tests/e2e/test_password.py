"""Signing in by password on the built-in page, which has no script."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from contract.browser.servers import PASSWORD
from e2e.visitor import Visitor

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]


async def test_the_password_leads_to_the_page_that_asked_for_it(visitor: Visitor) -> None:
    await visitor.goes_to("/members")
    await visitor.gives_password()
    await visitor.is_at("/members")
    await visitor.is_called("Alice")


async def test_a_wrong_password_is_told_on_the_sign_in_page(visitor: Visitor) -> None:
    await visitor.goes_to("/members")
    await visitor.gives_password(password="wrong")
    await visitor.reads("Sign-in failed")
    await visitor.gives_password()
    await visitor.is_at("/members")


async def test_an_error_is_announced_to_a_screen_reader(visitor: Visitor) -> None:
    await visitor.goes_to("/api/auth/signin?error=CredentialsSignin")
    await expect(visitor.page.get_by_role("alert")).to_contain_text("Sign-in failed")


async def test_the_session_outlives_a_reload(visitor: Visitor) -> None:
    await visitor.goes_to("/members")
    await visitor.gives_password()
    await visitor.page.reload()
    await visitor.is_called("Alice")


async def test_the_keyboard_alone_signs_in(visitor: Visitor) -> None:
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


async def test_scripts_see_no_cookie(visitor: Visitor) -> None:
    await visitor.goes_to("/members")
    await visitor.gives_password()
    await visitor.is_called("Alice")
    cookies = await visitor.page.context.cookies()
    assert len(cookies) == 3
    assert all(cookie["httpOnly"] and cookie["sameSite"] == "Lax" for cookie in cookies)
    assert await visitor.page.evaluate("document.cookie") == ""


async def test_a_locked_account_is_refused_and_nobody_signed_in(visitor: Visitor) -> None:
    await visitor.goes_to("/members")
    await visitor.gives_password("locked")
    await visitor.goes_to("/")
    await visitor.is_called("Nobody")
