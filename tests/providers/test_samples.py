"""Every provider in the catalogue: its options, and the user that its profile function creates from the claims."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from authwright import providers
from authwright.errors import ConfigurationError, OAuthCallbackError
from authwright.providers import OAuth
from authwright.providers.listing import NAMES, STAND_INS, Listed, listed
from authwright.server.protocol.urls import is_endpoint
from authwright.types import User

SAMPLES = json.loads(Path(__file__).with_name("samples.json").read_text())
CATALOGUE = listed()
EXAMPLES = [pytest.param(each.example, id=each.name) for each in CATALOGUE]
SERVERS = [pytest.param(each, id=each.name) for each in CATALOGUE if "issuer" in each.needs]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


async def user_of(provider: OAuth, claims: Any) -> User:
    """Return the user that *provider* creates from *claims*."""
    return User.from_mapping(await provider.hooks["profile"](claims=claims, tokens={}))


@pytest.mark.parametrize("provider", EXAMPLES)
async def test_the_profile_function_creates_the_user_from_the_claims(provider: OAuth) -> None:
    sample = SAMPLES.get(provider.id, SAMPLES["*"])
    user = await user_of(provider, sample["claims"])
    assert [user.id, user.name, user.email, user.image] == sample["user"]
    assert user.email_verified is None


def test_each_sample_belongs_to_a_provider() -> None:
    assert SAMPLES.keys() - {each.example.id for each in CATALOGUE} == {"*"}


@pytest.mark.parametrize("provider", EXAMPLES)
def test_endpoints_are_https(provider: OAuth) -> None:
    endpoints = [provider.authorization, provider.token, provider.userinfo, getattr(provider, "issuer", None)]
    urls = [url for url in endpoints if isinstance(url, str)]
    assert urls
    assert [url for url in urls if not url.startswith("https://") or not is_endpoint(url) or " " in url] == []


def test_ids_and_names_are_unique() -> None:
    assert len({each.example.id for each in CATALOGUE}) == len({each.example.name for each in CATALOGUE}) == len(NAMES)


def test_every_name_in_the_catalogue_can_be_imported() -> None:
    assert [name for name in providers.__all__ if getattr(providers, name) is None] == []


@pytest.mark.parametrize("entry", SERVERS)
def test_a_server_without_its_issuer_is_refused_by_name(entry: Listed) -> None:
    with pytest.raises(ConfigurationError) as refused:
        getattr(providers, entry.name)(**{need: STAND_INS[need] for need in entry.needs if need != "issuer"})
    assert refused.value.option == f"providers[{entry.example.id!r}].issuer"


@pytest.mark.parametrize("missing", [None, ""])
@pytest.mark.parametrize(
    ("entry", "option"),
    [
        pytest.param(each, need, id=f"{each.name}-{need}")
        for each in CATALOGUE
        for need in each.needs
        if need != "client_secret"
    ],
)
def test_an_option_missing_from_the_environment_is_refused_by_name(entry: Listed, option: str, missing: Any) -> None:
    with pytest.raises(ConfigurationError) as refused:
        getattr(providers, entry.name)(**{need: STAND_INS[need] for need in entry.needs} | {option: missing})
    assert refused.value.option == f"providers[{entry.example.id!r}].{option}"


@pytest.mark.parametrize("entry", [pytest.param(each, id=each.name) for each in CATALOGUE])
def test_the_options_of_the_app_override_those_of_the_catalogue(entry: Listed) -> None:
    options: dict[str, Any] = {need: STAND_INS[need] for need in entry.needs}
    own = {"id": "mine", "name": "Mine", "scope": "openid mine", "checks": ("state",), "client_auth": "none"}
    provider = getattr(providers, entry.name)(**options, **own, authorization_params={"prompt": "login"})
    assert {name: getattr(provider, name) for name in own} == own
    assert provider.authorization_params == {**entry.example.authorization_params, "prompt": "login"}


@pytest.mark.parametrize(
    ("provider", "written", "expected"),
    [
        (providers.Auth0, "https://a.auth0.com", "https://a.auth0.com/"),
        (providers.Auth0, "https://a.auth0.com/", "https://a.auth0.com/"),
        (providers.Keycloak, "https://sso.example/realms/main/", "https://sso.example/realms/main"),
        (providers.OneLogin, "https://a.onelogin.com", "https://a.onelogin.com/oidc/2"),
        (providers.OneLogin, "https://a.onelogin.com/oidc/2", "https://a.onelogin.com/oidc/2"),
        (providers.Asgardeo, "https://api.asgardeo.io/t/a/", "https://api.asgardeo.io/t/a/oauth2/token"),
        (providers.OryHydra, "https://hydra.example/", "https://hydra.example/"),
    ],
)
def test_an_issuer_may_be_written_with_or_without_its_trailing_part(provider: Any, written: str, expected: str) -> None:
    assert provider(issuer=written, client_id="id", client_secret="secret").issuer == expected


@settings(max_examples=300)
@given(
    provider=st.sampled_from([each.example for each in CATALOGUE if each.name != "GitHub"]),
    claims=st.dictionaries(st.sampled_from(["id", "sub", "data", "user", "response", "Response", "email"]), JSON),
)
async def test_claims_of_another_shape_give_a_user_with_text_or_none(provider: OAuth, claims: dict[str, Any]) -> None:
    try:
        user = await user_of(provider, claims)
    except OAuthCallbackError:
        return
    assert isinstance(user.id, str)
    assert all(value is None or isinstance(value, str) for value in (user.name, user.email, user.image))
