"""Profiles as data: where to find the user's id, name, e-mail address and image in a provider's claims."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from authwright.providers.users import is_storable

# The values of a flag that do not deny the address. 1 is one of them, because it equals True.
_NOT_DENIED = (None, True, "true")

ProfileFunction: TypeAlias = Callable[[Mapping[str, Any]], dict[str, Any]]


def mapped(*, id: str, name: str = "", email: str = "", image: str = "", email_verified: str = "") -> ProfileFunction:
    """Return a ``profile`` function that reads each field from a path in the claims.

    A path consists of names separated by dots (``data.user.name``). A number is an index of an array. ``first last``
    joins two values with a space. ``nickname | login`` uses the second path if the first has no value. A value that is
    not a string, or that the stores cannot hold, becomes None.

    Args:
        id: The path of the user's id. A number is converted to a string.
        name: The paths of the name.
        email: The paths of the e-mail address.
        image: The paths of the URL of the image.
        email_verified: The paths of flags, separated by spaces. If one of the flags is present and is not true, the
            e-mail address is ignored.
    """

    def profile(claims: Mapping[str, Any]) -> dict[str, Any]:
        user_id = at(claims, id)
        flags = [at(claims, path) for path in email_verified.split()]
        return {
            "id": str(user_id) if isinstance(user_id, (str, int)) and not isinstance(user_id, bool) else None,
            "name": _text(claims, name),
            "email": _text(claims, email, "email") if all(flag in _NOT_DENIED for flag in flags) else None,
            "image": _text(claims, image),
        }

    return profile


def at(claims: object, path: str) -> Any:
    """Return the value at *path* in *claims*, or None if there is none."""
    for step in path.split("."):
        if isinstance(claims, Mapping):
            claims = claims.get(step)
        elif isinstance(claims, list) and step.isdecimal() and int(step) < len(claims):
            claims = claims[int(step)]
        else:
            return None
    return claims


def _text(claims: Mapping[str, Any], paths: str, field: str = "") -> str | None:
    for alternative in paths.split("|"):
        found = [at(claims, path) for path in alternative.split()]
        text = " ".join(part for part in found if isinstance(part, str) and part)
        if text and is_storable(text, field):
            return text
    return None


# OIDC Core section 5.1.
STANDARD_CLAIMS = mapped(id="sub", name="name | preferred_username", email="email", image="picture")
