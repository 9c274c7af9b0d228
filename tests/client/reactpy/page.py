"""The components that the tests render."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reactpy import component, html, use_state

from authwright import Auth
from authwright.client import SessionContext
from authwright.client.reactpy import SessionProvider, use_auth, use_session

Components = Callable[[], Any]


def line(session: SessionContext) -> str:
    return f"{session.status}:{session.data['user']['name'] if session.data else '-'}"


@component
def Status(seen: list[str]) -> Any:  # noqa: N802
    """Show the session and a button for each action. Append each rendered text to *seen*."""
    session, auth = use_session(), use_auth()
    message, say = use_state("")
    seen.append(line(session))

    async def sign_in(_: Any) -> None:
        result = await auth.sign_in("credentials", redirect=False, username="alice", password="wonderland")
        say(result.error or "ok")

    async def sign_out(_: Any) -> None:
        say(str(await auth.sign_out(redirect=False, callback_url="/bye")))

    async def update(_: Any) -> None:
        await session.update({"name": "Alicia"})
        say("updated")

    async def ask(_: Any) -> None:
        say(f"asked {await auth.get_session(broadcast=False)}")

    async def fail(_: Any) -> None:
        raise RuntimeError("the app's own")

    actions = {"sign-in": sign_in, "sign-out": sign_out, "update": update, "ask": ask, "fail": fail}
    buttons = [html.button({"id": id, "onClick": action}, id) for id, action in actions.items()]
    return html.div(html.p({"id": "status"}, line(session)), html.p({"id": "message"}, message), *buttons)


@component
def Asking(required: bool = True, on_unauthenticated: Any = None) -> Any:  # noqa: N802
    """Show the session from ``use_session(required)``."""
    return html.p({"id": "asking"}, line(use_session(required, on_unauthenticated)))


def provided(auth: Auth, *children: Any, **options: Any) -> Components:
    """Return a root component with *children* in a provider."""

    @component
    def App() -> Any:  # noqa: N802
        return SessionProvider(*children, auth=auth, **options)

    return App
