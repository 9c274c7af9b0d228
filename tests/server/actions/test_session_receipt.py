"""GET and POST /session?nonce=...: the session in a receipt."""

import json
from collections.abc import Callable

import pytest

from authwright import Auth
from authwright.errors import InvalidToken
from support.browser import Browser, body_of

NONCE = "0123456789abcdef0123456789abcdef"


async def receipt(browser: Browser) -> str:
    body = body_of(await browser.get(f"/session?nonce={NONCE}"))
    assert list(body) == ["receipt"]
    return str(body["receipt"])


async def test_with_a_nonce_the_response_is_a_receipt_for_the_session(app: Auth, alice: Browser) -> None:
    session = app.read_receipt(await receipt(alice), NONCE)
    assert session is not None
    assert session["user"]["name"] == "Alice"


async def test_the_receipt_of_an_anonymous_visitor_contains_no_session(app: Auth, browser: Browser) -> None:
    assert app.read_receipt(await receipt(browser), NONCE) is None


async def test_a_nonce_does_not_change_which_cookies_are_renewed(alice: Browser) -> None:
    plain = {cookie.name for cookie in (await alice.get("/session")).cookies}
    assert {cookie.name for cookie in (await alice.get(f"/session?nonce={NONCE}")).cookies} == plain


async def test_a_receipt_is_never_cached(alice: Browser) -> None:
    response = await alice.get(f"/session?nonce={NONCE}")
    assert response.header("cache-control") == "private, no-cache, no-store"


async def test_an_old_receipt_is_refused(app: Auth, alice: Browser, travel: Callable[[float], None]) -> None:
    old = await receipt(alice)
    travel(31)
    with pytest.raises(InvalidToken):
        app.read_receipt(old, NONCE)


async def test_an_update_with_a_nonce_returns_a_receipt(app: Auth, alice: Browser) -> None:
    token = body_of(await alice.get("/csrf"))["csrfToken"]
    response = await alice.post_json(f"/session?nonce={NONCE}", {"csrfToken": token, "data": {}})
    assert app.read_receipt(body_of(response)["receipt"], NONCE)


async def test_an_update_without_a_csrf_token_gets_no_receipt(alice: Browser) -> None:
    response = await alice.post_json(f"/session?nonce={NONCE}", {"data": {}})
    assert (response.status, json.loads(response.body)) == (400, {})


@pytest.mark.parametrize("query", ["nonce=", "nonce=short", f"nonce={NONCE}&nonce={NONCE}", "nonce=%00" + NONCE])
async def test_an_invalid_nonce_is_a_bad_request(alice: Browser, query: str) -> None:
    assert (await alice.get(f"/session?{query}")).status == 400
