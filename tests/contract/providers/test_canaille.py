"""Sign-in through Canaille, which asks for the user name on one page and for the password on the next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from authwright.providers import OIDC
from authwright.types import SessionStrategy
from contract.providers import servers
from contract.providers.servers import CANAILLE, Provider, Site
from contract.providers.visitor import Visitor, assert_refused

pytestmark = pytest.mark.contract

SECRET = "a-secret-of-plain-letters"
ALICE = {"name": "Alice Liddell", "email": "alice@example.com"}


@pytest.fixture(scope="module")
def canaille(site: Site) -> Iterator[Provider]:
    if not CANAILLE.is_file():
        pytest.skip("Canaille is missing: run scripts/setup test, which creates .venv-canaille")
    with servers.provider("canaille_server.py", REDIRECT_URI=site.redirect_uri) as running:
        yield running


def corp(canaille: Provider, **options: Any) -> OIDC:
    given = {"issuer": canaille.issuer, "client_id": "app", "client_secret": SECRET, "fetch_userinfo": True, **options}
    return OIDC(id="corp", name="Corp", **given)


def test_a_user_signs_in(visitor: Visitor, canaille: Provider, strategy: SessionStrategy) -> None:
    visitor.site.furnish(corp(canaille), strategy)
    assert str(visitor.sign_in().url) == f"{visitor.site.origin}/home"
    assert visitor.session()["user"].items() >= ALICE.items()


def test_a_wrong_client_secret_leads_to_an_error_page(visitor: Visitor, canaille: Provider) -> None:
    visitor.site.furnish(corp(canaille, client_secret="wrong"))
    assert_refused(visitor, visitor.sign_in())
