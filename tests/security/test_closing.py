"""The adapter is closed in order, and the repr of a cookie contains no secret."""

from authwright.adapters.memory import MemoryAdapter
from authwright.http import Cookie
from support.apps import make_auth


async def test_the_adapter_is_closed_before_the_server_is_notified() -> None:
    order: list[str] = []

    class Closing(MemoryAdapter):
        async def aclose(self) -> None:
            order.append("closed")

    messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

    async def receive() -> dict[str, str]:
        return next(messages)

    async def send(message: dict[str, str]) -> None:
        order.append(message["type"])

    await make_auth(adapter=Closing()).asgi({"type": "lifespan"}, receive, send)
    assert order == ["lifespan.startup.complete", "closed", "lifespan.shutdown.complete"]


def test_the_repr_of_a_cookie_hides_its_value() -> None:
    assert "hunter2" not in repr(Cookie(name="next-auth.session-token", value="hunter2"))
