"""``Auth``, the facade: it is built from the options, and has the REST API and the methods of ``server_side.py``."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from authwright.adapters.addresses import with_normal_addresses
from authwright.adapters.base import Adapter
from authwright.adapters.deadline import one_request, timeout_of
from authwright.adapters.guard import guard
from authwright.adapters.synchronous import SyncAdapter, asynchronous
from authwright.errors import ConfigurationError, MethodNotAllowed, PayloadTooLarge
from authwright.http import BODY_LIMIT, Request, Response
from authwright.options import (
    BLOCKING_CALLBACKS,
    CALLBACK_NAMES,
    EVENT_NAMES,
    PUBLISHED_SECRETS,
    SHORT_SECRET,
    Callbacks,
    Events,
    JWTOptions,
    Pages,
    SessionOptions,
    Site,
    Theme,
    environment,
    find_base_url,
    find_secrets,
)
from authwright.providers import Credentials, Email, OAuth
from authwright.server import arguments
from authwright.server.account_tokens import AccountTokens
from authwright.server.actions import ACTIONS
from authwright.server.actions.routing import Routes
from authwright.server.arguments import check_bool, instance_of
from authwright.server.context import Context, Provider
from authwright.server.flows.foreign_hosts import ForeignHosts
from authwright.server.flows.linking import can_link
from authwright.server.flows.problem import answer_problem
from authwright.server.flows.request import find_callback_url, may_end_elsewhere, open_request
from authwright.server.oauth.provider_clients import ProviderClients
from authwright.server.protocol.urls import DEFAULT_BASE_URL, is_private
from authwright.server.runtime.events import emitter
from authwright.server.runtime.finishing import Finishing
from authwright.server.runtime.hooks import Hook, bind, bind_blocking
from authwright.server.runtime.log import Log, Logger
from authwright.server.runtime.subject import Subject
from authwright.server.server_side import ServerSide
from authwright.server.sessions.database import DatabaseSessions
from authwright.server.sessions.jwt import JWTSessions
from authwright.server.sites import Sites
from authwright.server.web.asgi import ASGIApp
from authwright.server.web.frameworks import request_from
from authwright.server.web.wsgi import WSGIApp
from authwright.types import JWTT, SessionT

_NO = frozenset({"0", "false", "no", "off"})


class Auth(ServerSide[SessionT, JWTT]):
    """An auth server: the REST API of NextAuth.js v4, and methods for an app's own endpoints.

    ``Auth[MySession, MyJWT](...)`` tells type checkers the types of your session and, optionally, of your token.

    Args:
        secret: Encrypts sessions and signs CSRF tokens and e-mail links. If several are given, the first one encrypts
            and all are accepted, so that a secret can be replaced. Default: ``NEXTAUTH_SECRET``, then ``AUTH_SECRET``.
        base_url: The public URL of the REST API. If it has no path, the path is ``/api/auth``. Default:
            ``NEXTAUTH_URL``, then ``AUTH_URL``; then the URL of the request if *trust_host* is set; then
            ``http://localhost:3000/api/auth``.
        providers: The sign-in methods, in the order in which the sign-in page shows them.
        adapter: The store of users, accounts, database sessions and e-mail links. An adapter without ``async`` runs in
            worker threads.
        session: The session strategy and its lifetimes.
        callbacks: The app's functions that decide who may sign in, where a flow ends, and what a session contains.
        events: The app's functions that are called after an event, such as a sign-in.
        pages: The app's own pages, used instead of the built-in ones.
        theme: The appearance of the built-in pages and e-mails.
        jwt: How session tokens are encoded and how long they are valid.
        cookies: Names and attributes of individual cookies, by v4's names in snake_case:
            ``{"session_token": {"name": "sid", "options": {"domain": "example.com"}}}``.
        use_secure_cookies: Whether cookies are for https only. Default: whether *base_url* is https.
        rate_limit: Reserved. The only value so far is ``None``: requests are not throttled.
        link_while_signed_in: Link the account of every sign-in through a provider to the signed-in user, as v4 does.
            By default, an account is linked only if the flow was started with ``link=true`` (see
            docs/accounts-and-linking.md).
        trust_host: Trust ``X-Forwarded-Prefix``, and the forwarded host if *base_url* is not set. Use it only behind a
            proxy that sets these headers. Default: ``AUTH_TRUST_HOST``.
        debug: Also log refused requests and decisions. No line contains a secret.
        logger: The logger to use instead of ``logging.getLogger("authwright")``.

    Raises:
        ConfigurationError: An option is invalid. The error names the option and the remedy.

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
        check_bool(debug, "debug")
        log = Log(logger, debug=debug)
        by_id: dict[str, Provider] = arguments.by_id(providers)
        options = instance_of(SessionOptions, session, "session")
        in_database = (options.strategy or ("database" if adapter is not None else "jwt")) == "database"
        arguments.check_adapter_type(adapter)
        _check_adapter(adapter, by_id, in_database=in_database)
        check_bool(link_while_signed_in, "link_while_signed_in")
        check_bool(trust_host, "trust_host")
        if use_secure_cookies is not None:
            check_bool(use_secure_cookies, "use_secure_cookies")
        if rate_limit is not None:
            raise ConfigurationError("rate_limit", "is not supported yet.", "Pass None, or omit the option.")
        self._own_adapter = asynchronous(adapter) if adapter is not None else None
        own = self._own_adapter
        store = with_normal_addresses(guard(own, timeout_of(adapter))) if own else None
        _check_linking(link_while_signed_in, by_id)
        secrets = find_secrets(secret)
        own_callbacks = instance_of(Callbacks, callbacks, "callbacks")
        functions = _bound(own_callbacks, CALLBACK_NAMES, "callbacks", BLOCKING_CALLBACKS)
        listeners = _bound(instance_of(Events, events, "events"), EVENT_NAMES, "events", EVENT_NAMES)
        trusts_node = not any(isinstance(provider, Credentials) for provider in by_id.values())
        jwt_options = instance_of(JWTOptions, jwt, "jwt")
        jwt_sessions = JWTSessions(secrets, options, jwt_options, functions, log, trusts_node=trusts_node)
        trusts = trust_host or (environment("AUTH_TRUST_HOST") or "0").lower() not in _NO
        sites = Sites(find_base_url(base_url), cookies, use_secure_cookies, trust_host=trusts)
        _check_insecure(by_id, sites.fixed)
        self._context = Context(
            log=log,
            logs_clients=logger is not None,
            secrets=secrets,
            providers=by_id,
            store=store,
            sites=sites,
            session_options=options,
            sessions=DatabaseSessions(store, options, functions, log) if in_database and store else jwt_sessions,
            jwt_sessions=jwt_sessions,
            callbacks=functions,
            emit=emitter(listeners, log),
            hears_of_sessions="session" in listeners,
            pages=instance_of(Pages, pages, "pages"),
            theme=instance_of(Theme, theme, "theme"),
            link_while_signed_in=link_while_signed_in,
            clients=ProviderClients(),
            finishing=Finishing(),
        )
        self._routes = Routes(by_id, sites.fixed)
        self._foreign_hosts = ForeignHosts(sites.fixed, log)
        self._warned_of_mismatch = False
        _warn(log, secrets, sites.fixed)

    # -- the REST API ---------------------------------------------------------------------------------------------

    @one_request
    async def handle(self, request: Request) -> Response:
        """Answer a request to the REST API.

        Args:
            request: The request.

        Returns:
            The response. If the request fails, the response is an error page for a browser, or JSON for a program.
        """
        context = self._context
        with Subject(request, context.log) as subject:
            try:
                if request.host != self._foreign_hosts.own:
                    self._foreign_hosts.notice(request)
                if len(request.body) > BODY_LIMIT:
                    raise PayloadTooLarge
                site = context.site_of(request)
                action, provider_id = self._routes.of(request, site)
                subject.provider = provider_id
                self._warn_of_mismatch(request, f"/{action}" + (f"/{provider_id}" if provider_id else ""))
                methods = ACTIONS[action]
                method = "GET" if request.method == "HEAD" else request.method
                if method not in methods:
                    raise MethodNotAllowed([*methods, *(["HEAD"] if "GET" in methods else [])])
                if request.method == "HEAD" and action == "callback":
                    # A mail scanner's HEAD must not use up a link.
                    return Response()
                asked = open_request(context, request, site, action, provider_id)
                if may_end_elsewhere(asked):
                    await find_callback_url(context, asked)
                return await methods[method](context, asked)
            except Exception as error:
                return answer_problem(context, request, error)

    def _warn_of_mismatch(self, request: Request, action_path: str) -> None:
        if self._warned_of_mismatch:
            return
        mismatch = self._context.sites.mismatch(request, action_path)
        if mismatch:
            self._warned_of_mismatch = True
            self._context.log.warning("BASE_URL", mismatch)

    @cached_property
    def asgi(self) -> ASGIApp:
        """The REST API as an ASGI application, to mount at the base path."""
        return ASGIApp(self.handle, self.aclose)

    @cached_property
    def wsgi(self) -> WSGIApp:
        """The REST API as a WSGI application, to mount at the base path."""
        return WSGIApp(self.handle)

    async def aclose(self) -> None:
        """Wait for work that must not be lost, such as a token refresh, then close the connections of this ``Auth``.

        These are the connections to providers, of the adapter and of the revocation store. The ASGI lifespan calls this
        method. If it is not called, the connections of an event loop are closed when the loop ends.
        """
        await self._context.finishing.wait()
        for opened in (self._context.clients, self._own_adapter, self._context.session_options.revocation):
            aclose = getattr(opened, "aclose", None)
            if aclose:
                await aclose()

    # -- where the API is ------------------------------------------------------------------------------------------

    @property
    def base_path(self) -> str:
        """The path of the REST API, such as ``/api/auth``. If the path depends on the request, this is the default."""
        return self._context.sites.home.base_url.path

    def base_path_of(self, request: object) -> str:
        """Return the path of the REST API as the browser that sent *request* sees it.

        Args:
            request: As for ``get_server_session``; also the scope of a WebSocket.

        Raises:
            TypeError: *request* is not a request.
        """
        return self._context.sites.base_path_for(request_from(request), self.asgi, self.asgi.route_name)

    def sign_in_url(self, request: object, *, error: str = "") -> str:
        """Return the URL of the sign-in page, which returns to the page that *request* is for.

        The result is a full URL, or a path if ``trust_host`` is set and the headers of *request* name no valid host.

        Args:
            request: As for ``get_server_session``. Its public path and its query become the ``callbackUrl``.
            error: v4's code of the message that the page shows, such as ``SessionRequired``.

        Raises:
            TypeError: *request* is not a request.
        """
        sites, http = self._context.sites, request_from(request)
        parameters = {"error": error} if error else {}
        parameters["callbackUrl"] = sites.return_path(http)
        return f"{sites.base_url_for(http, self.asgi, self.asgi.route_name)}/signin?{urlencode(parameters)}"

    # -- the store ------------------------------------------------------------------------------------------------

    @property
    def adapter(self) -> Adapter:
        """The app's adapter. A driver's exception is raised as an ``AdapterError``, and every call has a deadline.

        E-mail addresses are stored and looked up in their normal form, and an empty address is None. ``create_user``,
        ``update_user`` and ``sign_up`` raise ``InvalidEmail`` if an address is invalid.

        Raises:
            ConfigurationError: There is no adapter.
        """
        return self._context.adapter

    @cached_property
    def tokens(self) -> AccountTokens:
        """Fresh access tokens for providers' APIs: ``await auth.tokens.get(request, "google")``."""
        return AccountTokens(self._context)


# The methods that an adapter needs: for e-mail links, for accounts at providers, and for database sessions.
_OF_LINKS = ("get_user_by_email", "update_user", "create_verification_token", "use_verification_token", "sign_up")
_OF_ACCOUNTS = ("get_user", "get_user_by_email", "get_user_by_account", "link_account", "sign_up")
_OF_SESSIONS = ("create_session", "get_session_and_user", "update_session", "delete_session")


def _check_adapter(
    adapter: Adapter | SyncAdapter | None, providers: Mapping[str, Provider], *, in_database: bool
) -> None:
    remedy = "Pass adapter=SQLAlchemyAdapter('sqlite+aiosqlite:///auth.db')"
    has_links = any(isinstance(one, Email) for one in providers.values())
    if adapter is None and in_database:
        problem = "the strategy is 'database', but there is no adapter."
        raise ConfigurationError("session.strategy", problem, f"{remedy}, or use 'jwt'.")
    if adapter is None and has_links:
        raise ConfigurationError("adapter", "the adapter is missing. E-mail links are stored in it.", f"{remedy}.")
    if adapter is None:
        return
    has_accounts = in_database or any(isinstance(one, OAuth) for one in providers.values())
    needed = [*(_OF_LINKS if has_links else ()), *(_OF_ACCOUNTS if has_accounts else ())]
    needed += _OF_SESSIONS if in_database else ()
    missing = [name for name in dict.fromkeys(("get_user", *needed)) if not hasattr(adapter, name)]
    if missing:
        problem = f"{type(adapter).__name__} lacks {', '.join(missing)}. Your providers and session options need this."
        remedy = "Add the missing methods (see authwright.adapters.base), or use another adapter."
        raise ConfigurationError("adapter", problem, remedy)


def _check_linking(link_while_signed_in: bool, providers: Mapping[str, Provider]) -> None:
    unbound = [one.id for one in providers.values() if isinstance(one, OAuth) and not can_link(one)]
    if link_while_signed_in and unbound:
        problem = f"accounts of {unbound[0]!r} cannot be linked, because its callback is not bound to the browser."
        raise ConfigurationError("link_while_signed_in", problem, "Set checks=('pkce', 'state') on the provider.")


def _check_insecure(providers: Mapping[str, Provider], site: Site | None) -> None:
    insecure = [one for one in providers.values() if isinstance(one, OAuth) and one.allow_insecure]
    if not insecure or (site and (not site.base_url.secure or is_private(site.base_url.origin))):
        return
    problem = "the option is True, but base_url is " + ("https on a public name." if site else "not set.")
    remedy = "Use https for the provider and remove the option." if site else "Set base_url, or remove the option."
    raise ConfigurationError(insecure[0].option("allow_insecure"), problem, remedy)


def _warn(log: Log, secrets: Sequence[str], site: Site | None) -> None:
    if len(secrets[0]) < SHORT_SECRET:
        what = f"secret is shorter than {SHORT_SECRET} characters. Run `authwright secret` to create a strong one."
        log.warning("SHORT_SECRET", what)
    if any(secret in PUBLISHED_SECRETS for secret in secrets):
        problem = "is an example from the documentation, so anyone can sign in as any user."
        remedy = "Run `authwright secret` to create a secret, and keep it out of git."
        if site is None or site.base_url.secure or not is_private(site.base_url.origin):
            raise ConfigurationError("secret", problem, remedy)
        log.warning("PUBLISHED_SECRET", f"secret {problem} {remedy}")
    if site and not site.base_url.secure and not is_private(site.base_url.origin):
        what = f"base_url is {site.base_url.url}, so passwords and cookies cross the network unencrypted. Use https."
        log.warning("INSECURE_BASE_URL", what)
    if site and site.base_url.url == DEFAULT_BASE_URL and not environment("NEXTAUTH_URL", "AUTH_URL"):
        log.debug("NEXTAUTH_URL", f"base_url is not set, so links lead to {DEFAULT_BASE_URL}.")


def _bound(
    functions: Callbacks | Events, names: Mapping[str, Sequence[str]], option: str, blocking: Collection[str]
) -> dict[str, Hook]:
    given = {name: getattr(functions, name) for name in names}
    return {
        name: (bind_blocking if name in blocking else bind)(function, f"{option}.{name}", names[name])
        for name, function in given.items()
        if function is not None
    }
