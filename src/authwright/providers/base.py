"""What every provider has: an id that may stand in a URL; and colours, which some have."""

from __future__ import annotations

import re
from dataclasses import dataclass

from authwright.errors import ConfigurationError

_ID = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9._-]{1,64}")


def check_id(provider_id: object) -> None:
    """Raises ``ConfigurationError`` where *provider_id* cannot stand in ``/signin/ID``."""
    if not isinstance(provider_id, str) or not _ID.fullmatch(provider_id):
        remedy = "Use up to 64 letters, digits, '.', '_' and '-'."
        raise ConfigurationError(f"{option_of(provider_id)}.id", "cannot stand in a URL.", remedy)


def option_of(provider_id: object) -> str:
    """What an error calls the provider with that id."""
    return f"providers[{provider_id!r}]"


@dataclass(frozen=True, slots=True)
class Style:
    """A provider's colours, as CSS writes them: of its button, and of the text on it (v4's ``style``)."""

    bg: str
    text: str
