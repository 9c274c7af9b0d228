"""The style sheet of the built-in pages: custom properties for the theme's colours, and a rule for each provider's."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

from authwright.options import Theme
from authwright.providers.base import Style
from authwright.server.pages.colours import (
    NON_TEXT_CONTRAST,
    RGB,
    TEXT_CONTRAST,
    WHITE,
    as_hex,
    contrast,
    parse_colour,
    text_on,
)

LIGHT: Mapping[str, str] = {
    "canvas": "#f3f4f6",
    "card": "#ffffff",
    "text": "#14161a",
    "muted": "#565d68",
    "line": "#dfe2e7",
    "control": "#848c98",
    "field": "#ffffff",
    "soft": "#f3f4f6",
    "alert": "#fdf0ef",
    "alert-line": "#f1c8c4",
    "alert-text": "#8f1f17",
    "brand": "#1d2129",
    "ring": "#2f6fe4",
    "shadow": "0 1px 2px rgb(15 20 30 / 6%), 0 12px 40px rgb(15 20 30 / 9%)",
}
DARK: Mapping[str, str] = {
    "canvas": "#0c0e12",
    "card": "#15181e",
    "text": "#f1f3f5",
    "muted": "#a3abb7",
    "line": "#2b3039",
    "control": "#69717e",
    "field": "#0f1217",
    "soft": "#1e222a",
    "alert": "#33181a",
    "alert-line": "#5f2a2c",
    "alert-text": "#ffb9b3",
    "brand": "#f1f3f5",
    "ring": "#7fa9ff",
    "shadow": "0 1px 2px rgb(0 0 0 / 40%), 0 16px 48px rgb(0 0 0 / 45%)",
}


def make_stylesheet(theme: Theme, styles: Mapping[str, Style]) -> str:
    """Return the text of the ``<style>`` element for *theme*. *styles* are the providers' colours by id."""
    light, dark = _properties(LIGHT, theme), _properties(DARK, theme)
    rules = {
        "light": f":root{{color-scheme:light;{light}}}",
        "dark": f":root{{color-scheme:dark;{dark}}}",
        "auto": f":root{{color-scheme:light dark;{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}",
    }
    sheet = files("authwright.server.pages").joinpath("style.css").read_text("utf-8")
    marks = "".join(_mark(provider_id, style) for provider_id, style in styles.items())
    return f"\n{rules[theme.color_scheme]}\n{sheet}{marks}"


def _properties(palette: Mapping[str, str], theme: Theme) -> str:
    values = {**palette, **_button(palette, theme)}
    return "".join(f"--{name}:{value};" for name, value in values.items())


def _button(palette: Mapping[str, str], theme: Theme) -> dict[str, str]:
    """Return the colours of the main button. The defaults replace invalid colours, so the button stays visible."""
    card = _known(palette["card"])
    chosen = parse_colour(theme.brand_color, card)
    brand = chosen or _known(palette["brand"])
    text = parse_colour(theme.button_text, brand)
    # On hover, the button's colour changes away from the colour of the text, so that the text stays readable.
    away = text_on(text or text_on(brand))
    ring = as_hex(brand) if chosen and contrast(brand, card) >= NON_TEXT_CONTRAST else palette["ring"]
    return {
        "brand": theme.brand_color if chosen else palette["brand"],
        "brand-text": theme.button_text if text else as_hex(text_on(brand)),
        "brand-away": as_hex(away),
        "ring": ring,
    }


def _mark(provider_id: str, style: Style) -> str:
    """Return the CSS rule for a provider's letter: in its own colours, or in black or white if those are unreadable."""
    behind = parse_colour(style.bg)
    if behind is None:
        return ""
    text = parse_colour(style.text)
    shown = text if text and contrast(text, behind) >= TEXT_CONTRAST else text_on(behind)
    return f'.mark[data-provider="{provider_id}"]{{background:{as_hex(behind)};color:{as_hex(shown)}}}\n'


def _known(colour: str) -> RGB:
    return parse_colour(colour) or WHITE
