"""Sign-in through django-oauth-toolkit: its issuer has a path, ``sub`` is a number, and it has logout pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from authwright.providers import OIDC
from authwright.types import SessionStrategy
from contract.providers import servers
from contract.providers.servers import Provider, Site
from contract.providers.visitor import Visitor, assert_refused

pytestmark = pytest.mark.contract

SECRET = "a secret: 100% + more"
ALICE = {"name": "Alice", "email": "alice@example.com"}


@pytest.fixture(scope="module")
def toolkit(site: Site) -> Iterator[Provider]:
    with servers.provider("toolkit.py", REDIRECT_URI=site.redirect_uri) as running:
        yield running


def corp(toolkit: Provider, **options: Any) -> OIDC:
    given = {"issuer": f"{toolkit.issuer}/o", "client_id": "app", "client_secret": SECRET, **options}
    return OIDC(id="corp", name="Corp", **given)


@pytest.mark.parametrize("fetch_userinfo", [True, False])
def test_a_user_signs_in(visitor: Visitor, toolkit: Provider, strategy: SessionStrategy, fetch_userinfo: bool) -> None:
    visitor.site.furnish(corp(toolkit, fetch_userinfo=fetch_userinfo), strategy)
    assert str(visitor.sign_in().url) == f"{visitor.site.origin}/home"
    assert visitor.session()["user"].items() >= ALICE.items()


def test_a_wrong_client_secret_leads_to_an_error_page(visitor: Visitor, toolkit: Provider) -> None:
    visitor.site.furnish(corp(toolkit, client_secret="wrong"))
    assert_refused(visitor, visitor.sign_in())


def test_a_federated_sign_out_ends_on_the_registered_page(
    visitor: Visitor, toolkit: Provider, strategy: SessionStrategy
) -> None:
    bye = f"{visitor.site.origin}/bye"
    visitor.site.furnish(corp(toolkit, post_logout_redirect_uri=bye), strategy)
    visitor.sign_in()
    token = visitor.client.get(f"{visitor.site.api}/csrf").json()["csrfToken"]
    fields = {"csrfToken": token, "json": "true", "federated": "true"}
    url = visitor.client.post(f"{visitor.site.api}/signout", data=fields).json()["url"]
    assert str(visitor.to_callback(url).url) == bye
    assert visitor.session() == {}
