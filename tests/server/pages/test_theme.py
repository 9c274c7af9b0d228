"""What the theme changes, and that all text stays readable."""

import re
from collections.abc import Mapping
from typing import Literal, TypeAlias

import pytest

from authwright.options import Theme
from authwright.providers import GitHub
from authwright.providers.base import Style
from authwright.server.pages import BuiltInPages
from authwright.server.pages.colours import contrast, parse_colour
from authwright.server.pages.stylesheet import DARK, LIGHT, make_stylesheet
from server.pages.document import read
from server.pages.shown import Shown
from support.apps import make_auth

Scheme: TypeAlias = Literal["light", "dark"]

AA_TEXT = 4.5
AA_NON_TEXT = 3.0


def properties(theme: Theme) -> dict[str, str]:
    """Return the custom properties of a style sheet with one colour scheme."""
    return dict(re.findall(r"--([a-z-]+):([^;]+);", make_stylesheet(theme, {})))


def ratio(one: str, other: str) -> float:
    colours = parse_colour(one), parse_colour(other)
    assert colours[0] is not None
    assert colours[1] is not None
    return contrast(colours[0], colours[1])


def test_the_system_chooses_between_light_and_dark() -> None:
    sheet = make_stylesheet(Theme(), {})
    assert "color-scheme:light dark" in sheet
    assert "@media (prefers-color-scheme:dark)" in sheet


@pytest.mark.parametrize(("scheme", "palette"), [("light", LIGHT), ("dark", DARK)])
def test_the_theme_can_force_a_scheme(scheme: Scheme, palette: Mapping[str, str]) -> None:
    sheet = make_stylesheet(Theme(color_scheme=scheme), {})
    assert f"color-scheme:{scheme};" in sheet
    assert "prefers-color-scheme" not in sheet
    assert properties(Theme(color_scheme=scheme))["canvas"] == palette["canvas"]


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize(
    ("text", "behind"),
    [
        ("text", "canvas"), ("text", "card"), ("text", "field"), ("text", "soft"),
        ("muted", "card"), ("muted", "field"), ("alert-text", "alert"),
    ],
)  # fmt: skip
def test_text_has_enough_contrast(palette: Mapping[str, str], text: str, behind: str) -> None:
    assert ratio(palette[text], palette[behind]) >= AA_TEXT


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("line", ["control", "ring"])
def test_inputs_and_the_focus_ring_have_enough_contrast(palette: Mapping[str, str], line: str) -> None:
    assert ratio(palette[line], palette["card"]) >= AA_NON_TEXT


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("brand", ["", "#346df1", "#fd0", "gold", "Teal", "white", "black", "#777", "hotpink"])
def test_the_button_and_the_focus_ring_have_enough_contrast_with_any_brand_colour(scheme: Scheme, brand: str) -> None:
    used = properties(Theme(color_scheme=scheme, brand_color=brand))
    assert used["brand"] == (brand or used["brand"])
    assert ratio(used["brand"], used["brand-text"]) >= AA_TEXT
    assert ratio(used["ring"], used["card"]) >= AA_NON_TEXT


def test_the_text_colour_of_a_button_comes_from_the_theme() -> None:
    assert properties(Theme(color_scheme="light", brand_color="#000", button_text="#ff0"))["brand-text"] == "#ff0"


@pytest.mark.parametrize(
    ("style", "shown"),
    [
        (Style(bg="#24292f", text="#fff"), "background:#24292f;color:#ffffff"),
        (Style(bg="#00C300", text="white"), "background:#00c300;color:#000000"),
        (Style(bg="navy", text="}</style><script>"), "background:#000080;color:#ffffff"),
    ],
)
def test_the_letter_of_a_provider_has_its_colours_if_they_are_readable(style: Style, shown: str) -> None:
    assert f'.mark[data-provider="corp"]{{{shown}}}' in make_stylesheet(Theme(), {"corp": style})


def test_an_invalid_colour_of_a_provider_does_not_change_its_letter() -> None:
    unknown = Style(bg="}</style><script>", text="#fff")
    assert make_stylesheet(Theme(), {"corp": unknown}) == make_stylesheet(Theme(), {})


def test_the_sign_in_page_has_the_colours_of_the_providers() -> None:
    github = GitHub(client_id="app", client_secret="secret")
    css = make_auth(providers=[github])._context.built_in_pages.signin(
        accept_language="", forms=[], csrf_token="", callback_url="/"
    )
    assert github.style is not None
    assert f'.mark[data-provider="github"]{{background:{github.style.bg}' in css.html


def test_an_invalid_colour_in_the_theme_does_not_change_the_button() -> None:
    assert make_stylesheet(Theme(brand_color="blurple", button_text="nope"), {}) == make_stylesheet(Theme(), {})


@pytest.mark.parametrize(
    ("text", "colour"),
    [("#fff", (255, 255, 255)), ("#0000", (255, 255, 255)), ("#346DF1", (52, 109, 241)), ("#00000080", (127, 127, 127)),
     ("RebeccaPurple", (102, 51, 153)), ("#12345", None), ("var(--x)", None)],
)  # fmt: skip
def test_a_colour_is_parsed_as_in_css(text: str, colour: tuple[int, int, int] | None) -> None:
    assert parse_colour(text) == colour


def test_a_logo_is_on_every_page_and_the_policy_allows_it() -> None:
    pages = BuiltInPages(Theme(logo="https://cdn.example:8443/logo.svg?a=1&b=2"), {})
    for page in Shown(pages).all().values():
        assert read(page).one("img")["src"] == "https://cdn.example:8443/logo.svg?a=1&b=2"
    assert "img-src 'self' data: https://cdn.example:8443;" in dict(pages.headers)["Content-Security-Policy"]


def test_a_logo_on_the_site_itself_does_not_change_the_policy() -> None:
    headers = dict(BuiltInPages(Theme(logo="/logo.svg"), {}).headers)
    assert "img-src 'self' data:;" in headers["Content-Security-Policy"]


def test_there_is_no_motion_if_the_user_prefers_reduced_motion() -> None:
    still, _, moving = make_stylesheet(Theme(), {}).partition("@media (prefers-reduced-motion: no-preference)")
    assert "transition" not in still
    assert "transition" in moving
