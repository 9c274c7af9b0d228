"""The catalogue: the module of each provider, and an example configuration."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from authwright.errors import ConfigurationError

if TYPE_CHECKING:
    from authwright.providers.oauth import OAuth

_NAMES = {
    "apple": "Apple apple_client_secret",
    "enterprise": "Mattermost Nextcloud Osso Salesforce SAMLJackson WorkOS",
    "games": "FACEIT Bungie Concept2 EVEOnline Osu Strava Trakt",
    "github": "GitHub",
    "google": "Google",
    "makers": "Bitbucket FortyTwo GitLab Netlify Wikimedia WordPress",
    "microsoft": "AzureAD AzureADB2C MicrosoftEntraID",
    "openid": "BankIDNorway HuggingFace LinkedIn Roblox SimpleLogin Slack Twitch Vipps",
    "regional": "LINE VK Kakao MailRu Naver TikTok WeChat Yandex",
    "servers": (
        "Asgardeo Auth0 Authentik BattleNet BeyondIdentity Cognito Descope DuendeIdentityServer6 Frontegg "
        "FusionAuth IdentityServer4 Keycloak Kinde Logto Okta OneLogin OryHydra Passage PingId UnitedEffects "
        "Zitadel"
    ),
    "social": (
        "Discord Dribbble Facebook Foursquare Instagram Mastodon Medium Patreon Pinterest Reddit Spotify "
        "Threads Twitter TwitterLegacy"
    ),
    "work": (
        "Atlassian Box ClickUp Coinbase Dropbox Eventbrite Figma Freshbooks HubSpot Mailchimp NetSuite Notion "
        "Pipedrive Todoist Webex Zoho Zoom"
    ),
}
# The module of every name in ``authwright.providers``.
MODULES = {name: module for module, names in _NAMES.items() for name in names.split()} | {
    "Credentials": "credentials",
    "Email": "email",
    "OAuth": "oauth",
    "OAuth1": "oauth1",
    "OIDC": "oidc",
}
# These names are not providers of the catalogue.
_OTHERS = {"Credentials", "Email", "OAuth", "OAuth1", "OIDC", "TwitterLegacy", "apple_client_secret"}
NAMES = sorted(MODULES.keys() - _OTHERS, key=str.lower)

# Placeholders for the app's own options.
STAND_INS = {
    "client_id": "CLIENT_ID",
    "client_secret": "CLIENT_SECRET",
    "issuer": "https://issuer.example",
    "tenant_id": "tenant",
    "primary_user_flow": "B2C_1_flow",
    "account_id": "account",
    "api_key": "API_KEY",
    "userinfo": "https://userinfo.example",
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A provider of the catalogue: the name to import, the required options, and an example."""

    name: str
    needs: Sequence[str]
    example: OAuth


def listed() -> list[Listed]:
    """Return all providers of the catalogue, sorted by name."""
    return [_listed(name) for name in NAMES]


def _listed(name: str) -> Listed:
    from authwright import providers

    make = getattr(providers, name)
    parameters = inspect.signature(make).parameters.values()
    own = [each.name for each in parameters if each.kind is each.KEYWORD_ONLY and each.default is each.empty]
    needs = ["client_id", "client_secret", *own]
    try:
        return Listed(name, needs, make(**_stand_ins(needs)))
    except ConfigurationError as refusal:
        # The signature does not show an option that the entry itself requires.
        needs.append(refusal.option.rpartition(".")[2])
        return Listed(name, needs, make(**_stand_ins(needs)))


def _stand_ins(needs: Sequence[str]) -> Mapping[str, Any]:
    return {need: STAND_INS[need] for need in needs}
