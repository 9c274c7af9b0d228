"""The paths of the REST API below its base path. Each action has exactly one spelling.

A proxy that limits the rate of ``/api/auth/callback/credentials`` compares strings. If ``/callback//credentials`` or
``/%63allback`` reached the same action, the limit could be bypassed.

Rule 1: the base path is compared after percent-decoding it once.
Rule 2: below it, empty segments, dot segments and percent-encoding are invalid. One trailing slash is allowed.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote

_INVALID = frozenset({"", ".", ".."})


def segments_below(path: str, raw_path: str | None, base_paths: Iterable[str]) -> list[str] | None:
    """Return the segments of *path* below the first matching base path.

    Args:
        path: The decoded path. If no base path matches, a framework has already removed it.
        raw_path: The path as it was sent, or None if it is unknown.
        base_paths: The base paths, decoded and without a trailing slash.

    Returns:
        The segments, or None if the path breaks Rule 2.
    """
    for base_path in base_paths:
        if base_path and path.startswith(base_path + "/"):
            path = path[len(base_path) :]
            break
    below = path.removeprefix("/")
    segments = below.removesuffix("/").split("/")
    if not _INVALID.isdisjoint(segments):
        return None
    return segments if raw_path is None or _is_sent_as(below, raw_path) else None


def _is_sent_as(below: str, raw_path: str) -> bool:
    """Return whether *raw_path* ends with a single slash and exactly *below*."""
    if not raw_path.endswith("/" + below):
        return False
    above = unquote(raw_path[: -len(below) - 1])
    # The server may have normalised the decoded path, but not the raw path.
    return not above or above.rpartition("/")[2] not in _INVALID
