"""A cookie's prefix keeps its promise: no other name passes for it."""

from unicodedata import category

import pytest

from authwright import Auth
from authwright.http import Cookie, parse_cookies
from support.apps import make_auth
from support.browser import Browser, location_of

# What str.strip() takes off beside blanks, as far as a header holds it: a browser keeps these in a cookie's name, so
# that a subdomain may set what only the site itself could set under the prefixed name.
WHITE_SPACE = [chr(code) for code in range(0x80, 0x100) if chr(code).isspace()] + ["\x1c", "\x1f", "\x0b", "\x0c"]


@pytest.mark.parametrize("space", WHITE_SPACE, ids=ascii)
@pytest.mark.parametrize("form", ["{space}{name}", "{name}{space}"])
def test_white_space_makes_no_prefixed_name_of_another(space: str, form: str) -> None:
    assert category(space) in ("Cc", "Zs")
    name = form.format(space=space, name="__Host-next-auth.csrf-token")
    assert "__Host-next-auth.csrf-token" not in parse_cookies(f"{name}=tossed")


def test_blanks_around_a_name_and_a_value_are_no_part_of_them() -> None:
    assert parse_cookies("a = 1 ;\tb=2\t") == {"a": "1", "b": "2"}


@pytest.fixture
def secure() -> Auth:
    return make_auth(base_url="https://example.com/api/auth")


async def test_a_tossed_csrf_cookie_vouches_for_no_post(secure: Auth) -> None:
    mallory = Browser(secure)
    token = await mallory.csrf()
    tossed = Cookie(name="x", value=mallory.cookies["__Host-next-auth.csrf-token"]).serialize().split(";")[0][2:]
    victim = Browser(secure, headers={"cookie": f"\xa0__Host-next-auth.csrf-token={tossed}"})
    answer = await victim.post("/signin/credentials", {"csrfToken": token, "json": "true"})
    assert location_of(answer).endswith("?csrf=true")


async def test_on_https_the_bare_session_cookie_is_nobodys(secure: Auth) -> None:
    alice = Browser(secure)
    await alice.sign_in(username="alice", password="wonderland")
    token = alice.cookies["__Secure-next-auth.session-token"]
    for name in ("next-auth.session-token", "\x85__Secure-next-auth.session-token"):
        assert await Browser(secure, headers={"cookie": f"{name}={token}"}).session() == {}
