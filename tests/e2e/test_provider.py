"""Signing in through an identity provider on another site, from the built-in page."""

from __future__ import annotations

from secrets import token_hex

import pytest
from playwright.async_api import Browser, expect

from authwright.testing import FakeIdP, FakeUser
from e2e.visitor import Visitor

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]


@pytest.fixture
def carol(idp: FakeIdP) -> FakeUser:
    """A user with an account at the provider who has never signed in to the site."""
    sub = token_hex(4)
    user = FakeUser(sub=sub, name=f"Carol {sub}", email=f"{sub}@example.com")
    idp.users[sub] = user
    return user


@pytest.mark.parametrize("provider", ["corp", "posting"])
async def test_the_provider_leads_to_the_page_that_required_the_sign_in(
    visitor: Visitor, carol: FakeUser, provider: str
) -> None:
    await visitor.goes_to("/members")
    await visitor.signs_in_through(provider, carol.sub)
    await visitor.is_at("/members")
    await visitor.is_greeted_as(carol.name)


async def test_a_browser_without_scripts_signs_in(chromium: Browser, origin: str, carol: FakeUser) -> None:
    visitor = Visitor(await chromium.new_page(java_script_enabled=False), origin)
    await visitor.goes_to("/members")
    await visitor.signs_in_through("corp", carol.sub)
    await visitor.is_greeted_as(carol.name)
    await visitor.page.close()


async def test_a_returning_user_keeps_their_user_record(visitor: Visitor, carol: FakeUser) -> None:
    for _ in range(2):
        await visitor.page.context.clear_cookies()
        await visitor.goes_to("/members")
        await visitor.signs_in_through("corp", carol.sub)
        await visitor.is_at("/members")
        await visitor.is_greeted_as(carol.name)


async def test_a_user_who_declines_sees_an_error_and_can_sign_in_by_password(visitor: Visitor) -> None:
    await visitor.goes_to("/members")
    await visitor.signs_in_through("corp", "")
    await expect(visitor.page.get_by_role("alert")).to_be_visible()
    await visitor.signs_in_by_password()
    await visitor.is_at("/members")
    await visitor.is_greeted_as("Alice")


async def test_the_owner_of_a_known_address_is_asked_to_use_the_first_account(
    visitor: Visitor, carol: FakeUser
) -> None:
    await visitor.goes_to("/members")
    await visitor.requests_link(carol.email)
    await visitor.opens_link(carol.email)
    await visitor.submits(visitor.form("/callback/email"))
    await visitor.page.context.clear_cookies()
    await visitor.goes_to("/members")
    await visitor.signs_in_through("corp", carol.sub)
    assert "error=OAuthAccountNotLinked" in visitor.page.url
    await expect(visitor.page.get_by_role("alert")).to_contain_text("the account you used originally")


async def test_going_back_from_the_provider_and_choosing_again_signs_in(visitor: Visitor, carol: FakeUser) -> None:
    await visitor.goes_to("/members")
    await visitor.submits(visitor.form("/signin/corp"))
    await visitor.page.go_back()
    await visitor.signs_in_through("corp", carol.sub)
    await visitor.is_at("/members")


async def test_going_back_after_the_sign_in_and_choosing_again_does_not_sign_out(
    visitor: Visitor, carol: FakeUser
) -> None:
    await visitor.goes_to("/members")
    await visitor.signs_in_through("corp", carol.sub)
    await visitor.page.go_back()
    await visitor.page.locator(f"button[name=sub][value='{carol.sub}']").click()
    await expect(visitor.page.get_by_role("alert")).to_be_visible()
    await visitor.goes_to("/")
    await visitor.is_greeted_as(carol.name)


async def test_scripts_cannot_read_the_cookies_of_a_pending_sign_in(visitor: Visitor) -> None:
    await visitor.goes_to("/members")
    await visitor.submits(visitor.form("/signin/corp"))
    cookies = await visitor.page.context.cookies(visitor.origin + "/api/auth/callback/corp")
    pending = {cookie["name"] for cookie in cookies if cookie["httpOnly"] and cookie["sameSite"] == "Lax"}
    assert pending >= {"next-auth.state", "next-auth.nonce", "next-auth.pkce.code_verifier"}


async def test_no_check_cookie_remains_after_a_sign_in(visitor: Visitor, carol: FakeUser) -> None:
    await visitor.goes_to("/members")
    await visitor.signs_in_through("corp", carol.sub)
    names = {cookie["name"] for cookie in await visitor.page.context.cookies(visitor.origin)}
    assert names == {"next-auth.session-token", "next-auth.csrf-token", "next-auth.callback-url"}
