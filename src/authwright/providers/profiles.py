"""Profiles as data: where in a provider's answer the four things stand that v4 wants to know of a user."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Profile: TypeAlias = Callable[[Mapping[str, Any]], dict[str, Any]]


def mapped(*, id: str, name: str = "", email: str = "", image: str = "", email_verified: str = "") -> Profile:
    """A ``profile`` that finds each of the four by its path; no address where *email_verified* leads to a no.

    A path is names with dots between (``data.user.name``); a number is a place in an array. ``first last`` joins what
    two paths lead to with a space, ``nickname | login`` takes the second where the first leads nowhere. Whatever is no
    text is None; an id may be a number, and becomes text.
    """

    def profile(claims: Mapping[str, Any]) -> dict[str, Any]:
        user_id, verified = at(claims, id), at(claims, email_verified)
        return {
            "id": str(user_id) if isinstance(user_id, (str, int)) and not isinstance(user_id, bool) else None,
            "name": _text(claims, name),
            "email": _text(claims, email) if verified is None or verified else None,
            "image": _text(claims, image),
        }

    return profile


def at(claims: object, path: str) -> Any:
    """What stands in *claims* at *path*, None where nothing does."""
    for step in path.split("."):
        if isinstance(claims, Mapping):
            claims = claims.get(step)
        elif isinstance(claims, list) and step.isdecimal() and int(step) < len(claims):
            claims = claims[int(step)]
        else:
            return None
    return claims


def _text(claims: Mapping[str, Any], paths: str) -> str | None:
    for alternative in paths.split("|"):
        found = [at(claims, path) for path in alternative.split()]
        text = " ".join(part for part in found if isinstance(part, str) and part)
        if text:
            return text
    return None


# OIDC Core section 5.1.
STANDARD_CLAIMS = mapped(id="sub", name="name | preferred_username", email="email", image="picture")
