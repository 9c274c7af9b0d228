"""``AuthClient``: the same client without an event loop. It runs the same coroutines over a blocking transport."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from authwright.client.core.api import Api
from authwright.client.core.arguments import snake_case
from authwright.client.native.address import find_address
from authwright.client.native.arguments import check_client, check_options
from authwright.client.native.base import NativeClient
from authwright.client.native.cookies import Cookies
from authwright.client.native.host import SynchronousHost, run
from authwright.client.native.jar import CookieSource, load_cookies
from authwright.client.native.transport import Outgoing, SyncTransport

if TYPE_CHECKING:
    import httpx2

    from authwright.client.core.context import SignInResult
    from authwright.types import AnySession


class AuthClient(NativeClient):
    """``AsyncAuthClient`` for code without ``await``: the same arguments, with an ``httpx2.Client``.

    A waiting thread cannot be interrupted, so *timeout* (seconds) limits the time to connect, the time to send, and the
    time from then on until the response is complete.
    """

    @snake_case
    def __init__(
        self,
        base_url: str | None = None,
        *,
        base_path: str | None = None,
        http_client: httpx2.Client | None = None,
        cookies: CookieSource = None,
        on_navigate: Callable[[str], object] | None = None,
        bearer: str | None = None,
        timeout: float = 10.0,
    ) -> None:
        import httpx2

        check_client(self, httpx2.Client, http_client, base_url, base_path)
        check_options(cookies, on_navigate, bearer, timeout)
        address = find_address(base_url, base_path)
        jar, file = load_cookies(cookies, address.api)
        self._owns_http = http_client is None
        self.http: httpx2.Client = http_client or httpx2.Client(timeout=timeout)
        self._host = SynchronousHost(address.origin)
        self._host.on_navigate = on_navigate
        kept = Cookies(self.http, jar, as_https=address.internal)
        self._transport = SyncTransport(self.http, Outgoing(address, bearer, timeout, kept, file))
        self.api: Api = Api(self._transport, self._host, address.api, has_page=False)

    def __enter__(self) -> AuthClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections unless you passed ``http_client``."""
        if self._owns_http:
            self.http.close()

    def get_session(self, broadcast: bool = True, *, session_type: type[AnySession] | None = None) -> AnySession | None:
        """Fetch the session.

        Args:
            broadcast: Has no effect here: a process has no other tabs.
            session_type: The type of the session, such as your own subclass of ``Session``. Only type checkers use it.

        Returns:
            The session, or None if the user is signed out or the server cannot be reached. The latter is logged once.
        """
        session: AnySession | None = run(self.api.get_session(broadcast))
        return session

    def get_csrf_token(self) -> str | None:
        """Return the CSRF token to send with each POST as ``csrfToken``, or None if the server cannot be reached."""
        token: str | None = run(self.api.get_csrf_token())
        return token

    def get_providers(self) -> dict[str, dict[str, str]] | None:
        """Return the configured providers by id, or None if the server cannot be reached."""
        providers: dict[str, dict[str, str]] | None = run(self.api.get_providers())
        return providers

    def sign_in(
        self,
        provider: str | None = None,
        *,
        callback_url: str | None = None,
        redirect: bool = True,
        authorization_params: Mapping[str, str] | str | None = None,
        link: bool = False,
        **fields: object,
    ) -> SignInResult:
        """Sign in with *provider*; see ``Api.sign_in``.

        Every ``SessionProvider`` of this client is up to date when the method returns.
        """
        signing_in = self.api.sign_in(
            provider,
            callback_url=callback_url,
            redirect=redirect,
            authorization_params=authorization_params,
            link=link,
            **fields,
        )
        result: SignInResult = run(signing_in)
        return result

    @snake_case
    def sign_out(
        self, *, callback_url: str | None = None, redirect: bool = True, federated: bool = False
    ) -> dict[str, Any]:
        """Sign out; see ``Api.sign_out``.

        Every ``SessionProvider`` of this client is up to date when the method returns.
        """
        signing_out = self.api.sign_out(callback_url=callback_url, redirect=redirect, federated=federated)
        result: dict[str, Any] = run(signing_out)
        return result

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        json: object = None,
        data: Mapping[str, str] | None = None,
    ) -> httpx2.Response:
        """Send a request to the app's own API; see ``AsyncAuthClient.request``.

        Raises:
            ValueError: *url* belongs to another origin.
            httpx2.TimeoutException: The request took longer than the client's ``timeout``.
            httpx2.HTTPError: The server cannot be reached.
        """
        content = {"params": params, "json": json, "data": data}
        response: httpx2.Response = run(self._transport.fetch(method, url, headers, **content))
        return response
