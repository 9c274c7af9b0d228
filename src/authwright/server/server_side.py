"""The methods of ``Auth`` for an app's own endpoints, each with a twin for code without an event loop."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Generic, Literal, cast, overload
from urllib.parse import unquote

from authwright.adapters.deadline import one_request
from authwright.errors import InvalidToken, SignInError
from authwright.http import Request
from authwright.providers.users import read_user
from authwright.server.actions.session import announce, log_end, log_unusable, renew
from authwright.server.context import Context
from authwright.server.flows.completion import begin
from authwright.server.protocol import receipts
from authwright.server.runtime import blocking
from authwright.server.runtime.subject import Subject
from authwright.server.sessions.base import SessionUpdate, SignedIn
from authwright.server.sessions.presented import PresentedToken, present
from authwright.server.sessions.results import UnusableResult
from authwright.server.web.caching import is_shared
from authwright.server.web.frameworks import headers_of, request_from, set_cookies
from authwright.types import JWTT, Account, AccountInfo, AnySession, Session, SessionInfo, SessionT, User


class ServerSide(Generic[SessionT, JWTT]):
    """The methods of ``Auth`` for an app's own endpoints."""

    _context: Context

    if not TYPE_CHECKING:

        def __class_getitem__(cls, parameters):
            # Before Python 3.13 typing.Generic knows no default for the second parameter.
            return cls

    @overload
    async def get_server_session(self, request: object, response: object = None) -> SessionT | None: ...
    @overload
    async def get_server_session(
        self, request: object, response: object = None, *, session_type: type[AnySession]
    ) -> AnySession | None: ...
    async def get_server_session(
        self, request: object, response: object = None, *, session_type: type[Any] | None = None
    ) -> Any:
        """Return the session of *request*, as ``GET /session`` shows it.

        Args:
            request: A request of Starlette, FastAPI, Litestar, Flask or Django, an ASGI scope, a WSGI environ, or a
                mapping of cookies.
            response: A response of the same framework. If it is passed, the session is renewed, and its cookies are
                set on this response, which becomes ``private, no-store``. Otherwise the session is only read, as it
                is if the response's ``Cache-Control`` has ``public`` or ``s-maxage``.
            session_type: The type of the session, such as your own subclass of ``Session``. Only type checkers use it.
                Default: the type of this ``Auth[MySession]``.

        Returns:
            The session, or None if the user is signed out, or if a callback failed or returned neither None nor a dict.

        Raises:
            AdapterError: The store is down.
            TypeError: *request* is none of these.

        See https://next-auth.js.org/configuration/nextjs#getserversession.
        """
        return await self._server_session(request, response, None)

    @overload
    async def update_session(self, request: object, data: object, response: object) -> SessionT | None: ...
    @overload
    async def update_session(
        self, request: object, data: object, response: object, *, session_type: type[AnySession]
    ) -> AnySession | None: ...
    async def update_session(
        self, request: object, data: object, response: object, *, session_type: type[Any] | None = None
    ) -> Any:
        """Change the session as ``update(data)`` of the client does. The app's callback gets *data* and checks it.

        Args:
            request: As for ``get_server_session``.
            data: What the ``jwt`` callback gets as ``session``, or the ``session`` callback as ``new_session``.
            response: The response that gets the renewed cookies. It becomes ``private, no-store``.
            session_type: As for ``get_server_session``.

        Returns:
            The updated session, or None if the user is signed out.

        Raises:
            AdapterError: The store is down.
            SessionTooLarge: The session's cookies would be too large. The old session stays.
            TypeError: *request* is not a request.
        """
        return await self._server_session(request, response, SessionUpdate(data=data))

    @one_request
    async def _server_session(self, source: object, response: object, update: SessionUpdate | None) -> Session | None:
        request = request_from(source)
        with Subject(request, self._context.log):
            return await self._session_of(request, response, update)

    async def _session_of(self, request: Request, response: object, update: SessionUpdate | None) -> Session | None:
        now = time.time()
        site = self._context.app_site(request)
        sessions, secrets = self._context.sessions, self._context.secrets
        presented = await present(sessions, site, request.cookies, secrets, now) if site else None
        if site is None or presented is None:
            return None
        if update is None and is_shared(headers_of(response)):
            # The session is not renewed on a response that shared caches may store.
            response = None
        try:
            current = await self._context.sessions.read(presented, now, update)
            if current is None:
                return None
            if response is not None:
                set_cookies(response, await renew(self._context, site, current, request.cookies, now))
        except InvalidToken as error:
            log_end(self._context, error)
            if response is not None:
                set_cookies(response, site.cookies.session_token.clear(request.cookies))
            return None
        except UnusableResult as error:
            log_unusable(self._context, error)
            return None
        await announce(self._context, current)
        # As in v4: a session callback that returns {} means that the user is signed out.
        shown: Any = current.session
        return shown or None

    @one_request
    async def sign_in_user(self, request: object, user: User, response: object) -> None:
        """Begin a session for *user*, whose identity the app itself has verified, such as after a registration.

        The ``jwt`` callback and the event ``sign_in`` run, as for credentials. The ``sign_in`` callback does not: the
        app has decided. The session that the browser had before ends.

        Args:
            request: As for ``get_server_session``.
            user: The adapter's user, if there is an adapter.
            response: The response that gets the session's cookies. It becomes ``private, no-store``.

        Raises:
            AccessDenied: The ``jwt`` callback returned None.
            AdapterError: The store is down.
            BadRequest: With ``trust_host``, the headers of *request* name no valid site.
            ConfigurationError: The ``jwt`` callback returned neither None nor a dict that is JSON.
            Conflict: Sessions are in the database, and the adapter has no such user.
            SessionTooLarge: The session's cookies would be too large. The session that the browser had stays.
            SignInError: A field of *user* is invalid. The text names it.
        """
        http = request_from(request)
        with Subject(http, self._context.log):
            await self._begin_session(http, user, response)

    async def _begin_session(self, http: Request, user: User, response: object) -> None:
        context, now = self._context, time.time()
        site = context.site_of(http)
        user = read_user(user, "sign_in_user received", SignInError)
        account = Account(provider="credentials", type="credentials", provider_account_id=user.id, user_id=user.id)
        signed_in = SignedIn(user=user, account=account)
        if context.has_database_sessions:
            row = await context.sessions.new_row(account.provider, http, now)
            signed_in = await context.accounts.start_session(user, account, row)
        elif context.has_adapter:
            signed_in.stored = await context.accounts.is_stored(user)
        set_cookies(response, await begin(context, site, http.cookies, signed_in, now))

    @one_request
    async def sign_out_user(self, user_id: str, *, keep: object = None) -> None:
        """End every session of the user in every browser, such as after a change of the password.

        Args:
            user_id: The adapter's id of the user; without an adapter the token's ``sub``.
            keep: A request whose session does not end. It works with database sessions only.

        Raises:
            AdapterError: The store is down.
            ConfigurationError: Sessions are tokens, and there is no ``session.revocation``; or the adapter has no
                ``list_sessions``.
        """
        await self._context.sessions.end_all(
            user_id, time.time(), await self.get_token(keep, raw=True) if keep else None
        )

    @one_request
    async def list_sessions(self, user_id: str) -> list[SessionInfo]:
        """Return the user's database sessions, most recently used first.

        Raises:
            AdapterError: The store is down.
            ConfigurationError: Sessions are tokens, or the adapter has no ``list_sessions``.
        """
        return await self._context.sessions.of_user(user_id, time.time())

    @one_request
    async def revoke_session(self, user_id: str, session_id: str) -> bool:
        """End one of the user's database sessions.

        Args:
            user_id: The adapter's id of the user.
            session_id: The ``id`` of a ``SessionInfo`` from ``list_sessions``.

        Returns:
            Whether there was such a session.

        Raises:
            AdapterError: The store is down.
            ConfigurationError: Sessions are tokens, or the adapter has no ``list_sessions``.
        """
        return await self._context.sessions.end_one(user_id, session_id, time.time())

    @one_request
    async def list_accounts(self, request_or_user_id: object) -> list[AccountInfo]:
        """Return the user's accounts with providers, sorted by provider.

        Args:
            request_or_user_id: The adapter's id of the user, or a request, as for ``get_server_session``, for the user
                who is signed in. A token's ``sub`` may be another user's id in the adapter: pass the request.

        Raises:
            AdapterError: The store is down.
            ConfigurationError: There is no adapter, or it has no ``list_accounts``.
        """
        user_id = await self._adapter_user_id(request_or_user_id)
        found = await self._context.accounts.of_user(user_id) if user_id is not None else []
        infos = [
            AccountInfo(provider=a.provider, provider_account_id=a.provider_account_id, type=a.type) for a in found
        ]
        return sorted(infos, key=lambda info: (info.provider, info.provider_account_id))

    @one_request
    async def unlink_account(self, request_or_user_id: object, provider: str, provider_account_id: str) -> bool:
        """Unlink the user's account with *provider*. Its sessions go on.

        Linking needs no method: a sign-in that is started with ``link=True`` links the account.

        Args:
            request_or_user_id: As for ``list_accounts``.
            provider: The provider's id.
            provider_account_id: The user's id at the provider.

        Returns:
            Whether the user had this account.

        Raises:
            LastWayIn: Without the account the user could not sign in any more: there is no other account with a
                provider of this ``Auth``, and no e-mail link.
            AdapterError: The store is down.
            ConfigurationError: There is no adapter, or it has no ``list_accounts``.
        """
        context, wanted = self._context, (provider, provider_account_id)
        user_id = await self._adapter_user_id(request_or_user_id)
        user = await context.adapter.get_user(user_id) if user_id is not None else None
        for account in await context.accounts.of_user(user.id) if user else []:
            if user and (account.provider, account.provider_account_id) == wanted:
                await context.accounts.unlink(user, account, context.providers)
                return True
        return False

    @overload
    async def get_token(self, request: object, raw: Literal[False] = False) -> JWTT | None: ...
    @overload
    async def get_token(self, request: object, raw: Literal[True]) -> str | None: ...
    @one_request
    async def get_token(self, request: object, raw: bool = False) -> Any:
        """Return the claims of the session token, from the cookie or the header ``Authorization: Bearer``.

        Args:
            request: As for ``get_server_session``.
            raw: Return the token itself, unverified.

        Returns:
            The claims, or None if there is no valid token.

        Raises:
            TypeError: *request* is not a request.

        See https://next-auth.js.org/configuration/nextjs#gettoken.
        """
        context, http, now = self._context, request_from(request), time.time()
        sessions = context.sessions if raw else context.jwt_sessions
        presented = await context.presented(http, now, sessions) or _bearer(http)
        if presented is None or raw:
            return presented.token if presented else None
        try:
            return await context.jwt_sessions.decode(presented, now)
        except InvalidToken:
            return None

    async def _adapter_user_id(self, request_or_user_id: object) -> str | None:
        if isinstance(request_or_user_id, str):
            return request_or_user_id
        now = time.time()
        presented = await self._context.presented(request_from(request_or_user_id), now)
        return await self._context.sessions.adapter_user_id(presented, now) if presented else None

    def read_receipt(self, receipt: str, nonce: str) -> Session | None:
        """Return the session in a receipt that a browser got from ``/session?nonce=...``.

        Args:
            receipt: The receipt, as the browser passed it on.
            nonce: The nonce that this process gave the browser.

        Returns:
            The session, or None if the user is signed out.

        Raises:
            InvalidToken: The receipt was not made here, is for another nonce, or is more than 30 seconds old.
        """
        session = receipts.read(receipt, nonce, self._context.secrets, now=time.time())
        return cast(Session, session) if session else None

    @overload
    def get_server_session_sync(self, request: object, response: object = None) -> SessionT | None: ...
    @overload
    def get_server_session_sync(
        self, request: object, response: object = None, *, session_type: type[AnySession]
    ) -> AnySession | None: ...
    def get_server_session_sync(
        self, request: object, response: object = None, *, session_type: type[Any] | None = None
    ) -> Any:
        """``get_server_session`` for code without an event loop, as in Flask and Django."""
        return blocking.run(self.get_server_session(request, response), "get_server_session")

    @overload
    def update_session_sync(self, request: object, data: object, response: object) -> SessionT | None: ...
    @overload
    def update_session_sync(
        self, request: object, data: object, response: object, *, session_type: type[AnySession]
    ) -> AnySession | None: ...
    def update_session_sync(
        self, request: object, data: object, response: object, *, session_type: type[Any] | None = None
    ) -> Any:
        """``update_session`` for code without an event loop."""
        return blocking.run(self.update_session(request, data, response), "update_session")

    def sign_in_user_sync(self, request: object, user: User, response: object) -> None:
        """``sign_in_user`` for code without an event loop."""
        blocking.run(self.sign_in_user(request, user, response), "sign_in_user")

    def sign_out_user_sync(self, user_id: str, *, keep: object = None) -> None:
        """``sign_out_user`` for code without an event loop."""
        blocking.run(self.sign_out_user(user_id, keep=keep), "sign_out_user")

    def list_sessions_sync(self, user_id: str) -> list[SessionInfo]:
        """``list_sessions`` for code without an event loop."""
        return blocking.run(self.list_sessions(user_id), "list_sessions")

    def revoke_session_sync(self, user_id: str, session_id: str) -> bool:
        """``revoke_session`` for code without an event loop."""
        return blocking.run(self.revoke_session(user_id, session_id), "revoke_session")

    def list_accounts_sync(self, request_or_user_id: object) -> list[AccountInfo]:
        """``list_accounts`` for code without an event loop."""
        return blocking.run(self.list_accounts(request_or_user_id), "list_accounts")

    def unlink_account_sync(self, request_or_user_id: object, provider: str, provider_account_id: str) -> bool:
        """``unlink_account`` for code without an event loop."""
        unlinking = self.unlink_account(request_or_user_id, provider, provider_account_id)
        return blocking.run(unlinking, "unlink_account")

    @overload
    def get_token_sync(self, request: object, raw: Literal[False] = False) -> JWTT | None: ...
    @overload
    def get_token_sync(self, request: object, raw: Literal[True]) -> str | None: ...
    def get_token_sync(self, request: object, raw: bool = False) -> Any:
        """``get_token`` for code without an event loop."""
        if raw:
            return blocking.run(self.get_token(request, True), "get_token")
        return blocking.run(self.get_token(request), "get_token")


def _bearer(request: Request) -> PresentedToken | None:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    token = unquote(value.strip()) if scheme == "Bearer" else ""
    return PresentedToken(token) if token else None
