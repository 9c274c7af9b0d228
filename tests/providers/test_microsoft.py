"""Microsoft's tenants: a single one, or any tenant, whose metadata names an issuer with a placeholder for its id."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest

from authwright.errors import ConfigurationError
from authwright.providers import OIDC, AzureAD, AzureADB2C, MicrosoftEntraID
from authwright.testing import FakeIdP, FakeUser
from support.apps import BASE_URL, make_auth
from support.browser import Browser, location_of
from support.provider import to_provider

LOGIN = "https://login.microsoftonline.com"
TENANT = "9122040d-6c67-4c5b-b112-36a304b66dad"
CLIENT = {"client_id": "app", "client_secret": "s3cret"}


@pytest.mark.parametrize(
    ("tenant", "issuer"),
    [
        (TENANT, TENANT),
        (TENANT.upper(), TENANT),
        ("common", "{tenantid}"),
        ("organizations", "{tenantid}"),
        ("consumers", "9188040d-6c67-4c5b-b112-36a304b66dad"),
    ],
)
def test_the_issuer_is_that_of_the_tenant(tenant: str, issuer: str) -> None:
    for provider in (
        AzureAD(**CLIENT, tenant_id=tenant),
        MicrosoftEntraID(**CLIENT, issuer=f"{LOGIN}/{tenant}/v2.0"),
    ):
        assert provider.issuer == f"{LOGIN}/{issuer}/v2.0"
        assert provider.metadata_url == f"{LOGIN}/{tenant}/v2.0/.well-known/openid-configuration?appid=app"


@pytest.mark.parametrize("tenant", ["example.com", "", None, "../x", f"{TENANT}/x"])
def test_an_invalid_tenant_is_refused(tenant: Any) -> None:
    with pytest.raises(ConfigurationError, match="tenant_id"):
        AzureAD(**CLIENT, tenant_id=tenant)
    with pytest.raises(ConfigurationError, match="issuer"):
        MicrosoftEntraID(**CLIENT, issuer=f"{LOGIN}/{tenant}/v2.0")


def test_the_metadata_of_b2c_is_that_of_the_user_flow() -> None:
    issuer = f"https://contoso.b2clogin.com/{TENANT}/v2.0/"
    b2c = AzureADB2C(**CLIENT, issuer=issuer, tenant_id="contoso", primary_user_flow="B2C_1_in")
    assert b2c.issuer == issuer
    flow = "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_in/v2.0"
    assert b2c.metadata_url == f"{flow}/.well-known/openid-configuration"


def of_any_tenant(tid: str) -> tuple[Browser, FakeIdP]:
    """Return an app with ``AzureAD`` and a provider whose tokens have TENANT's issuer and the claim ``tid``."""
    alice = FakeUser(sub="alice", name="Alice", email="alice@example.com", claims={"tid": tid})
    idp = FakeIdP(f"{LOGIN}/{TENANT}/v2.0", [alice])
    inner = httpx2.ASGITransport(idp.asgi)

    async def respond(request: httpx2.Request) -> httpx2.Response:
        document = request.url.path.endswith("openid-configuration")
        url = str(request.url).replace("/common/", f"/{TENANT}/")
        response = await inner.handle_async_request(
            httpx2.Request(request.method, url, headers=request.headers, content=await request.aread())
        )
        body: dict[str, Any] = json.loads(await response.aread())
        if document:
            # As at Microsoft: an issuer with a placeholder, and no issuer in the authorization response.
            body |= {"issuer": f"{LOGIN}/{{tenantid}}/v2.0", "authorization_response_iss_parameter_supported": False}
        return httpx2.Response(response.status_code, content=json.dumps(body).encode())

    client = httpx2.AsyncClient(transport=httpx2.MockTransport(respond))
    provider: OIDC = AzureAD(client_id=idp.client_id, client_secret=idp.client_secret, http_client=client)
    return Browser(make_auth(providers=[provider])), idp


async def come_back(browser: Browser, idp: FakeIdP) -> str:
    callback = idp.sign_in(await to_provider(browser, provider="azure-ad"), "alice")
    return location_of(await browser.get("&".join(part for part in callback.split("&") if not part.startswith("iss="))))


async def test_a_user_of_any_tenant_signs_in() -> None:
    browser, idp = of_any_tenant(TENANT)
    assert "error" not in await come_back(browser, idp)
    assert (await browser.session())["user"]["name"] == "Alice"


@pytest.mark.parametrize("tid", ["9188040d-6c67-4c5b-b112-36a304b66dad", "{tenantid}", ""])
async def test_a_token_whose_tenant_and_issuer_differ_is_refused(tid: str) -> None:
    browser, idp = of_any_tenant(tid)
    assert await come_back(browser, idp) == f"{BASE_URL}/error?error=OAuthCallback"
