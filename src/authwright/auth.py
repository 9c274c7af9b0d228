"""``Auth``: wires the options to the actions. What an app asks of it on the server side is in ``server_side.py``."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias, overload

from authwright import config
from authwright.account_tokens import AccountTokens
from authwright.accounts import Accounts
from authwright.actions import ACTIONS, NEEDS_PROVIDER, WITH_PROVIDER
from authwright.actions.linking import can_link
from authwright.actions.problem import answer_problem
from authwright.actions.request import find_callback_url, may_end_elsewhere, open_request
from authwright.adapters.base import Adapter
from authwright.adapters.deadline import one_request, timeout_of
from authwright.adapters.guard import guard
from authwright.adapters.synchronous import SyncAdapter, asynchronous
from authwright.asgi import ASGIApp
from authwright.config import Callbacks, Events, JWTOptions, Pages, SessionOptions, Site, Theme
from authwright.errors import (
    AuthwrightError,
    ConfigurationError,
    MethodNotAllowed,
    NotFound,
    PayloadTooLarge,
)
from authwright.events import emitter
from authwright.finishing import Finishing
from authwright.hooks import Hook, bind, bind_blocking
from authwright.http import BODY_LIMIT, Request, Response
from authwright.log import Log, Logger
from authwright.oauth import FlowClient, make_client
from authwright.oauth.http_clients import SharedClient
from authwright.pages import BuiltInPages
from authwright.protocol.paths import segments_below
from authwright.protocol.urls import DEFAULT_BASE_URL
from authwright.providers import OIDC, Credentials, Email, OAuth
from authwright.server_side import ServerSide
from authwright.sessions.base import Sessions
from authwright.sessions.database import DatabaseSessions
from authwright.sessions.jwt import JWTSessions
from authwright.sites import Sites
from authwright.types import SessionStrategy
from authwright.wsgi import WSGIApp

if TYPE_CHECKING:
    from authwright.oauth.client import Client

Provider: TypeAlias = Credentials | Email | OAuth

_NO = frozenset({"0", "false", "no", "off"})


class Auth(ServerSide):
    """An auth server: NextAuth.js v4's REST API, and the session on the server side.

    Args:
        secret: Encrypts sessions and vouches for csrf tokens and links. Of several, the first encrypts and all are
            accepted, so that a secret can be replaced. Default: ``NEXTAUTH_SECRET``, ``AUTH_SECRET``.
        base_url: The public URL of the REST API; without a path it is ``/api/auth``. Default: ``NEXTAUTH_URL``,
            ``AUTH_URL``; with *trust_host* what the request says; else ``http://localhost:3000/api/auth``.
        providers: The ways to sign in, in the order in which they are shown.
        adapter: Where users, accounts, database sessions and e-mail links are stored. One without ``async`` runs in
            worker threads.
        session: Strategy and lifetimes.
        callbacks: The app's own functions in the flow.
        events: The app's own functions that are told of the flow.
        pages: The app's own pages in place of the built-in ones.
        theme: How the built-in pages and mails look.
        jwt: How session tokens are written.
        cookies: Names and options of single cookies, by v4's names in snake_case:
            ``{"session_token": {"name": "sid", "options": {"domain": "example.com"}}}``.
        use_secure_cookies: Whether cookies are for https only. Default: whether *base_url* is https.
        rate_limit: ``None``, the only value so far: no throttling.
        link_while_signed_in: Link the account of every sign-in through a provider to the user who is signed in, as v4
            does. Default: only a flow that was started with ``link=true`` links (see docs/accounts-and-linking.md).
        trust_host: Believe the forwarded host where *base_url* is not set; only behind a proxy that sets it.
            Default: ``AUTH_TRUST_HOST``.
        debug: Log what goes on, without any secret.
        logger: Where the log goes, in place of ``logging.getLogger("authwright")``.

    Raises:
        ConfigurationError: An option cannot work. The error names it and the remedy.

    See https://next-auth.js.org/configuration/options.
    """

    def __init__(
        self,
        *,
        providers: Sequence[Provider],
        secret: str | Sequence[str] | None = None,
        base_url: str | None = None,
        adapter: Adapter | SyncAdapter | None = None,
        session: SessionOptions | None = None,
        callbacks: Callbacks | None = None,
        events: Events | None = None,
        pages: Pages | None = None,
        theme: Theme | None = None,
        jwt: JWTOptions | None = None,
        cookies: Mapping[str, Mapping[str, Any]] | None = None,
        use_secure_cookies: bool | None = None,
        rate_limit: None = None,
        link_while_signed_in: bool = False,
        trust_host: bool = False,
        debug: bool = False,
        logger: Logger | None = None,
    ) -> None:
        self.log = Log(logger, debug=debug)
        self.has_own_logger = logger is not None
        self.secrets = config.find_secrets(secret)
        self.pages = pages or Pages()
        self.theme = theme or Theme()
        self.link_while_signed_in = link_while_signed_in
        self.providers = _by_id(providers)
        self.session_options = session or SessionOptions()
        self.strategy: SessionStrategy = self.session_options.strategy or ("database" if adapter else "jwt")
        self.callbacks = _bound(callbacks or Callbacks(), config.CALLBACK_NAMES, "callbacks", config.BLOCKING_CALLBACKS)
        listeners = _bound(events or Events(), config.EVENT_NAMES, "events", config.EVENT_NAMES)
        self.emit = emitter(listeners, self.log)
        self.hears_of_sessions = "session" in listeners
        self._own_adapter = asynchronous(adapter) if adapter else None
        self._guarded = guard(self._own_adapter, timeout_of(adapter)) if self._own_adapter else None
        self._clients: dict[str, FlowClient] = {}
        self.finishing = Finishing()
        self._http = SharedClient()
        self._check_adapter()
        self.jwt_sessions = JWTSessions(
            self.secrets,
            self.session_options,
            jwt or JWTOptions(),
            self.callbacks,
            self.log,
            trusts_node=not any(isinstance(provider, Credentials) for provider in self.providers.values()),
        )
        self.sessions = self._choose_sessions()
        trusts = trust_host or (config.environment("AUTH_TRUST_HOST") or "0").lower() not in _NO
        self._sites = Sites(config.find_base_url(base_url), cookies, use_secure_cookies, trust_host=trusts)
        site = self._sites.fixed
        # The routes that no request can change.
        self._known_routes: dict[str, tuple[str, str | None]] = {}
        if site:
            known = (action for action in ACTIONS if action not in NEEDS_PROVIDER)
            self._known_routes = {f"{site.base_url.decoded_path}/{action}": (action, None) for action in known}
        self._warn()

    # -- the REST API ---------------------------------------------------------------------------------------------

    @one_request
    async def handle(self, request: Request) -> Response:
        """Answer a request to the REST API. Never raises: what cannot be answered gets a page or JSON that says so."""
        try:
            if len(request.body) > BODY_LIMIT:
                raise PayloadTooLarge
            site = self._sites.of(request)
            action, provider_id = self._route(request, site)
            methods = ACTIONS[action]
            method = "GET" if request.method == "HEAD" else request.method
            if method not in methods:
                raise MethodNotAllowed([*methods, *(["HEAD"] if "GET" in methods else [])])
            if request.method == "HEAD" and action == "callback":
                # A mail scanner's HEAD must not use a link up.
                return Response()
            asked = open_request(self, request, site, action, provider_id)
            if may_end_elsewhere(asked):
                await find_callback_url(self, asked)
            return await methods[method](self, asked)
        except Exception as error:
            return answer_problem(self, request, error)

    def _route(self, request: Request, site: Site) -> tuple[str, str | None]:
        """The action and the provider that the path names, below the base path or the mount point."""
        path, raw_path = request.path, request.raw_path
        known = self._known_routes.get(path) if raw_path is None or raw_path == path else None
        if known:
            return known
        base_paths = (site.base_url.decoded_path, request.root_path.rstrip("/"))
        segments = segments_below(path, raw_path, base_paths)
        if segments is None or len(segments) > 2 or segments[0] not in ACTIONS:
            raise NotFound
        action, provider_id = segments[0], segments[1] if len(segments) == 2 else None
        if provider_id is None:
            if action in NEEDS_PROVIDER:
                raise NotFound
        elif action not in WITH_PROVIDER or provider_id not in self.providers:
            raise NotFound
        return action, provider_id

    @cached_property
    def asgi(self) -> ASGIApp:
        """The REST API as an ASGI application, to mount at the base path."""
        return ASGIApp(self.handle, self.aclose)

    @cached_property
    def wsgi(self) -> WSGIApp:
        """The REST API as a WSGI application, to mount at the base path."""
        return WSGIApp(self.handle)

    async def aclose(self) -> None:
        """Finish what must not be lost, then close the connections to providers, to the adapter and to the revocations.

        The ASGI lifespan calls it. Without it, what an event loop opened is closed when that loop ends.
        """
        await self.finishing.wait()
        for opened in (self._http, self._own_adapter, self.session_options.revocation):
            aclose = getattr(opened, "aclose", None)
            if aclose:
                await aclose()

    # -- what the actions work with -------------------------------------------------------------------------------

    @property
    def adapter(self) -> Adapter:
        """The app's adapter, behind a guard that turns a driver's failure into ``AdapterError``."""
        if self._guarded is None:
            raise ConfigurationError("adapter", "is missing.", "Pass adapter=SQLAlchemyAdapter(...).")
        return self._guarded

    @property
    def has_adapter(self) -> bool:
        return self._guarded is not None

    @overload
    def client_of(self, provider: OIDC) -> Client: ...
    @overload
    def client_of(self, provider: OAuth) -> FlowClient: ...
    def client_of(self, provider: OAuth) -> FlowClient:
        """The client that speaks to *provider*, with what it has learnt of it."""
        client = self._clients.get(provider.id)
        if client is None:
            # Of two threads that come at once, both get the one that was stored.
            client = self._clients.setdefault(provider.id, make_client(provider, self._http))
        return client

    @cached_property
    def tokens(self) -> AccountTokens:
        """The access tokens of users' accounts, fresh: ``await auth.tokens.get(request, "google")``."""
        return AccountTokens(self)

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(self.adapter, self.emit)

    @cached_property
    def built_in_pages(self) -> BuiltInPages:
        providers = [provider for provider in self.providers.values() if isinstance(provider, OAuth)]
        return BuiltInPages(self.theme, {provider.id: provider.style for provider in providers if provider.style})

    @property
    def home(self) -> Site:
        """The site where no request says otherwise."""
        return self._sites.home

    def site_of(self, request: Request) -> Site:
        """The site that *request* is for. Raises ``BadRequest`` where a trusted proxy names none."""
        return self._sites.of(request)

    def home_of(self, request: Request) -> str:
        """The site's origin, for a link on a page that must work even where the request does not."""
        try:
            return self.site_of(request).base_url.origin
        except AuthwrightError:
            return "/"

    def _choose_sessions(self) -> Sessions:
        if self.strategy == "jwt":
            return self.jwt_sessions
        return DatabaseSessions(self.adapter, self.session_options, self.callbacks, self.log)

    def _check_adapter(self) -> None:
        unbound = [one.id for one in self.providers.values() if isinstance(one, OAuth) and not can_link(one)]
        if self.link_while_signed_in and unbound:
            problem = f"cannot link accounts of {unbound[0]!r}, whose callback is not bound to the browser."
            raise ConfigurationError("link_while_signed_in", problem, "Set checks=('pkce', 'state') on the provider.")
        needs = "Pass adapter=SQLAlchemyAdapter('sqlite+aiosqlite:///auth.db')"
        if self._own_adapter is None and self.strategy == "database":
            raise ConfigurationError("session.strategy", "is 'database' without an adapter.", f"{needs}, or use 'jwt'.")
        if self._own_adapter is None and any(isinstance(one, Email) for one in self.providers.values()):
            raise ConfigurationError("adapter", "is missing, and e-mail links are stored in it.", f"{needs}.")

    def _warn(self) -> None:
        if len(self.secrets[0]) < config.SHORT_SECRET:
            what = f"secret is shorter than {config.SHORT_SECRET} characters: `authwright secret` makes a strong one."
            self.log.warning("SHORT_SECRET", what)
        site = self._sites.fixed
        if site and site.base_url.url == DEFAULT_BASE_URL and not config.environment("NEXTAUTH_URL", "AUTH_URL"):
            self.log.debug("NEXTAUTH_URL", f"base_url is not set: links lead to {DEFAULT_BASE_URL}.")


def _by_id(providers: Sequence[Provider]) -> dict[str, Provider]:
    by_id: dict[str, Provider] = {}
    for provider in providers:
        if provider.id in by_id:
            raise ConfigurationError("providers", f"has two with the id {provider.id!r}.", "Give one another id=.")
        by_id[provider.id] = provider
    return by_id


def _bound(
    functions: Callbacks | Events, names: Mapping[str, Sequence[str]], option: str, blocking: Collection[str]
) -> dict[str, Hook]:
    given = {name: getattr(functions, name) for name in names}
    return {
        name: (bind_blocking if name in blocking else bind)(function, f"{option}.{name}", names[name])
        for name, function in given.items()
        if function is not None
    }
