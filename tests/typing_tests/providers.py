"""Code of apps that use providers from the catalogue. Type checkers read this file; it is never run."""

from __future__ import annotations

from typing import assert_type

from authwright.providers import (
    OIDC,
    AzureAD,
    Discord,
    Google,
    Keycloak,
    OAuth,
    Salesforce,
    WeChat,
    apple_client_secret,
)
from authwright.providers import Nonsense as Nonsense  # type: ignore[attr-defined]

assert_type(Discord(client_id="id", client_secret="secret", scope="identify"), OAuth)
assert_type(Google(client_id="id", client_secret=None, fetch_userinfo=True), OIDC)
assert_type(Keycloak(client_id="id", client_secret="secret", issuer="https://sso.example"), OIDC)
assert_type(AzureAD(client_id="id", client_secret="secret", tenant_id="common"), OIDC)
assert_type(Salesforce(client_id="id", client_secret="secret", issuer="https://my.example"), OAuth)
assert_type(apple_client_secret(team_id="t", key_id="k", private_key="p", client_id="c", lifetime=60), str)

Discord(client_secret="secret")  # type: ignore[call-arg]
Discord(client_id="id")  # type: ignore[call-arg]
Discord(client_id="id", client_secret="secret", issuer="https://x.example")  # type: ignore[call-arg]
Discord(client_id=1, client_secret="secret")  # type: ignore[arg-type]
Keycloak(client_id="id", client_secret="secret")  # type: ignore[call-arg]
WeChat(client_id="id", client_secret="secret", platform_type="Website")  # type: ignore[arg-type]
