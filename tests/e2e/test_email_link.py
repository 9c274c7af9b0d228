"""Signing in by e-mail link, with the button that prevents a mail scanner from using the link."""

from __future__ import annotations

import pytest

from e2e.visitor import Visitor

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]


async def test_a_link_signs_in_after_its_button_is_pressed(visitor: Visitor) -> None:
    await visitor.goes_to("/members")
    await visitor.requests_link("new@example.com")
    assert "/api/auth/verify-request" in visitor.page.url
    await visitor.opens_link("new@example.com")
    await visitor.submits(visitor.form("/callback/email"))
    await visitor.is_at("/members")
    await visitor.is_greeted_as("new@example.com")


async def test_opening_a_link_neither_signs_in_nor_uses_it_up(visitor: Visitor) -> None:
    await visitor.goes_to("/members")
    await visitor.requests_link("scanned@example.com")
    for _ in range(2):
        await visitor.opens_link("scanned@example.com")
    await visitor.goes_to("/")
    await visitor.is_greeted_as("Signed out")
    await visitor.opens_link("scanned@example.com")
    await visitor.submits(visitor.form("/callback/email"))
    await visitor.is_greeted_as("scanned@example.com")


async def test_a_used_link_is_refused(visitor: Visitor) -> None:
    await visitor.goes_to("/members")
    await visitor.requests_link("twice@example.com")
    for _ in range(2):
        await visitor.opens_link("twice@example.com")
        await visitor.submits(visitor.form("/callback/email"))
    assert "/api/auth/error?error=Verification" in visitor.page.url
    await visitor.sees("no longer valid")


async def test_the_browser_refuses_to_submit_an_invalid_address(visitor: Visitor) -> None:
    await visitor.goes_to("/api/auth/signin")
    form = visitor.form("/signin/email")
    await form.locator("[name=email]").fill("invalid")
    await form.locator("button[type=submit]").click()
    assert await form.locator("[name=email]:invalid").count() == 1
    assert visitor.page.url.endswith("/api/auth/signin")
