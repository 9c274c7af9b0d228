"""What the sign-in mail says: a subject, a text and an HTML template, each of which the app may replace."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from authwright.config import Theme

if TYPE_CHECKING:
    from jinja2 import Template

SUBJECT = "Sign in to {{ host }}"
TEXT = """Sign in to {{ host }}

Open this link to sign in. It works once:

{{ url }}

If you did not ask for this mail, you can ignore it.
"""
HTML = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>Sign in</title></head>
<body style="margin:0;padding:32px 16px;background:#f3f4f6;font-family:system-ui,-apple-system,'Segoe UI',sans-serif">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"
  style="max-width:440px;background:#ffffff;border-radius:16px">
<tr><td style="padding:36px 32px 8px;font-size:22px;font-weight:700;color:#14161a">Sign in to {{ shown_host }}</td></tr>
<tr><td style="padding:0 32px 24px;font-size:16px;line-height:24px;color:#565d68">
This link signs you in. It works once.</td></tr>
<tr><td style="padding:0 32px 28px">
<a href="{{ url }}" style="display:inline-block;padding:12px 24px;border-radius:10px;background:{{ brand_color }};
color:{{ button_text }};font-size:16px;font-weight:600;text-decoration:none">Sign in</a></td></tr>
<tr><td style="padding:0 32px 36px;font-size:14px;line-height:21px;color:#565d68">
If you did not ask for this mail, you can ignore it.</td></tr>
</table></td></tr></table>
</body>
</html>
"""
# A joiner that is not seen keeps mail programs from making a link of the host's name.
_WORD_JOINER = "\u2060"


def render(template: str, *, url: str, host: str, theme: Theme, escape: bool) -> str:
    """*template* with ``url``, ``host``, ``shown_host``, ``brand_color`` and ``button_text``; escaped for HTML."""
    return _compile(template, escape).render(
        url=url,
        host=host,
        shown_host=host.replace(".", f"{_WORD_JOINER}."),
        brand_color=theme.brand_color or "#346df1",
        button_text=theme.button_text or "#ffffff",
    )


@cache
def _compile(template: str, escape: bool) -> Template:
    from jinja2 import Environment, StrictUndefined

    return Environment(autoescape=escape, undefined=StrictUndefined).from_string(template)
