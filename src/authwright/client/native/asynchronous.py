"""``AsyncAuthClient``: the client API for a native process, over httpx2."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from authwright.client.core.api import Api
from authwright.client.core.arguments import snake_case
from authwright.client.native.address import find_address
from authwright.client.native.arguments import check_client, check_options
from authwright.client.native.base import NativeClient
from authwright.client.native.cookies import Cookies
from authwright.client.native.host import NativeHost
from authwright.client.native.jar import CookieSource, load_cookies
from authwright.client.native.transport import AsyncTransport, Outgoing

if TYPE_CHECKING:
    import httpx2

    from authwright.client.core.context import SignInResult
    from authwright.types import AnySession


class AsyncAuthClient(NativeClient):
    """A client of an authwright server or a NextAuth.js v4 server.

    Args:
        base_url: The URL of the server, or of the API if the URL has a path. Default: the environment variable
            ``NEXTAUTH_URL_INTERNAL``, then ``NEXTAUTH_URL``, then http://localhost:3000.
        base_path: The path of the API, if *base_url* has none. Default: ``/api/auth``.
        http_client: Your own ``httpx2.AsyncClient``. Its cookies are used, and it is not closed.
        cookies: A mapping of names to values, a cookie jar of httpx2, or the path of a file that stores the cookies
            with mode 600.
        on_navigate: Called with the URL when the v4 client would leave the page.
        bearer: A raw session token, sent as ``Authorization: Bearer`` to the server's origin only.
        timeout: The time limit of a whole request, in seconds.

    Raises:
        ConfigurationError: *base_url* is not an http or https URL, or has another path than *base_path*; *cookies*
            cannot be used; *bearer* cannot be sent in a header; or *http_client* is closed.
        TypeError: An argument has the wrong type, such as a client of httpx instead of httpx2.

    See https://next-auth.js.org/getting-started/client.
    """

    @snake_case
    def __init__(
        self,
        base_url: str | None = None,
        *,
        base_path: str | None = None,
        http_client: httpx2.AsyncClient | None = None,
        cookies: CookieSource = None,
        on_navigate: Callable[[str], object] | None = None,
        bearer: str | None = None,
        timeout: float = 10.0,
    ) -> None:
        import httpx2

        check_client(self, httpx2.AsyncClient, http_client, base_url, base_path)
        check_options(cookies, on_navigate, bearer, timeout)
        address = find_address(base_url, base_path)
        jar, file = load_cookies(cookies, address.api)
        self._owns_http = http_client is None
        self.http: httpx2.AsyncClient = http_client or httpx2.AsyncClient(timeout=timeout)
        self._host = NativeHost(address.origin)
        self._host.on_navigate = on_navigate
        kept = Cookies(self.http, jar, as_https=address.internal)
        self._transport = AsyncTransport(self.http, Outgoing(address, bearer, timeout, kept, file))
        self.api: Api = Api(self._transport, self._host, address.api, has_page=False)

    async def __aenter__(self) -> AsyncAuthClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """End background tasks, and close the connections unless you passed ``http_client``."""
        await self._host.aclose()
        if self._owns_http:
            await self.http.aclose()

    async def get_session(
        self, broadcast: bool = True, *, session_type: type[AnySession] | None = None
    ) -> AnySession | None:
        """Fetch the session.

        Args:
            broadcast: Has no effect here: a process has no other tabs.
            session_type: The type of the session, such as your own subclass of ``Session``. Only type checkers use it.

        Returns:
            The session, or None if the user is signed out or the server cannot be reached. The latter is logged once.
        """
        return await self.api.get_session(broadcast, session_type=session_type)

    async def get_csrf_token(self) -> str | None:
        """Return the CSRF token to send with each POST as ``csrfToken``, or None if the server cannot be reached."""
        return await self.api.get_csrf_token()

    async def get_providers(self) -> dict[str, dict[str, str]] | None:
        """Return the configured providers by id, or None if the server cannot be reached."""
        return await self.api.get_providers()

    async def sign_in(
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
        return await self.api.sign_in(
            provider,
            callback_url=callback_url,
            redirect=redirect,
            authorization_params=authorization_params,
            link=link,
            **fields,
        )

    @snake_case
    async def sign_out(
        self, *, callback_url: str | None = None, redirect: bool = True, federated: bool = False
    ) -> dict[str, Any]:
        """Sign out; see ``Api.sign_out``.

        Every ``SessionProvider`` of this client is up to date when the method returns.
        """
        return await self.api.sign_out(callback_url=callback_url, redirect=redirect, federated=federated)

    async def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        json: object = None,
        data: Mapping[str, str] | None = None,
    ) -> httpx2.Response:
        """Send a request to the app's own API, with this client's cookies and bearer token.

        Args:
            method: The HTTP method, such as ``GET``.
            url: A path, or a URL of the server's origin.
            params: The query parameters.
            headers: Additional headers.
            json: A body, sent as JSON.
            data: The fields of a form.

        Returns:
            The response, whatever its status. Redirects within the origin are followed; a redirect to another origin
            is returned.

        Raises:
            ValueError: *url* belongs to another origin, which gets neither cookies nor the token.
            httpx2.HTTPError: The server cannot be reached.
            TimeoutError: The request took longer than the client's ``timeout``.
        """
        content = {"params": params, "json": json, "data": data}
        return await self._transport.fetch(method, url, headers, **content)
