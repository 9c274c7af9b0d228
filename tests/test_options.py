"""Options: the defaults of v4, and errors at construction that name the option and the solution."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from authwright.errors import ConfigurationError
from authwright.options import (
    JWTOptions,
    Pages,
    SessionOptions,
    Theme,
    build_cookies,
    environment,
    find_base_url,
    find_secrets,
)
from authwright.providers import Email
from support.apps import make_auth
from support.browser import Browser


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NEXTAUTH_URL", "NEXTAUTH_SECRET", "AUTH_URL", "AUTH_SECRET"):
        monkeypatch.delenv(name, raising=False)


def test_the_defaults_are_those_of_v4() -> None:
    assert (SessionOptions().max_age, SessionOptions().update_age) == (30 * 86400, 86400)
    assert SessionOptions().strategy is None
    assert JWTOptions().max_age is None
    assert Theme().color_scheme == "auto"


@pytest.mark.parametrize(
    ("option", "build", "options"),
    [
        ("session.strategy", SessionOptions, {"strategy": "cookie"}),
        ("session.max_age", SessionOptions, {"max_age": 0}),
        ("session.max_age", SessionOptions, {"max_age": True}),
        ("session.max_age", SessionOptions, {"max_age": 1.5}),
        ("session.max_age", SessionOptions, {"max_age": "60"}),
        ("session.update_age", SessionOptions, {"update_age": -1}),
        ("jwt.max_age", JWTOptions, {"max_age": 0}),
        ("jwt", JWTOptions, {"encode": str}),
        ("jwt", JWTOptions, {"decode": str}),
        ("pages.sign_in", Pages, {"sign_in": "login"}),
        ("pages.error", Pages, {"error": "//evil.example"}),
        ("pages.new_user", Pages, {"new_user": "javascript:alert(1)"}),
        ("pages.sign_out", Pages, {"sign_out": ""}),
        ("theme.color_scheme", Theme, {"color_scheme": "sepia"}),
        ("theme.brand_color", Theme, {"brand_color": "red;}"}),
        ("theme.button_text", Theme, {"button_text": "#12345"}),
        ("theme.logo", Theme, {"logo": "javascript:x"}),
        ("secret", find_secrets, {"secret": None}),
        ("secret", find_secrets, {"secret": ""}),
        ("secret", find_secrets, {"secret": ["good", ""]}),
        ("base_url", find_base_url, {"base_url": "ftp://example.com"}),
        ("base_url", find_base_url, {"base_url": "https://example.com/?a"}),
    ],
)
def test_an_invalid_option_is_refused_by_name(option: str, build: Callable[..., object], options: Any) -> None:
    with pytest.raises(ConfigurationError) as caught:
        build(**options)
    assert caught.value.option == option
    assert str(caught.value).startswith(f"{option}: ")


def test_valid_options_are_accepted() -> None:
    assert SessionOptions(strategy="jwt", max_age=1, update_age=0).max_age == 1
    assert Pages(sign_in="/login?x=1", error="https://example.com/e").sign_in == "/login?x=1"
    assert Theme(brand_color="#346df1", button_text="White", logo="/logo.svg").brand_color == "#346df1"


def test_the_secret_option_takes_precedence_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTH_SECRET", "second")
    assert find_secrets(None) == ("second",)
    monkeypatch.setenv("NEXTAUTH_SECRET", "first")
    assert find_secrets(None) == ("first",)
    assert find_secrets("given") == ("given",)
    assert find_secrets(["new", "old"]) == ("new", "old")


def test_the_base_url_option_takes_precedence_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_base_url(None) is None
    monkeypatch.setenv("AUTH_URL", "https://b.example/auth")
    monkeypatch.setenv("NEXTAUTH_URL", "")
    found = [find_base_url(None), find_base_url("https://a.example")]
    assert [one and one.url for one in found] == ["https://b.example/auth", "https://a.example/api/auth"]


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEXTAUTH_URL", "")
    assert environment("NEXTAUTH_URL") is None


def test_a_cookie_can_be_renamed_and_its_options_set_individually() -> None:
    options = {"session_token": {"name": "sid", "options": {"domain": "example.com", "same_site": "strict"}}}
    cookie = build_cookies(True, options).session_token
    assert (cookie.name, cookie.domain, cookie.same_site) == ("sid", "example.com", "strict")
    assert cookie.secure
    assert cookie.http_only
    assert build_cookies(True, options).csrf_token.name == "__Host-next-auth.csrf-token"


@pytest.mark.parametrize(
    "options",
    [
        {"sid": {"name": "a"}},
        {"session_token": None},
        {"session_token": "name"},
        {"session_token": {"name": "a b"}},
        {"session_token": {"name": ""}},
        {"session_token": {"name": "é"}},
        {"session_token": {"options": {"sameSite": "lax"}}},
        {"session_token": {"options": {"same_site": "Lax"}}},
        {"session_token": {"options": {"same_site": "none"}}},
        {"session_token": {"options": {"partitioned": True}}},
        {"session_token": {"options": {"path": "/; Secure"}}},
        {"session_token": {"options": {"domain": "a\r\nb"}}},
        {"session_token": {"name": "__Secure-x"}},
        {"csrf_token": {"name": "__Host-x", "options": {"secure": True, "domain": "example.com"}}},
        {"csrf_token": {"name": "__Host-x", "options": {"secure": True, "path": "/api"}}},
    ],
    ids=str,
)
def test_a_cookie_that_a_browser_would_reject_or_misread_is_refused(options: Any) -> None:
    with pytest.raises(ConfigurationError, match="cookies"):
        build_cookies(False, options)


@pytest.mark.parametrize("seconds", [3 * 10**11, 10**12, 10**18, 10**400], ids=["3e11", "1e12", "1e18", "1e400"])
def test_a_lifetime_that_no_date_can_express_is_refused(seconds: int) -> None:
    makers: list[Callable[[], object]] = [
        lambda: SessionOptions(max_age=seconds),
        lambda: SessionOptions(update_age=seconds),
        lambda: SessionOptions(absolute_max_age=seconds),
        lambda: SessionOptions(revocation_cache_age=seconds),
        lambda: JWTOptions(max_age=seconds),
        lambda: Email(send=lambda url: None, max_age=seconds),
        lambda: make_auth(cookies={"state": {"options": {"max_age": seconds}}}),
    ]
    for make in makers:
        with pytest.raises(ConfigurationError, match=r"max_age|update_age|cache_age") as caught:
            make()
        assert "Use at most" in str(caught.value)


@pytest.mark.parametrize("strategy", ["jwt", "database"])
async def test_the_longest_lifetime_works(strategy: Any) -> None:
    longest = 250_000_000_000
    options = SessionOptions(strategy=strategy, max_age=longest, update_age=0, absolute_max_age=longest)
    browser = Browser(make_auth(strategy=strategy, session=options))
    await browser.sign_in(username="alice", password="wonderland")
    assert (await browser.session())["expires"][:2] == "99"
