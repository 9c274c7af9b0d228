"""What a ``FakeIdP`` does wrong at the moment: some of ``switches``, and what becomes of an endpoint's whole answer."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from authwright.asgi import ASGIApp, Message, Receive, Scope, Send
from authwright.http import Response
from authwright.testing.switches import ELSEWHERE, SWITCHES, Point, Switch

if TYPE_CHECKING:
    from authwright.testing.fake_idp import FakeIdP

ENDPOINTS: Mapping[str, str] = {
    "metadata": "/.well-known/openid-configuration",
    "keys": "/jwks",
    "token": "/token",
    "userinfo": "/userinfo",
}
# What becomes of an endpoint's whole answer: "token:slow".
ANSWERS: Mapping[str, str] = {
    "slow": "answers after a minute",
    "trickling": "sends a byte a second",
    "huge": "sends two megabytes",
    "redirecting": "redirects to another host",
    "down": "answers 503",
    "no-json": "answers with a page",
}


class Misbehaviour:
    """What one provider does wrong at the moment."""

    def __init__(self) -> None:
        self._switches: list[Switch] = []
        self._answers: dict[str, str] = {}

    def turn_on(self, names: Sequence[str]) -> None:
        """Raises ``ValueError`` where a name is none of ``SWITCHES``, nor ``ENDPOINT:ANSWER``."""
        for name in names:
            endpoint, _, answer = name.partition(":")
            if name in SWITCHES:
                self._switches.append(SWITCHES[name])
            elif endpoint in ENDPOINTS and answer in ANSWERS:
                self._answers[ENDPOINTS[endpoint]] = answer
            else:
                known = ", ".join([*SWITCHES, *(f"ENDPOINT:{one}" for one in ANSWERS)])
                raise ValueError(f"There is no misbehaviour {name!r}: {known}.")

    def bent(self, point: Point, idp: FakeIdP, value: Any) -> Any:
        """*value*, as the provider says it."""
        for switch in self._switches:
            if switch.point == point:
                value = switch.change(idp, value)
        return value

    async def answered(self, path: str, response: Response) -> Response:
        """*response* of the endpoint at *path*, as the provider sends it; a trickling one is ``trickle``'s."""
        kind = self._answers.get(path)
        if kind == "slow":
            await asyncio.sleep(60)
        if kind == "huge":
            return Response(200, response.headers, b" " * 2_000_000 + response.body)
        if kind == "redirecting":
            return Response(302, [("Location", ELSEWHERE + path)])
        if kind == "down":
            return Response(503)
        return Response(200, [("Content-Type", "text/html")], b"<p>Hello.") if kind == "no-json" else response

    def trickles(self, path: str) -> bool:
        return self._answers.get(path) == "trickling"


async def trickle(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Serve *app*, its body a byte a second."""

    async def slowly(message: Message) -> None:
        if message["type"] != "http.response.body":
            await send({**message, "headers": [pair for pair in message["headers"] if pair[0] != b"content-length"]})
            return
        for byte in message["body"]:
            await send({**message, "body": bytes([byte]), "more_body": True})
            await asyncio.sleep(1)
        await send({**message, "body": b""})

    await app(scope, receive, slowly)
