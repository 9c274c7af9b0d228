"""Battle.net, an OpenID Connect server.

Documentation: https://develop.battle.net/documentation/guides/using-oauth
"""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OIDCServer
from authwright.providers.profiles import mapped

__all__ = ["BattleNet"]

BattleNet: OIDCServer = OIDCServer(
    id="battlenet",
    name="Battle.net",
    scope="openid",
    checks=("pkce", "state"),
    profile=mapped(id="sub", name="battle_tag"),
    style=Style("#148eff", "#fff"),
)
