"""GitHub, as an OAuth 2.0 provider (https://docs.github.com/apps/oauth-apps)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from authwright.providers.oauth import OAuth

_LOGIN = "https://github.com/login/oauth"
_API = "https://api.github.com/user"


class _Answer(Protocol):
    def json(self) -> dict[str, Any]: ...
    def json_list(self) -> list[Any]: ...


class _Http(Protocol):
    async def get(self, url: str, headers: Mapping[str, str]) -> _Answer: ...


def GitHub(  # noqa: N802 - providers are called like classes, as in v4
    *,
    client_id: str,
    client_secret: str,
    scope: str = "read:user user:email",
    allow_dangerous_email_account_linking: bool = False,
) -> OAuth:
    """Sign-in with GitHub. An address that its user keeps private is looked up through ``/user/emails``.

    Args:
        client_id: Of the OAuth app, from GitHub's developer settings.
        client_secret: Likewise.
        scope: ``user:email`` is what the look-up of a private address needs.
        allow_dangerous_email_account_linking: See ``OAuth``.
    """
    return OAuth(
        id="github",
        name="GitHub",
        client_id=client_id,
        client_secret=client_secret,
        authorization=f"{_LOGIN}/authorize",
        token=f"{_LOGIN}/access_token",
        userinfo=_userinfo,
        profile=_profile,
        scope=scope,
        allow_dangerous_email_account_linking=allow_dangerous_email_account_linking,
    )


async def _userinfo(tokens: Mapping[str, Any], http: _Http) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    claims = (await http.get(_API, headers)).json()
    if not claims.get("email"):
        emails = (await http.get(f"{_API}/emails", headers)).json_list()
        primary = next((one for one in emails if isinstance(one, dict) and one.get("primary")), {})
        claims["email"] = primary.get("email") if primary.get("verified") else None
    return claims


def _profile(claims: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": claims["id"],
        "name": claims.get("name") or claims.get("login"),
        "email": claims.get("email"),
        "image": claims.get("avatar_url"),
    }
