"""GitHub and Google, and invalid options of OAuth providers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from authwright.adapters.memory import MemoryAdapter
from authwright.errors import ConfigurationError, OAuthCallbackError
from authwright.providers import OIDC, GitHub, Google, OAuth
from authwright.providers import http as calls
from authwright.providers.http import Reply
from support.apps import make_auth
from support.browser import Browser
from support.provider import to_provider

EMAILS = (
    b'[{"email": "spam@example.com", "primary": false}, {"email": "octo@example.com", "primary": true, "verified": %s}]'
)


class GitHubAPI:
    """GitHub's API with one user, which records the URLs it was asked for."""

    def __init__(self, user: bytes, emails: bytes = b"[]", *, status: int = 200, emails_status: int = 200) -> None:
        self.bodies = {"https://api.github.com/user": user, "https://api.github.com/user/emails": emails}
        self.statuses = {"https://api.github.com/user": status, "https://api.github.com/user/emails": emails_status}
        self.requested: list[str] = []

    async def get(self, url: str, headers: Mapping[str, str]) -> Reply:
        assert headers == {"Authorization": "Bearer t0ken"}
        self.requested.append(url)
        return Reply(self.statuses[url], {}, self.bodies[url])


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


PRIVATE = b'{"id": 1, "login": "octo", "name": "Octo", "email": null}'
NO_EMAILS = [
    (403, b'{"message": "Resource not accessible by integration"}'),
    (404, b'{"message": "Not Found"}'),
    (401, b'{"message": "Requires authentication"}'),
    (429, b""),
    (500, b"<html>"),
    (302, b""),
    (200, b'{"message": "odd"}'),
    (200, b"<html>"),
    (200, b"[]"),
    (200, b"null"),
    (200, b'[null, 7, "octo@example.com"]'),
    (200, b'[{"primary": true, "verified": true}]'),
    (200, b'[{"primary": true, "verified": true, "email": 7}]'),
]


@pytest.mark.parametrize(("status", "body"), NO_EMAILS)
async def test_a_user_of_github_whose_address_the_app_may_not_read_signs_in_without_one(
    status: int, body: bytes
) -> None:
    client = responding(
        ("/login/oauth/access_token", 200, b'{"access_token": "t"}'),
        ("/user", 200, PRIVATE),
        ("/user/emails", status, body),
    )
    assert (await signed_in_at_github(client))["user"] == {"name": "Octo", "email": None, "image": None}


async def test_a_slow_list_of_addresses_on_github_does_not_prevent_the_sign_in(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Slow(GitHubAPI):
        async def get(self, url: str, headers: Mapping[str, str]) -> Reply:
            await asyncio.sleep(30 if url.endswith("emails") else 0)
            return await super().get(url, headers)

    monkeypatch.setattr(calls, "_OPTIONAL_LIMIT", 0.05)
    assert (await user_of(Slow(PRIVATE)))["email"] is None
    assert "[OAUTH_OPTIONAL_REQUEST_ERROR]" in caplog.text


async def test_an_unreachable_list_of_addresses_on_github_is_logged_with_the_remedy(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Unreachable(GitHubAPI):
        async def get(self, url: str, headers: Mapping[str, str]) -> Reply:
            if url.endswith("emails"):
                raise OAuthCallbackError("api.github.com cannot be reached.")
            return await super().get(url, headers)

    assert (await user_of(Unreachable(PRIVATE)))["email"] is None
    assert "api.github.com cannot be reached. The user signs in without" in caplog.text


@pytest.mark.parametrize("status", [401, 403, 404, 500, 302])
async def test_a_refused_first_request_to_github_refuses_the_sign_in(status: int) -> None:
    with pytest.raises(OAuthCallbackError, match=str(status)):
        await user_of(GitHubAPI(PRIVATE, status=status))


async def test_a_user_of_github_without_an_id_is_refused() -> None:
    assert (await user_of(GitHubAPI(b'{"login": "octo", "email": "o@example.com"}')))["id"] is None


def responding(*routes: tuple[str, int, bytes]) -> httpx2.AsyncClient:
    """Return an HTTP client that gives each path of *routes* its status and body."""
    answers = {path: (status, body) for path, status, body in routes}

    async def respond(request: httpx2.Request) -> httpx2.Response:
        status, body = answers[request.url.path]
        return httpx2.Response(status, content=body)

    return httpx2.AsyncClient(transport=httpx2.MockTransport(respond))


async def signed_in_at_github(client: httpx2.AsyncClient) -> Any:
    """Sign in through GitHub, whose API is *client*, and return the session."""
    github = GitHub(client_id="id", client_secret="secret", http_client=client)
    browser = Browser(make_auth(providers=[github], adapter=MemoryAdapter(), strategy="database"))
    query = parse_qs(urlsplit(await to_provider(browser, provider="github")).query)
    await browser.get(f"/callback/github?code=c&state={query['state'][0]}")
    return await browser.session()


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
