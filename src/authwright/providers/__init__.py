"""All providers: OAuth, OpenID Connect, e-mail and credentials. Each module is imported at first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from authwright.providers.apple import Apple, apple_client_secret
    from authwright.providers.credentials import Credentials
    from authwright.providers.email import Email
    from authwright.providers.enterprise import Mattermost, Nextcloud, Osso, Salesforce, SAMLJackson, WorkOS
    from authwright.providers.games import FACEIT, Bungie, Concept2, EVEOnline, Osu, Strava, Trakt
    from authwright.providers.github import GitHub
    from authwright.providers.google import Google
    from authwright.providers.makers import Bitbucket, FortyTwo, GitLab, Netlify, Wikimedia, WordPress
    from authwright.providers.microsoft import AzureAD, AzureADB2C, MicrosoftEntraID
    from authwright.providers.oauth import OAuth
    from authwright.providers.oauth1 import OAuth1
    from authwright.providers.oidc import OIDC
    from authwright.providers.openid import (
        BankIDNorway,
        HuggingFace,
        LinkedIn,
        Roblox,
        SimpleLogin,
        Slack,
        Twitch,
        Vipps,
    )
    from authwright.providers.regional import LINE, VK, Kakao, MailRu, Naver, TikTok, WeChat, Yandex
    from authwright.providers.servers import (
        Asgardeo,
        Auth0,
        Authentik,
        BattleNet,
        BeyondIdentity,
        Cognito,
        Descope,
        DuendeIdentityServer6,
        Frontegg,
        FusionAuth,
        IdentityServer4,
        Keycloak,
        Kinde,
        Logto,
        Okta,
        OneLogin,
        OryHydra,
        Passage,
        PingId,
        UnitedEffects,
        Zitadel,
    )
    from authwright.providers.social import (
        Discord,
        Dribbble,
        Facebook,
        Foursquare,
        Instagram,
        Mastodon,
        Medium,
        Patreon,
        Pinterest,
        Reddit,
        Spotify,
        Threads,
        Twitter,
        TwitterLegacy,
    )
    from authwright.providers.work import (
        Atlassian,
        Box,
        ClickUp,
        Coinbase,
        Dropbox,
        Eventbrite,
        Figma,
        Freshbooks,
        HubSpot,
        Mailchimp,
        NetSuite,
        Notion,
        Pipedrive,
        Todoist,
        Webex,
        Zoho,
        Zoom,
    )

__all__ = [
    "Apple",
    "apple_client_secret",
    "Asgardeo",
    "Atlassian",
    "Auth0",
    "Authentik",
    "AzureAD",
    "AzureADB2C",
    "BankIDNorway",
    "BattleNet",
    "BeyondIdentity",
    "Bitbucket",
    "Box",
    "Bungie",
    "ClickUp",
    "Cognito",
    "Coinbase",
    "Concept2",
    "Credentials",
    "Descope",
    "Discord",
    "Dribbble",
    "Dropbox",
    "DuendeIdentityServer6",
    "Email",
    "Eventbrite",
    "EVEOnline",
    "Facebook",
    "FACEIT",
    "Figma",
    "FortyTwo",
    "Foursquare",
    "Freshbooks",
    "Frontegg",
    "FusionAuth",
    "GitHub",
    "GitLab",
    "Google",
    "HubSpot",
    "HuggingFace",
    "IdentityServer4",
    "Instagram",
    "Kakao",
    "Keycloak",
    "Kinde",
    "LINE",
    "LinkedIn",
    "Logto",
    "Mailchimp",
    "MailRu",
    "Mastodon",
    "Mattermost",
    "Medium",
    "MicrosoftEntraID",
    "Naver",
    "Netlify",
    "NetSuite",
    "Nextcloud",
    "Notion",
    "OAuth",
    "OAuth1",
    "OIDC",
    "Okta",
    "OneLogin",
    "OryHydra",
    "Osso",
    "Osu",
    "Passage",
    "Patreon",
    "PingId",
    "Pinterest",
    "Pipedrive",
    "Reddit",
    "Roblox",
    "Salesforce",
    "SAMLJackson",
    "SimpleLogin",
    "Slack",
    "Spotify",
    "Strava",
    "Threads",
    "TikTok",
    "Todoist",
    "Trakt",
    "Twitch",
    "Twitter",
    "TwitterLegacy",
    "UnitedEffects",
    "Vipps",
    "VK",
    "Webex",
    "WeChat",
    "Wikimedia",
    "WordPress",
    "WorkOS",
    "Yandex",
    "Zitadel",
    "Zoho",
    "Zoom",
]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        from importlib import import_module

        from authwright.providers.catalogue import MODULES

        if name not in MODULES:
            raise AttributeError(name)
        return getattr(import_module(f"authwright.providers.{MODULES[name]}"), name)
