"""Sign-in through Glewlwyd, a provider in C that requires pushed requests, and sends ``no-store`` with its metadata."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from authwright.providers import OIDC
from authwright.types import SessionStrategy
from contract.providers import servers
from contract.providers.servers import Provider, Site
from contract.providers.visitor import Visitor, assert_refused

pytestmark = pytest.mark.contract

SECRET = "a-secret-of-plain-letters"
ALICE = {"name": "Alice Liddell", "email": "alice@example.com"}


@pytest.fixture(scope="module")
def glewlwyd(site: Site) -> Iterator[Provider]:
    if not shutil.which("glewlwyd"):
        pytest.skip("Glewlwyd is missing. On Debian 12: apt-get install glewlwyd")
    with servers.provider("glewlwyd_server.py", REDIRECT_URI=site.redirect_uri) as running:
        yield running


class Reader(Visitor):
    """Do what the script on Glewlwyd's page does: sign in, give consent and continue."""

    def _submission(self, page: httpx2.Response) -> httpx2.Request:
        api, query = page.url.copy_with(path="/api", query=None), page.url.params
        name_and_password = {"username": "alice", "password": "any password"}
        self.client.post(f"{api}/auth", json=name_and_password).raise_for_status()
        self.client.put(f"{api}/auth/grant/{query['client_id']}", json={"scope": query["scope"]}).raise_for_status()
        return self.client.build_request("GET", f"{query['callback_url']}&g_continue")


@pytest.fixture
def visitor(site: Site) -> Iterator[Visitor]:
    with httpx2.Client(trust_env=False, timeout=10) as client:
        yield Reader(site, client)


def corp(glewlwyd: Provider, **options: Any) -> OIDC:
    given = {"issuer": f"{glewlwyd.issuer}/api/oidc", "client_id": "app", "client_secret": SECRET, **options}
    return OIDC(id="corp", name="Corp", **given)


@pytest.mark.parametrize("fetch_userinfo", [True, False])
def test_a_user_signs_in(visitor: Visitor, glewlwyd: Provider, strategy: SessionStrategy, fetch_userinfo: bool) -> None:
    visitor.site.furnish(corp(glewlwyd, fetch_userinfo=fetch_userinfo), strategy)
    assert str(visitor.sign_in().url) == f"{visitor.site.origin}/home"
    assert visitor.session()["user"].items() >= ALICE.items()


def test_the_request_is_pushed_because_the_metadata_requires_it(visitor: Visitor, glewlwyd: Provider) -> None:
    visitor.site.furnish(corp(glewlwyd), "jwt")
    query = dict(httpx2.URL(visitor.begin()).params)
    assert query.keys() == {"client_id", "request_uri"}


def test_an_expiring_token_is_refreshed_and_each_refresh_token_is_used_once(
    visitor: Visitor, glewlwyd: Provider, strategy: SessionStrategy
) -> None:
    visitor.site.furnish(corp(glewlwyd), strategy)
    visitor.sign_in()
    tokens = visitor.fresh_tokens(3)
    assert len(set(tokens)) == 3
    for token in tokens:
        bearer = {"Authorization": f"Bearer {token}"}
        response = visitor.client.get(f"{glewlwyd.issuer}/api/oidc/userinfo", headers=bearer)
        assert response.json()["name"] == ALICE["name"]


def test_a_wrong_client_secret_leads_to_an_error_page(visitor: Visitor, glewlwyd: Provider) -> None:
    visitor.site.furnish(corp(glewlwyd, client_secret="wrong"))
    assert_refused(visitor, visitor.sign_in(), "OAuthSignin")
