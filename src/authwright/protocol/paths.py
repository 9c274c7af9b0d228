"""The paths of the REST API below its base path: each action has one spelling.

A proxy that limits ``/api/auth/callback/credentials`` compares text. If ``/callback//credentials`` or ``/%63allback``
reached the same action, the limit would not hold.

Rule 1: the base path is compared after percent-decoding it once.
Rule 2: below it there is no empty segment, no dot segment and no percent-encoding. One trailing slash is allowed.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote

_NO_NAMES = frozenset({"", ".", ".."})


def segments_below(path: str, raw_path: str | None, base_paths: Iterable[str]) -> list[str] | None:
    """Return the segments of *path* below the first of *base_paths* that fits, or None if the spelling is refused.

    Args:
        path: The decoded path. If no base path fits, a framework has removed the base path already.
        raw_path: The path as it was sent, or None if it is unknown.
        base_paths: Decoded, without a trailing slash.
    """
    for base_path in base_paths:
        if base_path and path.startswith(base_path + "/"):
            path = path[len(base_path) :]
            break
    below = path.removeprefix("/")
    segments = below.removesuffix("/").split("/")
    if not _NO_NAMES.isdisjoint(segments):
        return None
    return segments if raw_path is None or _is_sent_as(below, raw_path) else None


def _is_sent_as(below: str, raw_path: str) -> bool:
    """Whether *raw_path* ends in a slash and *below*, to the letter, and the slash is a single one."""
    if not raw_path.endswith("/" + below):
        return False
    above = unquote(raw_path[: -len(below) - 1])
    # A server in front may have normalised the decoded path, but not the raw one.
    return not above or above.rpartition("/")[2] not in _NO_NAMES
