"""Sign-in through npm oidc-provider, a certified OpenID provider. It requires PKCE, sends ``iss`` in the authorization
response (RFC 9207), and puts the name and the e-mail address into the userinfo, or into the ID token on request.
"""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from authwright.providers import OIDC, OAuth
from authwright.types import SessionStrategy
from contract.providers import servers
from contract.providers.servers import Provider, Site, profile
from contract.providers.visitor import Visitor, assert_refused

pytestmark = pytest.mark.contract

SECRETS = {
    "client_secret_basic": "a secret: 100% + more",
    "client_secret_post": "another secret",
    "client_secret_jwt": "a third secret, which is long enough for HS256",
}
BY_SECRET = {"client_secret": "a fourth secret", "client_auth": "client_secret_basic"}
METHODS = [*SECRETS, "none", "private_key_jwt"]
ALICE = {"name": "alice of Wonderland", "email": "alice@example.com"}
IN_ID_TOKEN = {"claims": '{"id_token": {"name": null, "email": null}}'}


def client(oidc: Provider, method: str) -> dict[str, Any]:
    """Return the options of the client in oidc.mjs that authenticates with *method*."""
    key = oidc.key if method == "private_key_jwt" else None
    return {"client_id": method, "client_secret": SECRETS.get(method), "client_auth": method, "private_key": key}


def corp(oidc: Provider, method: str = "client_secret_basic", **options: Any) -> OIDC:
    """Return *oidc* as an OpenID provider with discovery."""
    given = {"issuer": oidc.issuer, "fetch_userinfo": True, **client(oidc, method), **options}
    return OIDC(id="corp", name="Corp", **given)


def plain(oidc: Provider, method: str = "client_secret_basic", **options: Any) -> OAuth:
    """Return *oidc* as an OAuth provider without OpenID Connect."""
    endpoints = {"authorization": "auth", "token": "token", "userinfo": "me"}
    urls = {option: f"{oidc.issuer}/{path}" for option, path in endpoints.items()}
    given = {"scope": "openid email profile", "profile": profile, **urls, **client(oidc, method), **options}
    return OAuth(id="corp", name="Corp", **given)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", [corp, plain])
def test_a_user_can_sign_in_with_each_client_authentication_method(
    visitor: Visitor, oidc: Provider, kind: Any, method: str
) -> None:
    visitor.site.furnish(kind(oidc, method))
    assert str(visitor.sign_in().url) == f"{visitor.site.origin}/home"
    assert visitor.session()["user"].items() >= ALICE.items()


def test_the_id_token_alone_is_enough_if_it_contains_the_claims(visitor: Visitor, oidc: Provider) -> None:
    visitor.site.furnish(corp(oidc, fetch_userinfo=False, authorization_params=IN_ID_TOKEN))
    visitor.sign_in()
    assert visitor.session()["user"].items() >= ALICE.items()


@pytest.mark.parametrize("kind", [corp, plain])
def test_a_response_by_form_post_signs_in(
    visitor: Visitor, oidc: Provider, strategy: SessionStrategy, kind: Any
) -> None:
    visitor.site.furnish(kind(oidc, response_mode="form_post"), strategy)
    callback = visitor.to_callback(visitor.begin())
    assert (callback.method, str(callback.url)) == ("POST", visitor.site.redirect_uri)
    assert str(visitor.arrive(callback).url) == f"{visitor.site.origin}/home"
    assert visitor.session()["user"].items() >= ALICE.items()


def test_a_signed_userinfo_response_is_verified_and_read(visitor: Visitor, oidc: Provider) -> None:
    visitor.site.furnish(corp(oidc, "signed_userinfo", **BY_SECRET))
    visitor.sign_in()
    assert visitor.session()["user"].items() >= ALICE.items()


def test_requests_are_pushed_to_a_provider_that_requires_it(visitor: Visitor, site: Site, packages: None) -> None:
    with servers.provider("oidc.mjs", REDIRECT_URI=site.redirect_uri, PUSHED="1") as strict:
        visitor.site.furnish(corp(strict))
        begun = visitor.begin()
        assert set(httpx2.URL(begun).params) == {"client_id", "request_uri"}
        visitor.arrive(visitor.to_callback(begun))
        assert visitor.session()["user"].items() >= ALICE.items()
        visitor.site.furnish(corp(strict, client_secret="wrong"))
        assert "error=OAuthSignin" in visitor.begin()


def test_an_expiring_token_is_refreshed_and_each_refresh_token_is_used_once(
    visitor: Visitor, oidc: Provider, strategy: SessionStrategy
) -> None:
    offline = {"scope": "openid email profile offline_access", "authorization_params": {"prompt": "consent"}}
    visitor.site.furnish(corp(oidc, **offline), strategy)
    visitor.sign_in()
    tokens = visitor.fresh_tokens(3)
    assert len(set(tokens)) == 3
    for token in tokens:
        response = visitor.client.get(f"{oidc.issuer}/me", headers={"Authorization": f"Bearer {token}"})
        assert response.json()["name"] == ALICE["name"]


def test_a_federated_sign_out_ends_the_session_at_the_provider_too(
    visitor: Visitor, oidc: Provider, strategy: SessionStrategy
) -> None:
    bye = f"{visitor.site.origin}/bye"
    visitor.site.furnish(corp(oidc, "logout", post_logout_redirect_uri=bye, **BY_SECRET), strategy)
    visitor.sign_in()
    token = visitor.client.get(f"{visitor.site.api}/csrf").json()["csrfToken"]
    fields = {"csrfToken": token, "json": "true", "federated": "true"}
    url = visitor.client.post(f"{visitor.site.api}/signout", data=fields).json()["url"]
    assert visitor.session() == {}
    assert str(visitor.to_callback(url).url) == bye
    # The provider shows its login page again, because its session has ended.
    assert 'name="login"' in visitor.client.get(visitor.begin(), follow_redirects=True).text


def test_a_sign_out_at_the_provider_ends_the_session_here(
    visitor: Visitor, oidc: Provider, strategy: SessionStrategy
) -> None:
    visitor.site.furnish(corp(oidc, "logout", **BY_SECRET), strategy)
    visitor.sign_in()
    assert visitor.session()
    page = visitor.client.get(f"{oidc.issuer}/session/end")
    form = visitor._submission(page)
    visitor.client.send(form, follow_redirects=True)
    assert visitor.session() == {}


def test_the_account_keeps_tokens_that_the_provider_accepts(visitor: Visitor, oidc: Provider) -> None:
    offline = {"scope": "openid email profile offline_access", "authorization_params": {"prompt": "consent"}}
    visitor.site.furnish(corp(oidc, "client_secret_post", **offline))
    visitor.sign_in()
    [account] = visitor.site.adapter.accounts
    assert (account.provider_account_id, account.token_type) == ("alice", "Bearer")
    assert account.id_token
    assert account.expires_at
    bearer = {"Authorization": f"Bearer {account.access_token}"}
    assert visitor.client.get(f"{oidc.issuer}/me", headers=bearer).json()["name"] == ALICE["name"]
    proof = {"client_id": "client_secret_post", "client_secret": SECRETS["client_secret_post"]}
    refresh = {"grant_type": "refresh_token", "refresh_token": account.refresh_token, **proof}
    assert visitor.client.post(f"{oidc.issuer}/token", data=refresh).status_code == 200


def test_a_second_sign_in_finds_the_same_user(visitor: Visitor, oidc: Provider, strategy: SessionStrategy) -> None:
    visitor.site.furnish(corp(oidc), strategy)
    for _ in range(2):
        visitor.sign_in()
        assert visitor.session()["user"].items() >= ALICE.items()
        visitor.client.cookies.clear()
    assert len(visitor.site.adapter.accounts) == 1


def test_authorization_parameters_from_the_query_reach_the_provider(visitor: Visitor, oidc: Provider) -> None:
    visitor.site.furnish(corp(oidc))
    page = visitor.client.get(
        visitor.begin("?login_hint=rabbit&redirect_uri=http://evil.example"), follow_redirects=True
    )
    assert 'value="rabbit"' in page.text
    assert "evil.example" not in page.text


@pytest.mark.parametrize("method", SECRETS)
@pytest.mark.parametrize("kind", [corp, plain])
def test_a_wrong_client_secret_leads_to_an_error_page(visitor: Visitor, oidc: Provider, kind: Any, method: str) -> None:
    visitor.site.furnish(kind(oidc, method, client_secret="a wrong secret, which is as long as it must be"))
    assert_refused(visitor, visitor.sign_in())


def test_a_key_unknown_to_the_provider_leads_to_an_error_page(visitor: Visitor, oidc: Provider, site: Site) -> None:
    with servers.provider("oidc.mjs", REDIRECT_URI=site.redirect_uri) as other:
        visitor.site.furnish(corp(oidc, "private_key_jwt", private_key=other.key))
    assert_refused(visitor, visitor.sign_in())


def test_a_response_without_its_issuer_is_refused(visitor: Visitor, oidc: Provider) -> None:
    visitor.site.furnish(corp(oidc))
    callback = visitor.to_callback(visitor.begin())
    assert callback.url.params["iss"] == oidc.issuer
    assert_refused(visitor, visitor.client.get(callback.url.copy_remove_param("iss"), follow_redirects=True))


def test_cancelling_at_the_provider_leads_to_an_error_page(visitor: Visitor, oidc: Provider) -> None:
    visitor.site.furnish(corp(oidc))
    page = visitor.client.get(visitor.begin(), follow_redirects=True)
    assert_refused(visitor, visitor.client.get(f"{page.url}/abort", follow_redirects=True), "Callback")


def test_a_request_without_pkce_is_refused_by_the_provider(visitor: Visitor, oidc: Provider) -> None:
    visitor.site.furnish(corp(oidc, checks=("state", "nonce")))
    callback = visitor.to_callback(visitor.begin())
    assert callback.url.params["error"] == "invalid_request"
    assert_refused(visitor, visitor.arrive(callback), "Callback")


def test_an_issuer_with_another_name_leads_to_an_error_page(visitor: Visitor, oidc: Provider) -> None:
    visitor.site.furnish(corp(oidc, issuer=oidc.issuer.replace("127.0.0.1", "localhost")))
    assert_refused(visitor, visitor.sign_in(), "OAuthSignin")


def test_users_can_sign_in_again_after_a_provider_restarts(visitor: Visitor, site: Site, packages: None) -> None:
    with servers.provider("oidc.mjs", REDIRECT_URI=site.redirect_uri) as stopped:
        visitor.site.furnish(corp(stopped))
    assert_refused(visitor, visitor.sign_in(), "OAuthSignin")
    with servers.provider("oidc.mjs", port=stopped.port, REDIRECT_URI=site.redirect_uri):
        callback = visitor.to_callback(visitor.begin())
    assert_refused(visitor, visitor.arrive(callback))
    with servers.provider("oidc.mjs", port=stopped.port, REDIRECT_URI=site.redirect_uri):
        visitor.sign_in()
    assert visitor.session()["user"].items() >= ALICE.items()
