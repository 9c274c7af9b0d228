"""What a test reads in a page or a mail."""

from __future__ import annotations

import re
from html import unescape


def hidden_fields(page: str) -> dict[str, str]:
    """The hidden fields of *page*'s forms, by name."""
    inputs = [tag for tag in re.findall(r"<input[^>]*>", page) if 'type="hidden"' in tag]
    return {_attribute(tag, "name"): _attribute(tag, "value") for tag in inputs}


def link_in(text: str) -> str:
    """The first URL in *text*."""
    return re.findall(r"https?://\S+", text)[0]


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'{name}="([^"]*)"', tag)
    return unescape(found[1]) if found else ""
