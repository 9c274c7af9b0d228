"""All providers. Each module is imported at first use.

``scripts/generate_providers.py`` generates this file from the modules of ``catalogue``. Do not edit it by hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from authwright.providers.catalogue.apple import Apple, apple_client_secret
    from authwright.providers.catalogue.asgardeo import Asgardeo
    from authwright.providers.catalogue.atlassian import Atlassian
    from authwright.providers.catalogue.auth0 import Auth0
    from authwright.providers.catalogue.authentik import Authentik
    from authwright.providers.catalogue.bankidnorway import BankIDNorway
    from authwright.providers.catalogue.battlenet import BattleNet
    from authwright.providers.catalogue.beyondidentity import BeyondIdentity
    from authwright.providers.catalogue.bitbucket import Bitbucket
    from authwright.providers.catalogue.box import Box
    from authwright.providers.catalogue.bungie import Bungie
    from authwright.providers.catalogue.clickup import ClickUp
    from authwright.providers.catalogue.cognito import Cognito
    from authwright.providers.catalogue.coinbase import Coinbase
    from authwright.providers.catalogue.concept2 import Concept2
    from authwright.providers.catalogue.descope import Descope
    from authwright.providers.catalogue.discord import Discord
    from authwright.providers.catalogue.dribbble import Dribbble
    from authwright.providers.catalogue.dropbox import Dropbox
    from authwright.providers.catalogue.duendeidentityserver6 import DuendeIdentityServer6
    from authwright.providers.catalogue.eventbrite import Eventbrite
    from authwright.providers.catalogue.eveonline import EVEOnline
    from authwright.providers.catalogue.facebook import Facebook
    from authwright.providers.catalogue.faceit import FACEIT
    from authwright.providers.catalogue.figma import Figma
    from authwright.providers.catalogue.fortytwo import FortyTwo
    from authwright.providers.catalogue.foursquare import Foursquare
    from authwright.providers.catalogue.freshbooks import Freshbooks
    from authwright.providers.catalogue.frontegg import Frontegg
    from authwright.providers.catalogue.fusionauth import FusionAuth
    from authwright.providers.catalogue.github import GitHub
    from authwright.providers.catalogue.gitlab import GitLab
    from authwright.providers.catalogue.google import Google
    from authwright.providers.catalogue.hubspot import HubSpot
    from authwright.providers.catalogue.huggingface import HuggingFace
    from authwright.providers.catalogue.identityserver4 import IdentityServer4
    from authwright.providers.catalogue.instagram import Instagram
    from authwright.providers.catalogue.kakao import Kakao
    from authwright.providers.catalogue.keycloak import Keycloak
    from authwright.providers.catalogue.kinde import Kinde
    from authwright.providers.catalogue.line import LINE
    from authwright.providers.catalogue.linkedin import LinkedIn
    from authwright.providers.catalogue.logto import Logto
    from authwright.providers.catalogue.mailchimp import Mailchimp
    from authwright.providers.catalogue.mailru import MailRu
    from authwright.providers.catalogue.mastodon import Mastodon
    from authwright.providers.catalogue.mattermost import Mattermost
    from authwright.providers.catalogue.medium import Medium
    from authwright.providers.catalogue.microsoft import AzureAD, AzureADB2C, MicrosoftEntraID
    from authwright.providers.catalogue.naver import Naver
    from authwright.providers.catalogue.netlify import Netlify
    from authwright.providers.catalogue.netsuite import NetSuite
    from authwright.providers.catalogue.nextcloud import Nextcloud
    from authwright.providers.catalogue.notion import Notion
    from authwright.providers.catalogue.okta import Okta
    from authwright.providers.catalogue.onelogin import OneLogin
    from authwright.providers.catalogue.oryhydra import OryHydra
    from authwright.providers.catalogue.osso import Osso
    from authwright.providers.catalogue.osu import Osu
    from authwright.providers.catalogue.passage import Passage
    from authwright.providers.catalogue.patreon import Patreon
    from authwright.providers.catalogue.pingid import PingId
    from authwright.providers.catalogue.pinterest import Pinterest
    from authwright.providers.catalogue.pipedrive import Pipedrive
    from authwright.providers.catalogue.reddit import Reddit
    from authwright.providers.catalogue.roblox import Roblox
    from authwright.providers.catalogue.salesforce import Salesforce
    from authwright.providers.catalogue.samljackson import SAMLJackson
    from authwright.providers.catalogue.simplelogin import SimpleLogin
    from authwright.providers.catalogue.slack import Slack
    from authwright.providers.catalogue.spotify import Spotify
    from authwright.providers.catalogue.strava import Strava
    from authwright.providers.catalogue.threads import Threads
    from authwright.providers.catalogue.tiktok import TikTok
    from authwright.providers.catalogue.todoist import Todoist
    from authwright.providers.catalogue.trakt import Trakt
    from authwright.providers.catalogue.twitch import Twitch
    from authwright.providers.catalogue.twitter import Twitter
    from authwright.providers.catalogue.twitterlegacy import TwitterLegacy
    from authwright.providers.catalogue.unitedeffects import UnitedEffects
    from authwright.providers.catalogue.vipps import Vipps
    from authwright.providers.catalogue.vk import VK
    from authwright.providers.catalogue.webex import Webex
    from authwright.providers.catalogue.wechat import WeChat
    from authwright.providers.catalogue.wikimedia import Wikimedia
    from authwright.providers.catalogue.wordpress import WordPress
    from authwright.providers.catalogue.workos import WorkOS
    from authwright.providers.catalogue.yandex import Yandex
    from authwright.providers.catalogue.zitadel import Zitadel
    from authwright.providers.catalogue.zoho import Zoho
    from authwright.providers.catalogue.zoom import Zoom
    from authwright.providers.credentials import Credentials
    from authwright.providers.email import Email, normalize_email
    from authwright.providers.oauth import OAuth
    from authwright.providers.oauth1 import OAuth1
    from authwright.providers.oidc import OIDC

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
    "normalize_email",
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

_MODULES = {
    "Apple": "catalogue.apple",
    "apple_client_secret": "catalogue.apple",
    "Asgardeo": "catalogue.asgardeo",
    "Atlassian": "catalogue.atlassian",
    "Auth0": "catalogue.auth0",
    "Authentik": "catalogue.authentik",
    "AzureAD": "catalogue.microsoft",
    "AzureADB2C": "catalogue.microsoft",
    "BankIDNorway": "catalogue.bankidnorway",
    "BattleNet": "catalogue.battlenet",
    "BeyondIdentity": "catalogue.beyondidentity",
    "Bitbucket": "catalogue.bitbucket",
    "Box": "catalogue.box",
    "Bungie": "catalogue.bungie",
    "ClickUp": "catalogue.clickup",
    "Cognito": "catalogue.cognito",
    "Coinbase": "catalogue.coinbase",
    "Concept2": "catalogue.concept2",
    "Credentials": "credentials",
    "Descope": "catalogue.descope",
    "Discord": "catalogue.discord",
    "Dribbble": "catalogue.dribbble",
    "Dropbox": "catalogue.dropbox",
    "DuendeIdentityServer6": "catalogue.duendeidentityserver6",
    "Email": "email",
    "Eventbrite": "catalogue.eventbrite",
    "EVEOnline": "catalogue.eveonline",
    "Facebook": "catalogue.facebook",
    "FACEIT": "catalogue.faceit",
    "Figma": "catalogue.figma",
    "FortyTwo": "catalogue.fortytwo",
    "Foursquare": "catalogue.foursquare",
    "Freshbooks": "catalogue.freshbooks",
    "Frontegg": "catalogue.frontegg",
    "FusionAuth": "catalogue.fusionauth",
    "GitHub": "catalogue.github",
    "GitLab": "catalogue.gitlab",
    "Google": "catalogue.google",
    "HubSpot": "catalogue.hubspot",
    "HuggingFace": "catalogue.huggingface",
    "IdentityServer4": "catalogue.identityserver4",
    "Instagram": "catalogue.instagram",
    "Kakao": "catalogue.kakao",
    "Keycloak": "catalogue.keycloak",
    "Kinde": "catalogue.kinde",
    "LINE": "catalogue.line",
    "LinkedIn": "catalogue.linkedin",
    "Logto": "catalogue.logto",
    "Mailchimp": "catalogue.mailchimp",
    "MailRu": "catalogue.mailru",
    "Mastodon": "catalogue.mastodon",
    "Mattermost": "catalogue.mattermost",
    "Medium": "catalogue.medium",
    "MicrosoftEntraID": "catalogue.microsoft",
    "Naver": "catalogue.naver",
    "Netlify": "catalogue.netlify",
    "NetSuite": "catalogue.netsuite",
    "Nextcloud": "catalogue.nextcloud",
    "normalize_email": "email",
    "Notion": "catalogue.notion",
    "OAuth": "oauth",
    "OAuth1": "oauth1",
    "OIDC": "oidc",
    "Okta": "catalogue.okta",
    "OneLogin": "catalogue.onelogin",
    "OryHydra": "catalogue.oryhydra",
    "Osso": "catalogue.osso",
    "Osu": "catalogue.osu",
    "Passage": "catalogue.passage",
    "Patreon": "catalogue.patreon",
    "PingId": "catalogue.pingid",
    "Pinterest": "catalogue.pinterest",
    "Pipedrive": "catalogue.pipedrive",
    "Reddit": "catalogue.reddit",
    "Roblox": "catalogue.roblox",
    "Salesforce": "catalogue.salesforce",
    "SAMLJackson": "catalogue.samljackson",
    "SimpleLogin": "catalogue.simplelogin",
    "Slack": "catalogue.slack",
    "Spotify": "catalogue.spotify",
    "Strava": "catalogue.strava",
    "Threads": "catalogue.threads",
    "TikTok": "catalogue.tiktok",
    "Todoist": "catalogue.todoist",
    "Trakt": "catalogue.trakt",
    "Twitch": "catalogue.twitch",
    "Twitter": "catalogue.twitter",
    "TwitterLegacy": "catalogue.twitterlegacy",
    "UnitedEffects": "catalogue.unitedeffects",
    "Vipps": "catalogue.vipps",
    "VK": "catalogue.vk",
    "Webex": "catalogue.webex",
    "WeChat": "catalogue.wechat",
    "Wikimedia": "catalogue.wikimedia",
    "WordPress": "catalogue.wordpress",
    "WorkOS": "catalogue.workos",
    "Yandex": "catalogue.yandex",
    "Zitadel": "catalogue.zitadel",
    "Zoho": "catalogue.zoho",
    "Zoom": "catalogue.zoom",
}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        from importlib import import_module

        if name not in _MODULES:
            raise AttributeError(name)
        return getattr(import_module(f"authwright.providers.{_MODULES[name]}"), name)
