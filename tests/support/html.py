"""Find form fields in pages, and links in e-mails."""

from __future__ import annotations

import re
from html import unescape


def hidden_fields(page: str) -> dict[str, str]:
    """Return the hidden form fields of *page* as a dict."""
    inputs = [tag for tag in re.findall(r"<input[^>]*>", page) if 'type="hidden"' in tag]
    return {_attribute(tag, "name"): _attribute(tag, "value") for tag in inputs}


def link_in(text: str) -> str:
    """Return the first URL in *text*."""
    return re.findall(r"https?://\S+", text)[0]


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'{name}="([^"]*)"', tag)
    return unescape(found[1]) if found else ""
