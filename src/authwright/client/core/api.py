"""The functions of the v4 client over the ports *Transport* and *Host*: get_session, sign_in, sign_out and the rest.

Rule 1: a read returns None if the server cannot be reached or its response is invalid. The failure is logged once,
        until the same read succeeds again, and never raised.
Rule 2: what the user typed is sent in one request and stored nowhere.
Rule 3: a response can send the page to http and https URLs and paths only.
"""

import json
import random
import time

from authwright.client.core.context import SignInResult
from authwright.client.core.log import warn
from authwright.client.core.polling import Polling
from authwright.client.core.text import is_navigable, query_of, quote, urlencode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from typing import Any

    from authwright.client.core.ports import Host, Transport
    from authwright.types import Session

_JSON = {"Content-Type": "application/json"}
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
# Servers refuse a request whose URL and headers are longer than about 8 kB. A longer address of a page is left out.
_ADDRESS_LIMIT = 4000
# v4: only these can return a result to the program. Every other sign-in takes the browser to the provider.
_RETURNING = ("credentials", "email")


class Api:
    """The REST API as the v4 client calls it.

    Args:
        transport: Sends requests to the server.
        host: The environment that the program runs in.
        base_url: The base of the API: a path in a browser (``/api/auth``), a full URL elsewhere.
        has_page: Whether ``host.navigate`` leaves the page, which ends its session stores. If it does not, the stores
            are updated before a sign-in or sign-out returns.
    """

    def __init__(
        self, transport: "Transport", host: "Host", base_url: "str" = "/api/auth", *, has_page: "bool" = True
    ) -> "None":
        self.transport = transport
        self.host = host
        self.base_url = base_url[:-1] if base_url.endswith("/") else base_url
        self._has_page = has_page
        # Called after a sign-in or sign-out here, so that the session stores update.
        self.on_change: list[Callable[[], Awaitable[object]]] = []
        self.polling = Polling(self)
        self._begun = 0
        self._failing: set[str] = set()

    # -- reading --------------------------------------------------------------------------------------------------

    async def get_session(self, broadcast: "bool" = True) -> "Session | None":
        """Fetch the session.

        Args:
            broadcast: Tell the other tabs to fetch the session too.

        Returns:
            The session, or None if the user is signed out or the server cannot be reached.

        See https://next-auth.js.org/getting-started/client#getsession.
        """
        session = (await self.read("session"))[1]
        if broadcast:
            self.tell_tabs("getSession")
        return session or None

    async def get_csrf_token(self) -> "str | None":
        """Return the CSRF token to send with each POST as ``csrfToken``, or None if it cannot be fetched.

        See https://next-auth.js.org/getting-started/client#getcsrftoken.
        """
        response = (await self.read("csrf"))[1]
        token = response.get("csrfToken") if response else None
        return token if isinstance(token, str) else None

    async def get_providers(self) -> "dict[str, dict[str, str]] | None":
        """Return the configured providers by id, with the fields of v4, or None if they cannot be fetched.

        See https://next-auth.js.org/getting-started/client#getproviders.
        """
        return (await self.read("providers"))[1] or None

    async def read(self, path: "str", body: "Mapping[str, Any] | None" = None) -> "tuple[bool, Any]":
        """Request the action *path*: GET, or POST if there is a *body*.

        Returns:
            (True, the JSON object) if the request succeeds, (False, None) if it fails.
        """
        method, text = ("GET", None) if body is None else ("POST", json.dumps(body))
        try:
            status, response = await self.transport.request(method, self.base_url + "/" + path, _JSON, text)
        except Exception as error:
            return self._failed(path, "no response (" + type(error).__name__ + ")")
        if not 200 <= status < 300 or not isinstance(response, dict):
            return self._failed(path, "status " + str(status))
        self._failing.discard(path)
        return True, response

    def begin(self) -> "int":
        """Return a sequence number for a new fetch of the session. The latest fetch wins."""
        self._begun += 1
        return self._begun

    def _failed(self, path: "str", why: "str") -> "tuple[bool, None]":
        if path not in self._failing:
            self._failing.add(path)
            warn("CLIENT_FETCH_ERROR", self.base_url + "/" + path + ": " + why + ". Check that the server is running.")
        return False, None

    # -- signing in and out ---------------------------------------------------------------------------------------

    async def sign_in(
        self,
        provider: "str | None" = None,
        *,
        callback_url: "str | None" = None,
        redirect: "bool" = True,
        authorization_params: "Mapping[str, str] | str | None" = None,
        link: "bool" = False,
        **fields: "object",
    ) -> "SignInResult":
        """Sign in with *provider*, or go to the sign-in page if the provider is unknown.

        Args:
            provider: The provider's id.
            callback_url: The URL to return to after sign-in. Default: the current page.
            redirect: If False, stay on the page and return the result. This works for credentials and e-mail; OAuth
                providers always leave the page.
            authorization_params: Extra parameters for an OAuth provider's authorization request.
            link: Link the provider's account to the signed-in user. Otherwise a sign-in while signed in starts a new
                session. (v4 always links.)
            fields: The fields of the sign-in form, such as ``username`` and ``password``.

        Returns:
            The result, with an ``error`` if the sign-in failed.

        See https://next-auth.js.org/getting-started/client#signin.
        """
        end = callback_url or await self.host.here()
        reached, providers = await self.read("providers")
        if not providers:
            if redirect or reached:
                self._go(self.base_url + "/error")
            return SignInResult("FetchError", 0, False, None)
        if provider not in providers:
            return self._leave(self._sign_in_page(end))
        details = providers[provider]
        kind = details.get("type") if isinstance(details, dict) else None
        url = self.base_url + "/" + ("callback" if kind == "credentials" else "signin") + "/" + str(provider)
        if authorization_params:
            query = authorization_params
            url += "?" + (query if isinstance(query, str) else urlencode(query))
        if link:
            fields.update(link=True)
        token = await self.get_csrf_token()
        fields.update(redirect=redirect, csrfToken=token, callbackUrl=end, json=True)
        # Without a token the server would return the URL of the sign-in page, with status 200.
        status, response = await self._post(url, fields) if token else (0, {})
        if status == 0:
            return SignInResult("FetchError", 0, False, None)
        ok = 200 <= status < 300
        target = response.get("url")
        if not isinstance(target, str):
            target = end
        parameters = query_of(target)
        error = parameters.get("error") or (None if ok else "FetchError")
        result = SignInResult(error, status, ok, None if error else target, parameters.get("code") if error else None)
        leaves = redirect or kind not in _RETURNING
        if ok and not error and kind in _RETURNING:
            self.tell_tabs("signin")
        if ok and not (leaves and self._has_page):
            await self._changed()
        return self._leave(target, result) if leaves else result

    async def sign_out(
        self, *, callback_url: "str | None" = None, redirect: "bool" = True, federated: "bool" = False
    ) -> "dict[str, Any]":
        """End the session, tell the other tabs, and go to *callback_url*.

        Args:
            callback_url: The URL to go to after sign-out. Default: the current page.
            redirect: If False, stay on the page.
            federated: Sign out at the identity provider too, by visiting its page. A NextAuth.js server for Node.js
                ignores it.

        Returns:
            A dict whose ``url`` is the URL to go to.

        See https://next-auth.js.org/getting-started/client#signout.
        """
        end = callback_url or await self.host.here()
        fields = {"csrfToken": await self.get_csrf_token(), "callbackUrl": end, "json": True}
        if federated:
            fields["federated"] = True
        status, response = await self._post(self.base_url + "/signout", fields)
        target = response.get("url")
        if not isinstance(target, str):
            target = end
        if 200 <= status < 300:
            self.tell_tabs("signout")
        if not (redirect and self._has_page):
            await self._changed()
        if redirect and status:
            self._go(target)
        return {"url": target}

    async def _post(self, url: "str", fields: "Mapping[str, object]") -> "tuple[int, dict[str, Any]]":
        """Post a form. Return the status, or 0 if there is no response, and the JSON object, or {} if there is none."""
        try:
            status, response = await self.transport.request("POST", url, _FORM, urlencode(fields))
        except Exception as error:
            warn("CLIENT_FETCH_ERROR", url.partition("?")[0] + ": no response (" + type(error).__name__ + ").")
            return 0, {}
        return status, response if isinstance(response, dict) else {}

    async def _changed(self) -> "None":
        for refresh in list(self.on_change):
            await refresh()

    # -- the page and its tabs ------------------------------------------------------------------------------------

    def tell_tabs(self, trigger: "str") -> "None":
        """Make the other tabs fetch the session again, including tabs that use the npm client.

        Storing an equal value fires no storage event, so v4 loses the second of two equal messages within a second.
        Each of our messages has its own ``id``.
        """
        identity = "%x-%x" % (int(time.time() * 1000), random.getrandbits(30))  # noqa: UP031
        message = {"event": "session", "data": {"trigger": trigger}, "timestamp": int(time.time()), "id": identity}
        self.host.post(message)

    async def require(self) -> "None":
        """Go to the sign-in page, which returns to the current page after sign-in."""
        end = await self.host.here()
        self._go(self._sign_in_page(end, error="SessionRequired"))

    def _sign_in_page(self, end: "str", **parameters: "str") -> "str":
        # MicroPython cannot unpack a dict into another one.
        parameters["callbackUrl"] = end if len(quote(end)) <= _ADDRESS_LIMIT else "/"
        return self.base_url + "/signin?" + urlencode(parameters)

    def go(self, url: "str") -> "None":
        """Go to *url* if it is an http or https URL or a path; otherwise log a warning."""
        self._go(url)

    def _leave(self, url: "str", result: "SignInResult | None" = None) -> "SignInResult":
        self._go(url)
        if result is None:
            return SignInResult(None, 200, True, url)
        return result

    def _go(self, url: "str") -> "None":
        if is_navigable(url):
            self.host.navigate(url)
        else:
            warn("CLIENT_NAVIGATION_ERROR", "The URL to go to is not an http or https URL. The page stays here.")
