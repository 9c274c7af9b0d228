"""The functions of the v4 client over the ports *Transport* and *Host*: get_session, sign_in, sign_out and the rest.

Rule 1: a read answers None where the server cannot be reached or answers nonsense; that is logged once, until the same
        read works again, and never raised.
Rule 2: what was typed in goes into one request and is kept nowhere.
Rule 3: nothing that an answer says makes a page leave for anything but http, https or a path.
"""

import json
import random
import time

from authwright.client.context import SignInResult
from authwright.client.log import warn
from authwright.client.polling import Polling
from authwright.client.text import is_navigable, query_of, urlencode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from typing import Any

    from authwright.client.ports import Host, Transport
    from authwright.types import Session

_JSON = {"Content-Type": "application/json"}
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
# v4: only these can answer a program; every other sign-in is a journey of the browser's.
_RETURNING = ("credentials", "email")


class Api:
    """The REST API as the v4 client calls it.

    Args:
        transport: How requests reach the server.
        host: Where the program runs.
        base_url: The API's base: a path in a browser (``/api/auth``), a whole URL elsewhere.
        has_page: Whether ``host.navigate`` leaves, and takes the stores with it. Where it does not, they are brought up
            to date before a sign-in or sign-out is said to be done.
    """

    def __init__(
        self, transport: "Transport", host: "Host", base_url: "str" = "/api/auth", *, has_page: "bool" = True
    ) -> "None":
        self.transport = transport
        self.host = host
        self.base_url = base_url[:-1] if base_url.endswith("/") else base_url
        self._has_page = has_page
        # What to call when somebody signed in or out here: the stores that show the session.
        self.on_change: list[Callable[[], Awaitable[object]]] = []
        self.polling = Polling(self)
        self._begun = 0
        self._failing: set[str] = set()

    # -- reading --------------------------------------------------------------------------------------------------

    async def get_session(self, broadcast: "bool" = True) -> "Session | None":
        """The session, None where nobody is signed in or the server cannot be reached.

        Args:
            broadcast: Tell the other tabs to read it again too.

        See https://next-auth.js.org/getting-started/client#getsession.
        """
        session = (await self.read("session"))[1]
        if broadcast:
            self.tell_tabs("getSession")
        return session or None

    async def get_csrf_token(self) -> "str | None":
        """The csrf token that a POST carries as ``csrfToken``. See v4's ``getCsrfToken``."""
        answer = (await self.read("csrf"))[1]
        token = answer.get("csrfToken") if answer else None
        return token if isinstance(token, str) else None

    async def get_providers(self) -> "dict[str, dict[str, str]] | None":
        """The providers by their ids, each with what v4's ``getProviders`` tells of it."""
        return (await self.read("providers"))[1] or None

    async def read(self, path: "str", body: "Mapping[str, Any] | None" = None) -> "tuple[bool, Any]":
        """Whether the action *path* answered with a JSON object, and that object, else None. A *body* is POSTed."""
        method, text = ("GET", None) if body is None else ("POST", json.dumps(body))
        try:
            status, answer = await self.transport.request(method, self.base_url + "/" + path, _JSON, text)
        except Exception as error:
            return self._failed(path, "no answer (" + type(error).__name__ + ")")
        if not 200 <= status < 300 or not isinstance(answer, dict):
            return self._failed(path, "status " + str(status))
        self._failing.discard(path)
        return True, answer

    def begin(self) -> "int":
        """The number of a fetch of the session that begins now: the highest one knows best."""
        self._begun += 1
        return self._begun

    def _failed(self, path: "str", why: "str") -> "tuple[bool, None]":
        if path not in self._failing:
            self._failing.add(path)
            warn("CLIENT_FETCH_ERROR", self.base_url + "/" + path + ": " + why + ". Is the server running there?")
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
        """Sign in with *provider*, or show the sign-in page where there is no such provider.

        Args:
            provider: The provider's id.
            callback_url: Where the flow ends; the page's own address unless given.
            redirect: False keeps the page and answers the outcome, for credentials and e-mail; others always leave.
            authorization_params: What to add to an OAuth provider's authorization request.
            link: Link the provider's account to the user who is signed in. Without it, a sign-in while signed in begins
                a new session. (v4 always links.)
            fields: What the sign-in form holds, such as ``username`` and ``password``.

        See https://next-auth.js.org/getting-started/client#signin.
        """
        end = callback_url or await self.host.here()
        reached, providers = await self.read("providers")
        if not providers:
            if redirect or reached:
                self._go(self.base_url + "/error")
            return SignInResult("FetchError", 0, False, None)
        if provider not in providers:
            return self._leave(self.base_url + "/signin?" + urlencode({"callbackUrl": end}))
        details = providers[provider]
        kind = details.get("type") if isinstance(details, dict) else None
        url = self.base_url + "/" + ("callback" if kind == "credentials" else "signin") + "/" + str(provider)
        if authorization_params:
            given = authorization_params
            url += "?" + (given if isinstance(given, str) else urlencode(given))
        if link:
            fields.update(link=True)
        token = await self.get_csrf_token()
        fields.update(redirect=redirect, csrfToken=token, callbackUrl=end, json=True)
        # Without a token the server would only lead back to the sign-in page, and with status 200.
        status, answer = await self._post(url, fields) if token else (0, {})
        if status == 0:
            return SignInResult("FetchError", 0, False, None)
        ok = 200 <= status < 300
        target = answer.get("url")
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
        """End the session here, tell the other tabs, and go to *callback_url*.

        Args:
            callback_url: Where to go; the page's own address unless given.
            redirect: False keeps the page: the answer's ``url`` says where the flow would have ended.
            federated: Sign out at the provider, too: the flow goes there. Node's server does not know it.

        See https://next-auth.js.org/getting-started/client#signout.
        """
        end = callback_url or await self.host.here()
        fields = {"csrfToken": await self.get_csrf_token(), "callbackUrl": end, "json": True}
        if federated:
            fields["federated"] = True
        status, answer = await self._post(self.base_url + "/signout", fields)
        target = answer.get("url")
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
        """The status, 0 where nobody answered, and the JSON object that came, if one did."""
        try:
            status, answer = await self.transport.request("POST", url, _FORM, urlencode(fields))
        except Exception as error:
            warn("CLIENT_FETCH_ERROR", url.partition("?")[0] + ": no answer (" + type(error).__name__ + ").")
            return 0, {}
        return status, answer if isinstance(answer, dict) else {}

    async def _changed(self) -> "None":
        for refresh in list(self.on_change):
            await refresh()

    # -- the page and its tabs ------------------------------------------------------------------------------------

    def tell_tabs(self, trigger: "str") -> "None":
        """Make the other tabs read the session again, those with the npm client too.

        v4 loses the second of two equal messages within a second, since storage that does not change fires no event;
        ours differ by ``id``.
        """
        identity = "%x-%x" % (int(time.time() * 1000), random.getrandbits(30))  # noqa: UP031
        message = {"event": "session", "data": {"trigger": trigger}, "timestamp": int(time.time()), "id": identity}
        self.host.post(message)

    async def require(self) -> "None":
        """Go to the sign-in page, and come back after it."""
        end = await self.host.here()
        self._go(self.base_url + "/signin?" + urlencode({"error": "SessionRequired", "callbackUrl": end}))

    def go(self, url: "str") -> "None":
        """Go to *url*, where it is http, https or a path."""
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
            warn("CLIENT_NAVIGATION_ERROR", "The server sent the page to something that is no http URL; it stays.")
