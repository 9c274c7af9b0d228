"""The choice of a page's language (RFC 9110 section 12.5.4; basic filtering of RFC 4647 section 3.3.1)."""

from __future__ import annotations

import re
from collections.abc import Collection

# In characters. A real header lists a few languages, so the rest of a longer one is ignored.
_LIMIT = 1000
_RANGE = re.compile(
    r"([a-z]{1,8}|\*)(?:-[a-z0-9]{1,8})*[ \t]*(?:;[ \t]*q=([01](?:\.[0-9]{0,3})?)[ \t]*)?", re.IGNORECASE | re.ASCII
)


def choose_language(accept_language: str, offered: Collection[str], default: str) -> str:
    """Return the language of *offered* that *accept_language* prefers, or *default*. Never raises.

    Args:
        accept_language: The raw header. Invalid parts are ignored.
        offered: Primary language subtags in lower case (``ko``).
        default: The language of *offered* for ``*``, and if the header accepts none of them.
    """
    weights: dict[str, float] = {}
    for part in accept_language[:_LIMIT].split(","):
        match = _RANGE.fullmatch(part.strip())
        if match is None:
            continue
        language, weight = match[1].lower(), min(float(match[2] or 1), 1.0)
        if language in offered or language == "*":
            weights[language] = max(weight, weights.get(language, 0.0))
    weights.setdefault(default, weights.pop("*", 0.0))
    weights.pop("*", None)
    best = max(weights, key=lambda language: weights[language])
    return best if weights[best] else default
