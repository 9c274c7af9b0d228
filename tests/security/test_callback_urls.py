"""Callback URLs, as the real client sends them and as an attacker does."""

import pytest

from authwright import Callbacks
from support.apps import ORIGIN, make_auth
from support.browser import Browser, location_of


@pytest.mark.parametrize(
    ("href", "target"),
    [
        (f"{ORIGIN}/a?path=C:\\x", f"{ORIGIN}/a?path=C:%5Cx"),
        (f"{ORIGIN}/a#\\x", f"{ORIGIN}/a#%5Cx"),
        (f"{ORIGIN}?\\@evil.example", f"{ORIGIN}?%5C@evil.example"),
        ("/a?b=//evil.example", f"{ORIGIN}/a?b=//evil.example"),
    ],
)
async def test_a_flow_ends_at_the_url_that_the_browser_reports(href: str, target: str) -> None:
    assert location_of(await Browser(make_auth()).sign_in("/signout", callbackUrl=href)) == target


@pytest.mark.parametrize("url", ["/\\evil.example?x", "//evil.example?\\", f"{ORIGIN}\\@evil.example/?\\", "?\\", "#"])
async def test_a_backslash_before_the_query_is_refused(url: str) -> None:
    browser = Browser(make_auth())
    assert (await browser.sign_in("/signout", callbackUrl=url)).status == 400


@pytest.mark.parametrize("result", ["", None, 1])
async def test_a_redirect_callback_that_returns_no_url_leads_to_the_home_page(result: object) -> None:
    browser = Browser(make_auth(callbacks=Callbacks(redirect=lambda url: result)))
    assert location_of(await browser.sign_in("/signout", callbackUrl="/a")) == ORIGIN


async def test_a_redirect_callback_cannot_add_a_header() -> None:
    browser = Browser(make_auth(callbacks=Callbacks(redirect=lambda url: "/a\r\nSet-Cookie: a=b")))
    response = await browser.post("/signout", {"csrfToken": await browser.csrf(), "callbackUrl": "/a"})
    assert not [value for _, value in response.headers if "\r" in value or "\n" in value]
