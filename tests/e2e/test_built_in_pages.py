"""The built-in pages work without scripts, in dark mode, on a phone and in Korean."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from e2e.visitor import Visitor

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]

PAGES = [
    "/api/auth/signin",
    "/api/auth/signin?error=OAuthAccountNotLinked",
    "/api/auth/signout",
    "/api/auth/error?error=AccessDenied",
    "/api/auth/verify-request",
    "/api/auth/callback/email?token=a&email=a%40example.com",
]


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_has_one_heading_a_title_and_a_language(visitor: Visitor, path: str) -> None:
    await visitor.goes_to(path)
    await expect(visitor.page.locator("h1")).to_have_count(1)
    assert await visitor.page.title()
    assert await visitor.page.locator("html").get_attribute("lang") == "en"


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_fits_a_phone(visitor: Visitor, path: str) -> None:
    await visitor.page.set_viewport_size({"width": 320, "height": 568})
    await visitor.goes_to(path)
    assert await visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_a_page_is_dark_if_the_system_is_dark(visitor: Visitor) -> None:
    await visitor.goes_to("/api/auth/signin")
    colour = "getComputedStyle(document.body).backgroundColor"
    light = await visitor.page.evaluate(colour)
    await visitor.page.emulate_media(color_scheme="dark")
    assert await visitor.page.evaluate(colour) != light


async def test_a_korean_browser_gets_a_korean_page(chromium: Browser, origin: str) -> None:
    page = await chromium.new_page(locale="ko-KR")
    await page.goto(origin + "/api/auth/signin")
    assert await page.locator("html").get_attribute("lang") == "ko"
    await page.close()


async def test_other_sites_cannot_frame_a_page(visitor: Visitor) -> None:
    response = await visitor.page.goto(visitor.origin + "/api/auth/signin")
    assert response is not None
    assert "frame-ancestors 'none'" in response.headers["content-security-policy"]


async def test_every_field_has_a_label(visitor: Visitor) -> None:
    await visitor.goes_to("/api/auth/signin")
    unlabelled = "[...document.querySelectorAll('input:not([type=hidden])')].filter((field) => !field.labels.length)"
    assert await visitor.page.evaluate(f"{unlabelled}.length") == 0


async def test_the_sign_out_page_signs_out(visitor: Visitor) -> None:
    await visitor.goes_to("/members")
    await visitor.signs_in_by_password()
    await visitor.is_greeted_as("Alice")
    await visitor.goes_to("/api/auth/signout?callbackUrl=/")
    await visitor.submits(visitor.form("/signout"))
    await visitor.is_at("/")
    await visitor.is_greeted_as("Signed out")
