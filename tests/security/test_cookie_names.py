"""A prefixed cookie name is never read from a cookie with another name."""

from unicodedata import category

import pytest

from authwright import Auth
from authwright.http import Cookie, parse_cookies
from support.apps import make_auth
from support.browser import Browser, location_of

# The characters, besides blanks, that str.strip() removes and a header can contain. A browser keeps them in the name of
# a cookie, so a subdomain could set a cookie that str.strip() turns into one with the prefix.
WHITE_SPACE = [chr(code) for code in range(0x80, 0x100) if chr(code).isspace()] + ["\x1c", "\x1f", "\x0b", "\x0c"]


@pytest.mark.parametrize("space", WHITE_SPACE, ids=ascii)
@pytest.mark.parametrize("form", ["{space}{name}", "{name}{space}"])
def test_white_space_does_not_turn_another_name_into_a_prefixed_name(space: str, form: str) -> None:
    assert category(space) in ("Cc", "Zs")
    name = form.format(space=space, name="__Host-next-auth.csrf-token")
    assert "__Host-next-auth.csrf-token" not in parse_cookies(f"{name}=tossed")


def test_blanks_around_a_name_and_a_value_are_removed() -> None:
    assert parse_cookies("a = 1 ;\tb=2\t") == {"a": "1", "b": "2"}


@pytest.fixture
def secure() -> Auth:
    return make_auth(base_url="https://example.com/api/auth")


async def test_a_csrf_cookie_set_by_a_subdomain_does_not_verify_a_post(secure: Auth) -> None:
    mallory = Browser(secure)
    token = await mallory.csrf()
    tossed = Cookie(name="x", value=mallory.cookies["__Host-next-auth.csrf-token"]).serialize().split(";")[0][2:]
    victim = Browser(secure, headers={"cookie": f"\xa0__Host-next-auth.csrf-token={tossed}"})
    response = await victim.post("/signin/credentials", {"csrfToken": token, "json": "true"})
    assert location_of(response).endswith("?csrf=true")


async def test_on_https_a_session_cookie_without_the_prefix_is_ignored(secure: Auth) -> None:
    alice = Browser(secure)
    await alice.sign_in(username="alice", password="wonderland")
    token = alice.cookies["__Secure-next-auth.session-token"]
    for name in ("next-auth.session-token", "\x85__Secure-next-auth.session-token"):
        assert await Browser(secure, headers={"cookie": f"{name}={token}"}).session() == {}
