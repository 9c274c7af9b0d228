"""``AsyncAuthClient``: the client API in a process of one's own, over httpx2."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from authwright.client.address import find_address
from authwright.client.api import Api
from authwright.client.jar import Cookies, load_cookies
from authwright.client.native_client import NativeClient
from authwright.client.native_host import NativeHost
from authwright.client.wire import AsyncTransport, Outgoing

if TYPE_CHECKING:
    import httpx2

    from authwright.client.context import SignInResult
    from authwright.types import Session


class AsyncAuthClient(NativeClient):
    """A client of an authwright or a NextAuth.js v4 server.

    Args:
        base_url: The server's address, or the API's where it has a path; else ``NEXTAUTH_URL_INTERNAL`` or
            ``NEXTAUTH_URL``, else http://localhost:3000.
        base_path: The API's path, where *base_url* has none.
        http_client: An ``httpx2.AsyncClient`` of yours, whose cookies are used; it is not closed.
        cookies: Names and values, a jar of httpx2, or the path of a file that keeps them, with mode 600.
        on_navigate: Called with the URL wherever the v4 client would leave the page.
        bearer: A raw session token, sent as ``Authorization: Bearer`` to the server's own origin.
        timeout: Seconds that one request may take in all.

    Raises:
        ConfigurationError: *base_url* is no URL, or the cookie file cannot be used.

    See https://next-auth.js.org/getting-started/client.
    """

    def __init__(
        self,
        base_url: str | None = None,
        *,
        base_path: str = "/api/auth",
        http_client: httpx2.AsyncClient | None = None,
        cookies: Cookies = None,
        on_navigate: Callable[[str], object] | None = None,
        bearer: str | None = None,
        timeout: float = 10.0,
    ) -> None:
        import httpx2

        address = find_address(base_url, base_path)
        jar, file = load_cookies(cookies, address.api)
        self._owns_http = http_client is None
        self.http = http_client or httpx2.AsyncClient(timeout=timeout)
        for cookie in jar:
            self.http.cookies.jar.set_cookie(cookie)
        self._host = NativeHost(address.origin)
        self._host.on_navigate = on_navigate
        self._transport = AsyncTransport(self.http, Outgoing(address.api, bearer, timeout, file))
        self.api = Api(self._transport, self._host, address.api, has_page=False)

    async def __aenter__(self) -> AsyncAuthClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """End what runs in the background, and the connections unless they are the caller's."""
        await self._host.aclose()
        if self._owns_http:
            await self.http.aclose()

    async def get_session(self, broadcast: bool = True) -> Session | None:
        """The session; None where nobody is signed in, or, logged once, the server cannot be reached."""
        return await self.api.get_session(broadcast)

    async def get_csrf_token(self) -> str | None:
        """The csrf token that a POST carries as ``csrfToken``; None where the server cannot be reached."""
        return await self.api.get_csrf_token()

    async def get_providers(self) -> dict[str, dict[str, str]] | None:
        """The providers by their ids; None where the server cannot be reached."""
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
        """Sign in with *provider*; see ``Api.sign_in``. Every provider of this client is up to date when it returns."""
        return await self.api.sign_in(
            provider,
            callback_url=callback_url,
            redirect=redirect,
            authorization_params=authorization_params,
            link=link,
            **fields,
        )

    async def sign_out(
        self, *, callback_url: str | None = None, redirect: bool = True, federated: bool = False
    ) -> dict[str, Any]:
        """Sign out; see ``Api.sign_out``. Every provider of this client is up to date when it returns."""
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
        """Ask the app's own API, with this client's cookies and bearer token.

        Args:
            method: Such as ``GET``.
            url: A path, or a URL of the server's own origin.
            params: The query.
            headers: What else to send.
            json: A body, sent as JSON.
            data: A form's fields.

        Returns:
            The answer, whatever its status. Redirects are followed within the origin; one that leaves it is the answer.

        Raises:
            ValueError: *url* is of another origin: neither cookies nor the token go there.
            httpx2.HTTPError: The server cannot be reached.
            TimeoutError: It took longer than the client's ``timeout``.
        """
        given = {"params": params, "json": json, "data": data}
        return await self._transport.fetch(method, url, headers, **given)
