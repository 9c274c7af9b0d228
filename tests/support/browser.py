"""A browser without a network: it calls ``Auth.handle`` and stores cookies.

It sends a path exactly as given, as an attacker's client can. A real browser removes dot segments first.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, unquote, urlencode, urlsplit

from authwright import Auth
from authwright.http import Request, Response


class Browser:
    """A browser that sends requests to the REST API of *auth*. It does not follow redirects."""

    def __init__(self, auth: Auth, *, base_path: str = "/api/auth", headers: dict[str, str] | None = None) -> None:
        self.auth = auth
        self.base_path = base_path
        self.headers = headers or {}
        self.cookies: dict[str, str] = {}

    async def get(self, path: str, method: str = "GET", **headers: str) -> Response:
        """GET *path*, which is a path below the base path or a full URL."""
        return await self.send(method, path, headers, b"")

    async def post(self, path: str, fields: dict[str, str] | None = None, **headers: str) -> Response:
        """POST *fields* as a form."""
        headers.setdefault("content-type", "application/x-www-form-urlencoded")
        return await self._post(path, urlencode(fields or {}).encode(), headers)

    async def post_json(self, path: str, value: object, **headers: str) -> Response:
        """POST *value* as JSON."""
        return await self._post(path, json.dumps(value).encode(), {"content-type": "application/json"} | headers)

    async def post_raw(self, path: str, body: bytes, content_type: str) -> Response:
        return await self._post(path, body, {"content-type": content_type})

    async def csrf(self) -> str:
        """Fetch and return a CSRF token."""
        token: str = body_of(await self.get("/csrf"))["csrfToken"]
        return token

    async def sign_in(self, path: str = "/callback/credentials", **fields: str) -> Response:
        """Sign in as the client function ``signIn`` does: with the CSRF token, and asking for JSON."""
        return await self.post(path, {"csrfToken": await self.csrf(), "json": "true"} | fields)

    async def session(self) -> Any:
        """Return the JSON of ``GET /session``."""
        return body_of(await self.get("/session"))

    async def sign_out(self) -> Response:
        return await self.sign_in("/signout")

    async def _post(self, path: str, body: bytes, headers: dict[str, str]) -> Response:
        return await self.send("POST", path, headers, body)

    async def send(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Response:
        """Send any request, with the cookies of this browser."""
        if urlsplit(path).scheme:
            parts = urlsplit(path)
            return await self._send(method, parts.path, parts.query, body, headers)
        # urlsplit would take "callback" in "//callback/credentials" for a host.
        below, _, query = path.partition("?")
        return await self._send(method, self.base_path + below, query, body, headers)

    @property
    def cookie_header(self) -> str:
        """The cookies as the value of a Cookie header."""
        return "; ".join(f"{name}={quote(value, safe='')}" for name, value in self.cookies.items())

    async def _send(self, method: str, path: str, query: str, body: bytes, headers: dict[str, str]) -> Response:
        cookie = self.cookie_header
        all_headers = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        sent = all_headers | ({"cookie": cookie} if cookie else {})
        request = Request(method, unquote(path), raw_path=path, query=query, headers=sent, body=body)
        response = await self.auth.handle(request)
        for one in response.cookies:
            if one.max_age == 0:
                self.cookies.pop(one.name, None)
            else:
                self.cookies[one.name] = one.value
        return response


def body_of(response: Response) -> Any:
    """Return the JSON of a response."""
    return json.loads(response.body)


def location_of(response: Response) -> str:
    """Return the URL that a response redirects to: its Location header, or the ``url`` in its JSON."""
    return response.header("location") or body_of(response)["url"]
