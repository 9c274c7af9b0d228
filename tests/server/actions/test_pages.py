"""The pages of a flow, and where errors are shown."""

import pytest

from authwright import Auth, Pages
from authwright.testing import Outbox
from support.apps import BASE_URL, make_auth
from support.browser import Browser, location_of

SIGNIN_ERRORS = [
    "OAuthSignin",
    "Callback",
    "CredentialsSignin",
    "EmailSignin",
    "SessionRequired",
    "OAuthAccountNotLinked",
]


@pytest.mark.parametrize("code", SIGNIN_ERRORS)
async def test_a_sign_in_error_is_shown_on_the_sign_in_page(code: str) -> None:
    response = await Browser(make_auth()).get(f"/error?error={code}")
    assert (response.status, location_of(response)) == (302, f"{BASE_URL}/signin?error={code}")


@pytest.mark.parametrize(("code", "status"), [("AccessDenied", 403), ("Verification", 403), ("Whatever", 200)])
async def test_any_other_error_has_a_page_with_the_status_of_v4(code: str, status: int) -> None:
    assert (await Browser(make_auth()).get(f"/error?error={code}")).status == status


async def test_the_sign_in_page_has_one_form_for_each_provider(outbox: Outbox) -> None:
    page = (await Browser(make_auth(outbox)).get("/signin")).body.decode()
    assert page.count("<form") == 2
    assert f'action="{BASE_URL}/callback/credentials"' in page
    assert f'action="{BASE_URL}/signin/email"' in page


async def test_the_apps_own_pages_are_used(outbox: Outbox) -> None:
    pages = Pages(sign_in="/login?a=1", error="/oops", verify_request="/mail")
    browser = Browser(make_auth(outbox, pages=pages))
    signin = location_of(await browser.get("/signin?callbackUrl=/x&error=Callback"))
    assert signin == "/login?a=1&callbackUrl=http%3A%2F%2Flocalhost%3A3000%2Fx&error=Callback"
    assert location_of(await browser.get("/error?error=AccessDenied")) == "/oops?error=AccessDenied"
    assert location_of(await browser.get("/verify-request")) == "/mail"


async def test_pages_with_a_form_are_never_cached_or_framed(app: Auth) -> None:
    for path in ("/signin", "/signout", "/error", "/verify-request"):
        response = await Browser(app).get(path)
        policy = response.header("content-security-policy") or ""
        assert "frame-ancestors 'none'" in policy
        assert "no-store" in (response.header("cache-control") or "")
        assert response.header("x-content-type-options") == "nosniff"


async def test_client_log_messages_are_written_only_to_the_apps_own_logger() -> None:
    lines: list[str] = []

    class Listener:
        def error(self, message: str, *args: object) -> None:
            lines.append(message % args)

        warning = debug = error

    fields = {"level": "error", "code": "CLIENT_FETCH_ERROR", "message": "no\nnet\x1b[31m", "client": "true"}
    assert (await Browser(make_auth()).post("/_log", fields)).status == 200
    await Browser(make_auth(logger=Listener())).post("/_log", fields)
    assert lines == ["[authwright][error][CLIENT] CLIENT_FETCH_ERROR: no?net?[31m"]
