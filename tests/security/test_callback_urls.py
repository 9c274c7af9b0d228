"""Callback URLs, as the real client sends them and as an attacker does."""

from urllib.parse import urlencode

import pytest

from authwright import Callbacks
from authwright.http import Response
from authwright.testing import FakeIdP, Outbox
from support.apps import ORIGIN, make_auth
from support.browser import Browser, location_of
from support.html import hidden_fields
from support.provider import corp, sign_in


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
async def test_a_backslash_before_the_query_leads_to_the_origin(url: str) -> None:
    browser = Browser(make_auth())
    assert location_of(await browser.sign_in("/signout", callbackUrl=url)) == ORIGIN


UNUSABLE = {
    "too long": f"{ORIGIN}/?q=" + "a" * 3_500,
    "in Hangul": f"{ORIGIN}/?q=" + "\ud64d" * 240,
    "capacitor": "capacitor://localhost/page",
    "tauri": "tauri://localhost/",
    "file": "file:///app/index.html",
    "extension": "chrome-extension://abcdefgh/popup.html",
    "about": "about:blank",
    "word": "foo",
    "host": "//evil.example",
    "script": "javascript:alert(1)",
    "other site": "https://evil.example/",
    "blank": " ",
    "broken": "http://[::1",
}
PASSWORD = {"username": "alice", "password": "wonderland"}
# How a request names its callback URL.
WAYS = ("form", "query", "cookie", "json")


async def post_with(browser: Browser, path: str, url: object, way: str, fields: dict[str, str]) -> Response:
    """POST *fields* to *path*, with *url* as the callback URL."""
    fields = {"csrfToken": await browser.csrf(), **fields}
    if way == "json":
        return await browser.post_json(path, {**fields, "callbackUrl": url})
    assert isinstance(url, str)
    if way == "query":
        return await browser.post(f"{path}?{urlencode({'callbackUrl': url})}", fields)
    if way == "cookie":
        browser.cookies["next-auth.callback-url"] = url
        return await browser.post(path, fields)
    return await browser.post(path, {**fields, "callbackUrl": url})


@pytest.mark.parametrize("as_json", [True, False], ids=["json=true", "redirect"])
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("url", UNUSABLE.values(), ids=UNUSABLE)
async def test_an_unusable_callback_url_stops_neither_a_sign_in_nor_a_sign_out(
    url: str, way: str, as_json: bool
) -> None:
    browser = Browser(make_auth())
    fields: dict[str, str] = {"json": "true"} if as_json else {}
    response = await post_with(browser, "/callback/credentials", url, way, {**PASSWORD, **fields})
    assert (response.status, location_of(response)) == (200 if as_json else 302, ORIGIN)
    assert (await browser.session())["user"]["name"] == "Alice"
    response = await post_with(browser, "/signout", url, way, fields)
    assert (response.status, location_of(response)) == (200 if as_json else 302, ORIGIN)
    assert await browser.session() == {}
    assert browser.cookies["next-auth.callback-url"] == ORIGIN


@pytest.mark.parametrize("value", [1, 0, True, False, [], ["/a"], {}, {"a": 1}, 1.5])
async def test_a_callback_url_that_is_not_a_string_leads_to_the_origin(alice: Browser, value: object) -> None:
    response = await post_with(alice, "/signout", value, "json", {"json": "true"})
    assert (response.status, location_of(response)) == (200, ORIGIN)
    assert await alice.session() == {}


async def test_a_repeated_callback_url_counts_only_if_its_values_are_equal(alice: Browser) -> None:
    for second, end in (("/a", f"{ORIGIN}/a"), ("/b", ORIGIN)):
        fields = [("csrfToken", await alice.csrf()), ("callbackUrl", "/a"), ("callbackUrl", second), ("json", "true")]
        body = urlencode(fields).encode()
        response = await alice.post_raw("/signout", body, "application/x-www-form-urlencoded")
        assert (response.status, location_of(response)) == (200, end)
        assert (await alice.get(f"/signin?callbackUrl=/a&callbackUrl={second}")).status == 200


@pytest.mark.parametrize(
    "path", ["/signin", "/signout", "/session", "/csrf", "/providers", "/error", "/verify-request"]
)
@pytest.mark.parametrize("url", UNUSABLE.values(), ids=UNUSABLE)
async def test_no_page_fails_because_of_an_unusable_callback_url(path: str, url: str) -> None:
    assert (await Browser(make_auth()).get(f"{path}?{urlencode({'callbackUrl': url})}")).status == 200


@pytest.mark.parametrize("url", UNUSABLE.values(), ids=UNUSABLE)
async def test_a_link_and_a_provider_lead_to_the_origin_too(url: str, outbox: Outbox) -> None:
    browser = Browser(make_auth(outbox, confirm=False))
    await browser.sign_in("/signin/email", email="bob@example.com", callbackUrl=url)
    assert location_of(await browser.get(outbox.links[0])) == ORIGIN
    idp = FakeIdP("http://localhost:4000")
    assert await sign_in(Browser(make_auth(providers=[corp(idp)])), idp, callbackUrl=url) == ORIGIN


async def test_the_log_says_why_a_callback_url_was_not_used_but_does_not_quote_it(
    alice: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    await alice.sign_in("/signout", callbackUrl=f"{ORIGIN}/?secret=" + "x" * 4_000)
    (line,) = caplog.messages
    assert "INVALID_CALLBACK_URL_ERROR" in line
    assert "too long" in line
    assert "secret" not in line


def seen_by(hook: list[str], target: str) -> Callbacks:
    """Return a ``redirect`` callback that leads from ``/app`` to *target*, and from elsewhere to ``/elsewhere``."""

    def redirect(url: str, base_url: str) -> str:
        hook.append(url)
        return target if url.endswith("/app") else f"{base_url}/elsewhere"

    return Callbacks(redirect=redirect)


@pytest.mark.parametrize("target", ["myapp://done", "com.example.app:/done?x=1", f"{ORIGIN}/{'x' * 4_000}"])
@pytest.mark.parametrize("confirm", [True, False])
async def test_the_apps_own_url_works_in_a_link(target: str, confirm: bool, outbox: Outbox) -> None:
    auth = make_auth(outbox, confirm=confirm, callbacks=seen_by([], target))
    await Browser(auth).sign_in("/signin/email", email="bob@example.com", callbackUrl="/app")
    browser = Browser(auth)
    response = await browser.get(outbox.links[0])
    if confirm:
        response = await browser.post("/callback/email", hidden_fields(response.body.decode()))
    assert location_of(response) == target
    assert (await browser.session())["user"]["email"] == "bob@example.com"


@pytest.mark.parametrize("way", ["form", "query", "json"])
async def test_the_apps_own_url_works_for_passwords_and_sign_outs(way: str) -> None:
    browser = Browser(make_auth(callbacks=seen_by([], "myapp://done")))
    for path, fields in (("/callback/credentials", PASSWORD), ("/signout", {})):
        assert location_of(await post_with(browser, path, "/app", way, fields)) == "myapp://done"
        # The cookie remembers where this browser wants to go.
        assert location_of(await browser.post(path, {"csrfToken": await browser.csrf(), **fields})) == "myapp://done"


@pytest.mark.parametrize("page", ["/signin", "/signout"])
async def test_the_apps_own_url_works_from_the_built_in_pages(page: str) -> None:
    browser = Browser(make_auth(callbacks=seen_by([], "myapp://done")))
    fields = hidden_fields((await browser.get(f"{page}?callbackUrl=/app")).body.decode())
    path = "/callback/credentials" if page == "/signin" else "/signout"
    assert location_of(await browser.post(path, {**fields, **PASSWORD})) == "myapp://done"


@pytest.mark.parametrize("target", ["myapp://done", "myapp://done/" + "x" * 400])
@pytest.mark.parametrize("checks", [("pkce", "state"), ()])
async def test_the_apps_own_url_works_for_a_provider(target: str, checks: tuple[str, ...]) -> None:
    idp = FakeIdP("http://localhost:4000")
    browser = Browser(make_auth(providers=[corp(idp, checks=checks)], callbacks=seen_by([], target)))
    assert await sign_in(browser, idp, callbackUrl="/app") == target


async def test_the_redirect_callback_decides_about_the_origin_too_if_a_request_names_it() -> None:
    hook: list[str] = []
    browser = Browser(make_auth(callbacks=seen_by(hook, "/")))
    assert location_of(await browser.sign_in("/signout", callbackUrl=ORIGIN)) == f"{ORIGIN}/elsewhere"
    assert hook == [ORIGIN]


@pytest.mark.parametrize("url", ["myapp://done", "javascript:alert(1)", "foo", "//evil.example"])
async def test_the_redirect_callback_never_sees_a_url_that_only_it_may_choose(url: str) -> None:
    hook: list[str] = []
    browser = Browser(make_auth(callbacks=seen_by(hook, "myapp://done")))
    for way in WAYS:
        assert location_of(await post_with(browser, "/signout", url, way, {})) == ORIGIN
    assert hook == []


@pytest.mark.parametrize(
    "result",
    ["", None, 1, "foo", "//evil.example", "?x", "javascript:alert(1)", " javascript:x", "JAVASCRIPT:x", "data:x"],
)
async def test_a_redirect_callback_that_returns_no_url_leads_to_the_home_page(result: object) -> None:
    browser = Browser(make_auth(callbacks=Callbacks(redirect=lambda url: result)))
    assert location_of(await browser.sign_in("/signout", callbackUrl="/a")) == ORIGIN


async def test_a_redirect_callback_cannot_add_a_header() -> None:
    browser = Browser(make_auth(callbacks=Callbacks(redirect=lambda url: "/a\r\nSet-Cookie: a=b")))
    response = await browser.post("/signout", {"csrfToken": await browser.csrf(), "callbackUrl": "/a"})
    assert not [value for _, value in response.headers if "\r" in value or "\n" in value]
