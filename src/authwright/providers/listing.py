"""A list of the preconfigured providers, with an example configuration of each."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from authwright import providers
from authwright.errors import ConfigurationError

if TYPE_CHECKING:
    from authwright.providers.oauth import OAuth

# These names of ``authwright.providers`` are not providers of the catalogue.
_OTHERS = {"Credentials", "Email", "OAuth", "OAuth1", "OIDC", "TwitterLegacy", "apple_client_secret", "normalize_email"}
NAMES = sorted(set(providers.__all__) - _OTHERS, key=str.lower)

# Placeholders for the app's own options.
STAND_INS = {
    "client_id": "CLIENT_ID",
    "client_secret": "CLIENT_SECRET",
    "issuer": "https://issuer.example",
    "tenant_id": "tenant",
    "primary_user_flow": "B2C_1_flow",
    "account_id": "account",
    "api_key": "API_KEY",
    "userinfo": "https://userinfo.example",
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A provider of the catalogue: the name to import, the required options, and an example."""

    name: str
    needs: Sequence[str]
    example: OAuth


def listed() -> list[Listed]:
    """Return all providers of the catalogue, sorted by name."""
    return [_listed(name) for name in NAMES]


def _listed(name: str) -> Listed:
    make = getattr(providers, name)
    parameters = inspect.signature(make).parameters.values()
    own = [each.name for each in parameters if each.kind is each.KEYWORD_ONLY and each.default is each.empty]
    needs = ["client_id", "client_secret", *own]
    try:
        return Listed(name, needs, make(**_stand_ins(needs)))
    except ConfigurationError as refusal:
        # The signature does not show an option that the entry itself requires.
        needs.append(refusal.option.rpartition(".")[2])
        return Listed(name, needs, make(**_stand_ins(needs)))


def _stand_ins(needs: Sequence[str]) -> Mapping[str, Any]:
    return {need: STAND_INS[need] for need in needs}
