"""``allow_insecure``: a provider on http in a private network, in development."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from authwright.errors import ConfigurationError, OAuthCallbackError
from authwright.providers import Keycloak, OAuth
from authwright.server.oauth.outbound import Outbound
from authwright.server.protocol.urls import is_endpoint
from authwright.testing import FakeIdP
from support.apps import ORIGIN, make_auth
from support.browser import Browser, location_of
from support.provider import answering, corp, sign_in

PRIVATE = [
    "http://keycloak:8080",
    "http://key_cloak",
    "http://idp.localhost",
    "http://idp.test",
    "http://idp.local:80",
    "http://idp.ns.svc.cluster.local",
    "http://host.docker.internal",
    "http://idp.lan",
    "http://idp.home.arpa",
    "http://127.0.0.2",
    "http://10.0.0.1:8080",
    "http://172.16.0.1",
    "http://192.168.1.1",
    "http://[fd00::1]:8080",
    "http://[fe80::1]",
    "http://[::ffff:10.0.0.1]",
]
PUBLIC = [
    "http://example.com",
    "http://keycloak.example.com",
    "http://localhost.example.com",
    "http://10.0.0.1.example.com",
    "http://notlocal.xlocal",
    "http://8.8.8.8",
    "http://134744072",
    "http://0x08080808",
    "http://8.8",
    "http://172.32.0.1",
    "http://[2001:4860:4860::8888]",
    "http://[::ffff:8.8.8.8]",
    "ftp://keycloak",
    "//keycloak",
    "http://user@keycloak",
    "http://example.com\\@keycloak",
    "javascript://keycloak/",
]


@pytest.mark.parametrize("url", PRIVATE)
def test_http_on_a_private_name_needs_the_option(url: str) -> None:
    assert is_endpoint(f"{url}/token", allow_insecure=True)
    assert not is_endpoint(f"{url}/token")


@pytest.mark.parametrize("url", PUBLIC)
def test_http_on_a_public_name_is_never_allowed(url: str) -> None:
    assert not is_endpoint(f"{url}/token", allow_insecure=True)


@pytest.fixture
def idp() -> FakeIdP:
    return FakeIdP("http://keycloak:8080/realms/main")


async def test_a_flow_with_a_provider_on_a_private_name_signs_in(idp: FakeIdP) -> None:
    browser = Browser(make_auth(providers=[corp(idp, allow_insecure=True)]))
    assert await sign_in(browser, idp) == ORIGIN
    assert (await browser.session())["user"]["email"] == "alice@example.com"


def test_the_catalogue_has_the_option() -> None:
    client: Any = {"client_id": "a", "client_secret": "b", "issuer": "http://keycloak:8080/realms/main"}
    assert Keycloak(allow_insecure=True, **client).issuer == client["issuer"]
    with pytest.raises(ConfigurationError, match=r"issuer: .* allow_insecure=True on a private name"):
        Keycloak(**client)


@pytest.mark.parametrize("name", ["authorization", "token", "userinfo"])
def test_each_endpoint_is_checked(name: str) -> None:
    places = dict.fromkeys(("authorization", "token", "userinfo"), "http://keycloak:8080/x")
    options: Any = {"id": "plain", "name": "Plain", "client_id": "a", "client_secret": "b", "profile": dict}
    assert OAuth(**options, **places, allow_insecure=True).token == places["token"]
    with pytest.raises(ConfigurationError, match=name):
        OAuth(**options, **places | {name: "http://example.com/x"}, allow_insecure=True)


@pytest.mark.parametrize("allowed", [True, False])
async def test_endpoints_from_the_metadata_are_checked(idp: FakeIdP, allowed: bool) -> None:
    document = {"issuer": idp.issuer, "authorization_endpoint": "http://login.example.com/authorize"}
    client = answering(idp, "/realms/main/.well-known/openid-configuration", httpx2.Response(200, json=document))
    browser = Browser(make_auth(providers=[corp(idp, allow_insecure=True, http_client=client)]))
    assert location_of(await browser.sign_in("/signin/corp")).endswith("/error?error=OAuthSignin")
    with pytest.raises(OAuthCallbackError, match="must be https URLs"):
        await Outbound(client, allow_insecure=allowed).get("http://login.example.com/token")


@pytest.mark.parametrize(
    "base_url", ["http://localhost:3000", "https://app.internal", "https://10.0.0.1", "http://a.example"]
)
def test_the_option_is_allowed_on_a_private_or_plain_site(idp: FakeIdP, base_url: str) -> None:
    assert make_auth(base_url=base_url, providers=[corp(idp, allow_insecure=True)])


@pytest.mark.parametrize(
    ("options", "remedy"), [({"base_url": "https://example.com"}, "https"), ({"trust_host": True}, "Set base_url")]
)
def test_the_option_is_refused_on_a_public_https_site(
    idp: FakeIdP, options: dict[str, Any], remedy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NEXTAUTH_URL", "AUTH_URL"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ConfigurationError, match=rf"^providers\['corp'\]\.allow_insecure: .*{remedy}"):
        make_auth(**{"base_url": None, **options}, providers=[corp(idp, allow_insecure=True)])
