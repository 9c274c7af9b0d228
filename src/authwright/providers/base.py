"""The rule for the ids of providers, and the style of a provider's button."""

from __future__ import annotations

import re
from dataclasses import dataclass

from authwright.errors import ConfigurationError

_ID = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9._-]{1,64}")


def check_id(provider_id: object) -> None:
    """Raise ``ConfigurationError`` if *provider_id* is not valid in the path ``/signin/ID``."""
    if not isinstance(provider_id, str) or not _ID.fullmatch(provider_id):
        remedy = "Use up to 64 letters, digits, '.', '_' and '-'."
        raise ConfigurationError(f"{option_of(provider_id)}.id", "the id is not valid in a URL.", remedy)


def option_of(provider_id: object) -> str:
    """Return the name that error messages use for the provider."""
    return f"providers[{provider_id!r}]"


@dataclass(frozen=True, slots=True)
class Style:
    """A provider's colors as CSS values: the background of its button and the text on it (v4's ``style``)."""

    bg: str
    text: str
