"""The current misbehaviour of a ``FakeIdP``: some of ``SWITCHES``, and wrong responses of its endpoints."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from gzip import compress
from typing import TYPE_CHECKING, Any

from authwright.http import Response
from authwright.server.web.asgi import Message, Receive, Scope, Send
from authwright.testing.switches import ELSEWHERE, SWITCHES, Point, Switch

if TYPE_CHECKING:
    from authwright.testing.fake_idp import FakeIdP

ENDPOINTS: Mapping[str, str] = {
    "metadata": "/.well-known/openid-configuration",
    "keys": "/jwks",
    "token": "/token",
    "userinfo": "/userinfo",
}
# What is wrong with the responses of an endpoint, as in "token:slow".
ANSWERS: Mapping[str, str] = {
    "slow": "responds after a minute",
    "trickling": "sends one byte per second",
    "huge": "sends two megabytes",
    "bomb": "sends 20 kilobytes that decompress to 20 megabytes",
    "redirecting": "redirects to another host",
    "down": "responds with status 503",
    "no-json": "sends an HTML page instead of JSON",
}


class Misbehaviour:
    """The current misbehaviour of one provider."""

    def __init__(self) -> None:
        self._switches: list[Switch] = []
        self._answers: dict[str, str] = {}

    def turn_on(self, names: Sequence[str]) -> None:
        """Turn on *names*, each from ``SWITCHES`` or ``ENDPOINT:ANSWER``. Raises ``ValueError`` if one is unknown."""
        for name in names:
            endpoint, _, answer = name.partition(":")
            if name in SWITCHES:
                self._switches.append(SWITCHES[name])
            elif endpoint in ENDPOINTS and answer in ANSWERS:
                self._answers[ENDPOINTS[endpoint]] = answer
            else:
                known = ", ".join([*SWITCHES, *(f"ENDPOINT:{one}" for one in ANSWERS)])
                raise ValueError(f"The misbehaviour {name!r} is unknown. Use one of {known}.")

    def changed(self, point: Point, idp: FakeIdP, value: Any) -> Any:
        """Return *value* with the changes for *point*."""
        for switch in self._switches:
            if switch.point == point:
                value = switch.change(idp, value)
        return value

    async def replaced(self, path: str, response: Response) -> Response:
        """Return *response*, or the wrong response that replaces it at *path*. ``trickle`` handles slow bodies."""
        kind = self._answers.get(path)
        if kind == "slow":
            await asyncio.sleep(60)
        if kind == "huge":
            return Response(200, response.headers, b" " * 2_000_000 + response.body)
        if kind == "bomb":
            return Response(200, [*response.headers, ("Content-Encoding", "gzip")], compress(b" " * 20_000_000))
        if kind == "redirecting":
            return Response(302, [("Location", ELSEWHERE + path)])
        if kind == "down":
            return Response(503)
        return Response(200, [("Content-Type", "text/html")], b"<p>Hello.") if kind == "no-json" else response

    def trickles(self, path: str) -> bool:
        """Return whether the endpoint at *path* sends one byte per second."""
        return self._answers.get(path) == "trickling"


async def trickle(
    app: Callable[[Scope, Receive, Send], Awaitable[None]], scope: Scope, receive: Receive, send: Send
) -> None:
    """Run *app*, sending one byte of its response body per second."""

    async def slowly(message: Message) -> None:
        if message["type"] != "http.response.body":
            await send({**message, "headers": [pair for pair in message["headers"] if pair[0] != b"content-length"]})
            return
        for byte in message["body"]:
            await send({**message, "body": bytes([byte]), "more_body": True})
            await asyncio.sleep(1)
        await send({**message, "body": b""})

    await app(scope, receive, slowly)
