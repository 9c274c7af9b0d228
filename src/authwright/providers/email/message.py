"""The templates of the sign-in mail: subject, plain text and HTML. The app can replace each of them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from authwright.errors import ConfigurationError
from authwright.options import Theme

if TYPE_CHECKING:
    from jinja2 import Template

SUBJECT = "Sign in to {{ host }}"
TEXT = """Sign in to {{ host }}

Open this link to sign in. It works only once:

{{ url }}

If you did not request this email, you can ignore it.
"""
# Many mail programs support little more than tables and inline styles. The others use the style sheet for dark mode.
HTML = """{% set dark = theme.color_scheme == "dark" -%}
{% set page, card, ink, soft, line = ("#101216", "#1a1d23", "#f2f4f7", "#a8b0bd", "#2b3039") if dark else
  ("#f3f4f6", "#ffffff", "#14161a", "#565d68", "#e3e6ea") -%}
{% set schemes = "light dark" if theme.color_scheme == "auto" else theme.color_scheme -%}
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="{{ schemes }}">
<meta name="supported-color-schemes" content="{{ schemes }}">
<title>Sign in</title>
{% if theme.color_scheme == "auto" -%}
<style>
@media (prefers-color-scheme: dark) {
  .page { background: #101216 !important }
  .card { background: #1a1d23 !important; border-color: #2b3039 !important }
  .ink { color: #f2f4f7 !important }
  .soft { color: #a8b0bd !important }
}
</style>
{% endif -%}
</head>
<body class="page" style="margin:0;padding:0;background:{{ page }}">
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0"
  style="background:{{ page }};font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif">
<tr><td align="center" style="padding:40px 16px">
<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" border="0"
  style="max-width:440px;background:{{ card }};border:1px solid {{ line }};border-radius:16px">
<tr><td class="ink" style="padding:36px 32px 8px;font-size:22px;line-height:30px;font-weight:700;color:{{ ink }}">
Sign in to {{ shown_host }}</td></tr>
<tr><td class="soft" style="padding:0 32px 24px;font-size:16px;line-height:24px;color:{{ soft }}">
Use this link to sign in. It works only once.</td></tr>
<tr><td style="padding:0 32px 28px">
<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr>
<td align="center" bgcolor="{{ brand_color }}" style="border-radius:10px;background:{{ brand_color }}">
<a href="{{ url }}" style="display:inline-block;padding:13px 28px;font-size:16px;line-height:20px;font-weight:600;
color:{{ button_text }};text-decoration:none;border-radius:10px">Sign in</a></td>
</tr></table></td></tr>
<tr><td class="soft" style="padding:0 32px 36px;font-size:14px;line-height:21px;color:{{ soft }}">
If you did not request this email, you can ignore it.</td></tr>
</table></td></tr></table>
</body>
</html>
"""
# An invisible character that keeps mail programs from turning the host into a link.
_WORD_JOINER = "\u2060"


def render(template: str, *, url: str, host: str, identifier: str, theme: Theme, escape: bool) -> str:
    """Render *template* with the values that ``Email`` documents, escaped for HTML if *escape*."""
    return _compile(template, escape).render(
        url=url,
        host=host,
        shown_host=host.replace(".", f"{_WORD_JOINER}."),
        identifier=identifier,
        theme=theme,
        brand_color=theme.brand_color or "#346df1",
        button_text=theme.button_text or "#ffffff",
    )


def check_template(template: object, option: str) -> None:
    """Raise ``ConfigurationError`` if *template* is not a valid template or uses an unknown value."""
    remedy = "Use a Jinja template with url, host, shown_host, identifier, theme, brand_color and button_text."
    if not isinstance(template, str):
        raise ConfigurationError(option, f"the value is a {type(template).__name__}, not a string.", remedy)
    from jinja2 import TemplateError

    try:
        render(
            template,
            url="https://example.com/",
            host="example.com",
            identifier="alice@example.com",
            theme=Theme(),
            escape=True,
        )
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as problem:
        raise ConfigurationError(option, f"the template cannot be rendered ({problem}).", remedy) from None


@cache
def _compile(template: str, escape: bool) -> Template:
    from jinja2 import Environment, StrictUndefined

    return Environment(autoescape=escape, undefined=StrictUndefined).from_string(template)
