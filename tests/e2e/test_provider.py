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
    """Somebody whom the provider knows and the site does not yet."""
    sub = token_hex(4)
    user = FakeUser(sub=sub, name=f"Carol {sub}", email=f"{sub}@example.com")
    idp.users[sub] = user
    return user


@pytest.mark.parametrize("provider", ["corp", "posting"])
async def test_the_provider_leads_to_the_page_that_asked_for_it(
    visitor: Visitor, carol: FakeUser, provider: str
) -> None:
    await visitor.goes_to("/members")
    await visitor.goes_through(provider, carol.sub)
    await visitor.is_at("/members")
    await visitor.is_called(carol.name)


async def test_a_browser_without_scripts_signs_in(chromium: Browser, origin: str, carol: FakeUser) -> None:
    visitor = Visitor(await chromium.new_page(java_script_enabled=False), origin)
    await visitor.goes_to("/members")
    await visitor.goes_through("corp", carol.sub)
    await visitor.is_called(carol.name)
    await visitor.page.close()


async def test_who_comes_back_is_the_same_user(visitor: Visitor, carol: FakeUser) -> None:
    for _ in range(2):
        await visitor.page.context.clear_cookies()
        await visitor.goes_to("/members")
        await visitor.goes_through("corp", carol.sub)
        await visitor.is_at("/members")
        await visitor.is_called(carol.name)


async def test_who_refuses_is_told_and_may_choose_another_way(visitor: Visitor) -> None:
    await visitor.goes_to("/members")
    await visitor.goes_through("corp", "")
    await expect(visitor.page.get_by_role("alert")).to_be_visible()
    await visitor.gives_password()
    await visitor.is_at("/members")
    await visitor.is_called("Alice")


async def test_the_owner_of_an_address_is_asked_to_sign_in_the_usual_way(visitor: Visitor, carol: FakeUser) -> None:
    await visitor.goes_to("/members")
    await visitor.asks_for_link(carol.email)
    await visitor.opens_link(carol.email)
    await visitor.submits(visitor.form("/callback/email"))
    await visitor.page.context.clear_cookies()
    await visitor.goes_to("/members")
    await visitor.goes_through("corp", carol.sub)
    assert "error=OAuthAccountNotLinked" in visitor.page.url
    await expect(visitor.page.get_by_role("alert")).to_contain_text("the account you used originally")


async def test_going_back_from_the_provider_and_choosing_again_signs_in(visitor: Visitor, carol: FakeUser) -> None:
    await visitor.goes_to("/members")
    await visitor.submits(visitor.form("/signin/corp"))
    await visitor.page.go_back()
    await visitor.goes_through("corp", carol.sub)
    await visitor.is_at("/members")


async def test_going_back_after_the_sign_in_and_choosing_again_signs_nobody_out(
    visitor: Visitor, carol: FakeUser
) -> None:
    await visitor.goes_to("/members")
    await visitor.goes_through("corp", carol.sub)
    await visitor.page.go_back()
    await visitor.page.locator(f"button[name=sub][value='{carol.sub}']").click()
    await expect(visitor.page.get_by_role("alert")).to_be_visible()
    await visitor.goes_to("/")
    await visitor.is_called(carol.name)


async def test_scripts_see_no_cookie_of_a_pending_sign_in(visitor: Visitor) -> None:
    await visitor.goes_to("/members")
    await visitor.submits(visitor.form("/signin/corp"))
    cookies = await visitor.page.context.cookies(visitor.origin + "/api/auth/callback/corp")
    pending = {cookie["name"] for cookie in cookies if cookie["httpOnly"] and cookie["sameSite"] == "Lax"}
    assert pending >= {"next-auth.state", "next-auth.nonce", "next-auth.pkce.code_verifier"}


async def test_nothing_of_a_sign_in_stays_pending(visitor: Visitor, carol: FakeUser) -> None:
    await visitor.goes_to("/members")
    await visitor.goes_through("corp", carol.sub)
    names = {cookie["name"] for cookie in await visitor.page.context.cookies(visitor.origin)}
    assert names == {"next-auth.session-token", "next-auth.csrf-token", "next-auth.callback-url"}
