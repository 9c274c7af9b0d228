"""What one ``Auth`` has built from its options. Actions, server-side methods and account tokens receive it.

It is frozen and makes no decisions. Only the provider clients change: they cache the providers' metadata and keys.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from authwright.adapters.base import Adapter
from authwright.errors import AuthwrightError, BadRequest, ConfigurationError
from authwright.http import Request
from authwright.options import Pages, SessionOptions, Site, Theme
from authwright.providers import Credentials, Email, OAuth
from authwright.server.accounts import Accounts
from authwright.server.oauth.provider_clients import ProviderClients
from authwright.server.pages import BuiltInPages
from authwright.server.runtime.events import Emit
from authwright.server.runtime.finishing import Finishing
from authwright.server.runtime.hooks import Hook
from authwright.server.runtime.log import Log
from authwright.server.sessions.base import Sessions
from authwright.server.sessions.jwt import JWTSessions
from authwright.server.sessions.presented import PresentedToken, present
from authwright.server.sites import Sites

Provider: TypeAlias = Credentials | Email | OAuth


@dataclass(frozen=True, kw_only=True)
class Context:
    """The parts of one ``Auth``.

    Args:
        log: The log.
        logs_clients: Whether errors that browsers report are logged. They are if the app passed its own logger.
        secrets: The secrets. The first one encrypts, and all of them decrypt.
        providers: The providers by their ids.
        store: The guarded adapter, or None.
        sites: The sites that are served.
        session_options: The app's ``SessionOptions``.
        sessions: The session strategy.
        jwt_sessions: The jwt strategy: ``sessions`` itself, or a separate one if sessions are in the database.
        callbacks: The app's callbacks by name.
        emit: Calls the app's events.
        hears_of_sessions: Whether the app listens to the event ``session``.
        pages: The app's own pages.
        theme: How built-in pages and mails look.
        link_while_signed_in: Whether every flow of a signed-in user links (v4's behaviour).
        clients: The clients of the OAuth providers.
        finishing: The work that must finish before the app stops.
    """

    log: Log
    logs_clients: bool
    secrets: Sequence[str]
    providers: Mapping[str, Provider]
    store: Adapter | None
    sites: Sites
    session_options: SessionOptions
    sessions: Sessions
    jwt_sessions: JWTSessions
    callbacks: Mapping[str, Hook]
    emit: Emit
    hears_of_sessions: bool
    pages: Pages
    theme: Theme
    link_while_signed_in: bool
    clients: ProviderClients
    finishing: Finishing

    @property
    def adapter(self) -> Adapter:
        """The guarded adapter. Raises ``ConfigurationError`` if the app has none."""
        if self.store is None:
            raise ConfigurationError("adapter", "is missing.", "Pass adapter=SQLAlchemyAdapter(...).")
        return self.store

    @property
    def has_adapter(self) -> bool:
        return self.store is not None

    @property
    def has_database_sessions(self) -> bool:
        return self.sessions is not self.jwt_sessions

    @cached_property
    def accounts(self) -> Accounts:
        """The users of the adapter. Raises ``ConfigurationError`` if the app has none."""
        return Accounts(self.adapter, self.emit)

    @cached_property
    def built_in_pages(self) -> BuiltInPages:
        """The built-in pages, loaded at first use."""
        providers = [provider for provider in self.providers.values() if isinstance(provider, OAuth)]
        return BuiltInPages(self.theme, {provider.id: provider.style for provider in providers if provider.style})

    def site_of(self, request: Request) -> Site:
        """Return the site that *request* is for. Raises ``BadRequest`` if a trusted proxy names none."""
        return self.sites.of(request)

    def app_site(self, request: Request) -> Site | None:
        """Return the site of a request to the app's own endpoints, or None if it names no valid site, which is logged.

        The headers of a request must not make the app's endpoints fail.
        """
        try:
            return self.sites.of(request)
        except BadRequest as error:
            self.log.warning("TRUST_HOST", error.detail)
            return None

    async def presented(self, request: Request, now: float, sessions: Sessions | None = None) -> PresentedToken | None:
        """Return the session token in the cookies of a request to the app's own endpoints, or None.

        Args:
            request: The request.
            now: The current time, in seconds since the epoch.
            sessions: The strategy of the token. Default: that of the app.

        Raises:
            AdapterError: There are several tokens, and the store is down.
        """
        site = self.app_site(request)
        return await present(sessions or self.sessions, site, request.cookies, self.secrets, now) if site else None

    def home_url(self, request: Request) -> str:
        """Return the site's origin, for a link on a page that must work even if the request is malformed."""
        try:
            return self.site_of(request).base_url.origin
        except AuthwrightError:
            return "/"
