"""Sign-in through npm oauth2-mock-server, which has no login page, sends no ``iss``, and lists no client authentication
methods in its metadata. It does not support form_post or private_key_jwt.
"""

from __future__ import annotations

from typing import Any

import pytest

from authwright.providers import OIDC, OAuth
from contract.providers import servers
from contract.providers.servers import MOCK_SECRET, Provider, profile
from contract.providers.visitor import Visitor, assert_refused

pytestmark = pytest.mark.contract

JOHN = {"name": "John Doe", "email": "john@example.com"}


def corp(mock: Provider, **options: Any) -> OIDC:
    """Return *mock* as an OpenID provider with discovery."""
    given = {"issuer": mock.issuer, "client_id": "app", "client_secret": MOCK_SECRET, "fetch_userinfo": True, **options}
    return OIDC(id="corp", name="Corp", **given)


def plain(mock: Provider, **options: Any) -> OAuth:
    """Return *mock* as an OAuth provider without OpenID Connect."""
    endpoints = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
    urls = {option: f"{mock.issuer}/{path}" for option, path in endpoints.items()}
    given = {"client_id": "app", "client_secret": MOCK_SECRET, "profile": profile, **urls, **options}
    return OAuth(id="corp", name="Corp", **given)


@pytest.mark.parametrize("method", [None, "client_secret_basic", "client_secret_post"])
@pytest.mark.parametrize("kind", [corp, plain])
def test_a_user_can_sign_in_with_each_client_authentication_method(
    visitor: Visitor, mock: Provider, kind: Any, method: str | None
) -> None:
    visitor.site.furnish(kind(mock, client_auth=method))
    assert str(visitor.sign_in().url) == f"{visitor.site.origin}/home"
    assert visitor.session()["user"].items() >= JOHN.items()


@pytest.mark.parametrize("kind", [corp, plain])
def test_a_public_client_needs_only_pkce(visitor: Visitor, packages: None, kind: Any) -> None:
    with servers.provider("mock.mjs", "localhost") as open_to_all:
        visitor.site.furnish(kind(open_to_all, client_secret=None))
        visitor.sign_in()
    assert visitor.session()["user"].items() >= JOHN.items()


def test_the_session_has_no_name_without_userinfo(visitor: Visitor, mock: Provider) -> None:
    visitor.site.furnish(corp(mock, fetch_userinfo=False))
    visitor.sign_in()
    assert visitor.session()["user"]["name"] is None


@pytest.mark.parametrize("kind", [corp, plain])
def test_the_account_keeps_the_tokens(visitor: Visitor, mock: Provider, kind: Any) -> None:
    visitor.site.furnish(kind(mock))
    visitor.sign_in()
    [account] = visitor.site.adapter.accounts
    assert (account.provider, account.provider_account_id, account.token_type) == ("corp", "johndoe", "Bearer")
    assert account.access_token
    assert account.refresh_token
    assert account.id_token
    assert account.expires_at


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
@pytest.mark.parametrize("kind", [corp, plain])
def test_a_wrong_client_secret_leads_to_an_error_page(visitor: Visitor, mock: Provider, kind: Any, method: str) -> None:
    visitor.site.furnish(kind(mock, client_auth=method, client_secret="wrong"))
    assert_refused(visitor, visitor.sign_in())


def test_a_code_of_another_flow_is_refused(visitor: Visitor, mock: Provider) -> None:
    visitor.site.furnish(corp(mock))
    stolen = visitor.to_callback(visitor.begin()).url.params["code"]
    callback = visitor.to_callback(visitor.begin()).url.copy_set_param("code", stolen)
    assert_refused(visitor, visitor.client.get(callback, follow_redirects=True))


def test_users_can_sign_in_again_after_a_provider_restarts(visitor: Visitor, packages: None) -> None:
    with servers.provider("mock.mjs", "localhost") as stopped:
        visitor.site.furnish(corp(stopped, client_secret=None))
    assert_refused(visitor, visitor.sign_in(), "OAuthSignin")
    with servers.provider("mock.mjs", "localhost", stopped.port):
        callback = visitor.to_callback(visitor.begin())
    assert_refused(visitor, visitor.arrive(callback))
    with servers.provider("mock.mjs", "localhost", stopped.port):
        visitor.sign_in()
    assert visitor.session()["user"].items() >= JOHN.items()
