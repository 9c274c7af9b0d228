"""GitHub and Google, and invalid options of OAuth providers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from authwright.errors import ConfigurationError
from authwright.providers import OIDC, GitHub, Google, OAuth
from authwright.providers.http import Reply

EMAILS = (
    b'[{"email": "spam@example.com", "primary": false}, {"email": "octo@example.com", "primary": true, "verified": %s}]'
)


class GitHubAPI:
    """GitHub's API with one user, which records the URLs it was asked for."""

    def __init__(self, user: bytes, emails: bytes = b"[]") -> None:
        self.bodies = {"https://api.github.com/user": user, "https://api.github.com/user/emails": emails}
        self.requested: list[str] = []

    async def get(self, url: str, headers: Mapping[str, str]) -> Reply:
        assert headers == {"Authorization": "Bearer t0ken"}
        self.requested.append(url)
        return Reply(200, {}, self.bodies[url])


async def user_of(api: GitHubAPI) -> dict[str, Any]:
    provider = GitHub(client_id="id", client_secret="secret")
    claims = await provider.hooks["userinfo"](tokens={"access_token": "t0ken"}, http=api)
    user: dict[str, Any] = await provider.hooks["profile"](claims=claims, tokens={})
    return user


async def test_a_public_address_on_github_needs_no_second_request() -> None:
    api = GitHubAPI(b'{"id": 1, "login": "octo", "name": null, "email": "o@example.com", "avatar_url": "https://a"}')
    assert await user_of(api) == {"id": 1, "name": "octo", "email": "o@example.com", "image": "https://a"}
    assert api.requested == ["https://api.github.com/user"]


@pytest.mark.parametrize(("verified", "email"), [(b"true", "octo@example.com"), (b"false", None)])
async def test_a_private_address_on_github_is_used_only_if_it_is_verified(verified: bytes, email: str | None) -> None:
    api = GitHubAPI(b'{"id": 1, "login": "octo", "name": "Octo", "email": null}', EMAILS % verified)
    assert (await user_of(api))["email"] == email


def test_google_is_an_openid_provider() -> None:
    google = Google(client_id="id", client_secret="secret")
    assert (google.id, google.issuer) == ("google", "https://accounts.google.com")
    assert google.metadata_url == "https://accounts.google.com/.well-known/openid-configuration"


CLIENT = {"id": "x", "name": "X", "client_id": "id"}
PLAIN = {
    **CLIENT,
    "authorization": "https://x.example/a",
    "token": "https://x.example/t",
    "userinfo": "https://x.example/u",
    "profile": dict,
}
REFUSED: list[tuple[str, type[OAuth], dict[str, Any]]] = [
    ("id", OAuth, {**PLAIN, "id": "a/b"}),
    ("client_id", OAuth, {**PLAIN, "client_id": ""}),
    ("authorization", OAuth, {**PLAIN, "authorization": "javascript:alert(1)"}),
    ("token", OAuth, {**PLAIN, "token": "http://x.example/t"}),
    ("userinfo", OAuth, {**PLAIN, "userinfo": None}),
    ("profile", OAuth, {**PLAIN, "profile": None}),
    ("profile", OAuth, {**PLAIN, "profile": lambda claims, other: claims}),
    ("checks", OAuth, {**PLAIN, "checks": ("state", "captcha")}),
    ("client_auth", OAuth, {**PLAIN, "client_auth": "tls"}),
    ("client_secret", OAuth, {**PLAIN, "client_auth": "client_secret_post"}),
    ("private_key", OAuth, {**PLAIN, "client_auth": "private_key_jwt"}),
    ("issuer", OIDC, {**CLIENT, "issuer": "http://idp.example"}),
    ("well_known", OIDC, {**CLIENT, "issuer": "https://idp.example", "well_known": "file:///etc/passwd"}),
    ("id_token_algorithms", OIDC, {**CLIENT, "issuer": "https://idp.example", "id_token_algorithms": ("none",)}),
    ("id_token_algorithms", OIDC, {**CLIENT, "issuer": "https://idp.example", "id_token_algorithms": ("HS256",)}),
]


@pytest.mark.parametrize(("option", "provider", "options"), REFUSED)
def test_an_invalid_option_is_refused_by_name(option: str, provider: type[OAuth], options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError) as refused:
        provider(**options)
    assert refused.value.option.endswith(option)


def test_the_repr_of_a_provider_contains_no_secret() -> None:
    provider = GitHub(client_id="id", client_secret="hunter2")
    assert "hunter2" not in repr(provider)
