"""The functions of the v4 client over the ports *Transport* and *Host*: get_session, sign_in, sign_out and the rest.

Rule 1: a read returns None if the server cannot be reached or its response is invalid. The failure is logged once,
        until the same read succeeds again, and never raised.
Rule 2: what the user typed is sent in one request and stored nowhere.
Rule 3: a response can send the page to http and https URLs and paths only.
Rule 4: a result says ``ok`` only if the call did what it was asked to do. If it fails, the page still goes where v4
        would go.
"""

import json
import random
import time

from authwright.client.core.arguments import check_sign_in, check_sign_out, refuse_camel_case, snake_case
from authwright.client.core.body import HTML
from authwright.client.core.context import SignInResult
from authwright.client.core.log import warn
from authwright.client.core.outcome import (
    MISSING_CSRF,
    failure_of_status,
    leads_to,
    public_base,
    sign_in_failure,
    sign_out_failure,
)
from authwright.client.core.polling import Polling
from authwright.client.core.text import is_navigable, query_of, quote, urlencode
from authwright.errors import ConfigurationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from typing import Any

    from authwright.client.core.ports import Host, Transport
    from authwright.types import AnySession

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
        self.base_url: str = base_url[:-1] if base_url.endswith("/") else base_url
        self._has_page = has_page
        # Called after a sign-in or sign-out here, so that the session stores update.
        self.on_change: list[Callable[[], Awaitable[object]]] = []
        self.polling: Polling = Polling(self)
        self._begun = 0
        self._signed_in: bool | None = None
        self._failing: set[str] = set()

    # -- reading --------------------------------------------------------------------------------------------------

    async def get_session(
        self, broadcast: "bool" = True, *, session_type: "type[AnySession] | None" = None
    ) -> "AnySession | None":
        """Fetch the session.

        Args:
            broadcast: Tell the other tabs to fetch the session too.
            session_type: The type of the session, such as your own subclass of ``Session``. Only type checkers use it.

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
        return (await self._providers())[1] or None

    async def read(self, path: "str", body: "Mapping[str, Any] | None" = None) -> "tuple[bool, Any]":
        """Request the action *path*: GET, or POST if there is a *body*.

        Returns:
            (True, the JSON object) if the request succeeds, (False, None) if it fails.
        """
        response = (await self._ask(path, body))[1]
        return response is not None, response

    async def _providers(self) -> "tuple[int, dict[str, dict[str, str]] | None]":
        status, providers = await self._ask("providers")
        if providers is None or all(isinstance(details, dict) for details in providers.values()):
            return status, providers
        self._failed("providers", _problem_of(status, providers))
        return status, None

    async def _ask(self, path: "str", body: "Mapping[str, Any] | None" = None) -> "tuple[int, dict[str, Any] | None]":
        """Do the same as ``read``, but return the status, or 0 if there is no response, instead of True or False."""
        method, text = ("GET", None) if body is None else ("POST", json.dumps(body))
        status, response = await self._request(method, path, _JSON, text)
        if response is not None and not 200 <= status < 300:
            self._failed(path, _problem_of(status, response))
            return status, None
        if response is not None:
            self._failing.discard(path)
            if path.partition("?")[0] == "session":
                self._learn(bool(response))
        return status, response

    def begin(self) -> "int":
        """Return a sequence number for a new fetch of the session. The latest fetch wins."""
        self._begun += 1
        return self._begun

    async def _request(
        self, method: "str", path: "str", headers: "Mapping[str, str]", body: "str | None"
    ) -> "tuple[int, dict[str, Any] | None]":
        """Send a request. Return the status, or 0 if there is no response, and the JSON object, or None."""
        action = path.partition("?")[0]
        try:
            status, response = await self.transport.request(method, self.base_url + "/" + path, headers, body)
        except ConfigurationError:
            raise
        except Exception as error:
            self._failed(action, ": no response (" + type(error).__name__ + "). Check that the server is running.")
            return 0, None
        if isinstance(response, dict):
            return status, response
        self._failed(action, _problem_of(status, response))
        return status, None

    def _failed(self, action: "str", problem: "str") -> "None":
        if action not in self._failing:
            self._failing.add(action)
            warn("CLIENT_FETCH_ERROR", self.base_url + "/" + action + problem)

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
        refuse_camel_case(fields)
        check_sign_in(provider, callback_url, authorization_params)
        end = callback_url or await self.host.here()
        status, providers = await self._providers()
        if not providers:
            if redirect or providers is not None:
                self._go(self.base_url + "/error")
            unread = failure_of_status(status) if providers is None else "UnknownProvider"
            return SignInResult(unread, status, False, None)
        if provider not in providers:
            page = self._sign_in_page(end)
            self._go(page)
            if provider is None:
                return SignInResult(None, status, True, page)
            return SignInResult("UnknownProvider", status, False, None)
        details = providers[provider]
        leaves = redirect or details.get("type") not in _RETURNING
        status, token, error = await self._token()
        if error:
            # With the password and without a token, the request would only lead to this page.
            if leaves and error == MISSING_CSRF:
                self._go(self.base_url + "/signin?csrf=true")
            return SignInResult(error, status, False, None)
        path = ("callback" if details.get("type") == "credentials" else "signin") + "/" + provider
        if authorization_params:
            query = authorization_params
            path += "?" + (query if isinstance(query, str) else urlencode(query))
        if link:
            fields.update(link=True)
        fields.update(redirect=redirect, csrfToken=token, callbackUrl=end, json=True)
        status, response = await self._post(path, fields)
        target = response.get("url") if response else None
        failure = await self._sign_in_failure(details, status, target, end)
        if not failure and details.get("type") in _RETURNING:
            self.tell_tabs("signin")
        if not failure and not (leaves and self._has_page):
            await self._changed()
        if leaves and response is not None:
            self._go(target if isinstance(target, str) else end)
        query = query_of(target) if isinstance(target, str) else {}
        code = query.get("code") if failure and query.get("error") == failure else None
        return SignInResult(failure, status, not failure, None if failure else target, code)

    async def _sign_in_failure(
        self, details: "Mapping[str, str]", status: "int", target: "Any", end: "str"
    ) -> "str | None":
        """Return why the sign-in failed, or None.

        Args:
            details: The provider, as the server describes it.
            status: The status of the response.
            target: The URL in the response.
            end: The callback URL.
        """
        kind, base = details.get("type"), public_base(details, self.base_url)
        error = sign_in_failure(kind, base, status, target)
        if error or kind != "credentials" or leads_to(target, end, base):
            return error
        # The app's callbacks chose this URL. v4 also returns one as a success if the sign_in callback refuses the user.
        status, session = await self._ask("session")
        if session is None:
            return failure_of_status(status)
        return None if session else "AccessDenied"

    async def _token(self) -> "tuple[int, str | None, str | None]":
        """Return the status, the CSRF token and the error, of which one is None."""
        status, response = await self._ask("csrf")
        if response is None:
            return status, None, failure_of_status(status)
        token = response.get("csrfToken")
        return (status, token, None) if token and isinstance(token, str) else (status, None, MISSING_CSRF)

    @snake_case
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
            A dict with ``url``, ``ok``, ``status`` and ``error``. ``ok`` is True if the session has ended; ``url`` is
            then the URL to go to. Otherwise ``error`` says why, as in ``SignInResult``, and ``url`` is None.

        See https://next-auth.js.org/getting-started/client#signout.
        """
        check_sign_out(callback_url)
        end = callback_url or await self.host.here()
        status, token, error = await self._token()
        if error:
            if redirect and error == MISSING_CSRF:
                self._go(self.base_url + "/signout?csrf=true")
            return _signed_out(error, status, None)
        fields: dict[str, object] = {"csrfToken": token, "callbackUrl": end, "json": True}
        if federated:
            fields["federated"] = True
        status, response = await self._post("signout", fields)
        target = response.get("url") if response else None
        failure = sign_out_failure(self.base_url, status, target)
        if not failure:
            self.tell_tabs("signout")
        if response is not None and not (redirect and self._has_page):
            await self._changed()
        if redirect and response is not None:
            self._go(target if isinstance(target, str) else end)
        return _signed_out(failure, status, target)

    async def _post(self, path: "str", fields: "Mapping[str, object]") -> "tuple[int, dict[str, Any] | None]":
        """Post a form. Return the status, or 0 if there is no response, and the JSON object, or None."""
        status, response = await self._request("POST", path, _FORM, urlencode(fields))
        if response is not None:
            self._failing.discard(path.partition("?")[0])
        return status, response

    async def _changed(self) -> "None":
        for refresh in list(self.on_change):
            await refresh()

    # -- the page and its tabs ------------------------------------------------------------------------------------

    def announce(self, signed_in: "bool") -> "None":
        """Tell the other tabs of the session that the server gave this page, unless a page has told them before.

        v4 never does. Without it, the other tabs do not hear of a sign-in or sign-out by a form without JavaScript.
        """
        self._signed_in = signed_in
        self.host.post(_message("getSession"), signed_in, True)

    def tell_tabs(self, trigger: "str") -> "None":
        """Make the other tabs fetch the session again, including tabs that use the npm client."""
        if trigger != "getSession":
            self._signed_in = trigger == "signin"
        self.host.post(_message(trigger), self._signed_in)

    def _learn(self, signed_in: "bool") -> "None":
        if self._signed_in is not signed_in:
            self._signed_in = signed_in
            self.host.post(None, signed_in)

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

    def _go(self, url: "str") -> "None":
        if is_navigable(url):
            self.host.navigate(url)
        else:
            warn("CLIENT_NAVIGATION_ERROR", "The URL to go to is not an http or https URL. The page stays here.")


def _signed_out(error: "str | None", status: "int", url: "object") -> "dict[str, Any]":
    return {"url": None if error else url, "ok": not error, "status": status, "error": error}


def _problem_of(status: "int", response: "object") -> "str":
    """Say what is wrong with a response that has *status*, and what to check."""
    if 300 <= status < 400:
        return " returned a redirect (" + str(status) + "): is the base path right?"
    if response is HTML and status < 500:
        return " returned HTML: is the base path right?"
    if status == 404 or 200 <= status < 300:
        return " returned no JSON object (" + str(status) + "): is the base path right?"
    return ": status " + str(status) + ". Check the log of the server."


def _message(trigger: "str") -> "dict[str, Any]":
    """Return v4's message to the other tabs.

    Storing an equal value fires no storage event, so v4 loses the second of two equal messages within a second. Each of
    our messages has its own ``id``.
    """
    identity = "%x-%x" % (int(time.time() * 1000), random.getrandbits(30))  # noqa: UP031
    return {"event": "session", "data": {"trigger": trigger}, "timestamp": int(time.time()), "id": identity}
