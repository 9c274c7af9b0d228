"""The ReactPy app that Chromium visits: the elements of the shared scenario, at / and /required."""

from __future__ import annotations

from typing import Any

from reactpy import component, html, use_location, use_state
from reactpy.executors.asgi import ReactPy
from starlette.applications import Starlette
from starlette.routing import Mount

from authwright import Auth, Callbacks
from authwright.client import SessionContext
from authwright.client.reactpy import SessionProvider, use_auth, use_session
from authwright.types import JWT
from support.apps import make_auth


def rename(token: JWT, trigger: str | None = None, session: Any = None) -> JWT:
    if trigger == "update" and isinstance(session, dict):
        token["name"] = str(session["name"])
    return token


def line(session: SessionContext) -> str:
    return f"{session.status}:{session.data['user']['name'] if session.data else '-'}"


@component
def Controls(required: bool) -> Any:  # noqa: N802
    session, auth = use_session(required), use_auth()
    message, say = use_state("")

    async def try_password(password: str) -> None:
        result = await auth.sign_in("credentials", redirect=False, username="alice", password=password)
        say(result.error or "ok")

    async def sign_in(_: Any) -> None:
        await try_password("wonderland")

    async def wrong_password(_: Any) -> None:
        await try_password("wrong")

    async def sign_out(_: Any) -> None:
        await auth.sign_out(redirect=False)
        say("signed out")

    async def update(_: Any) -> None:
        await session.update({"name": "Alice Updated"})
        say("updated")

    async def go(_: Any) -> None:
        await auth.sign_in()

    async def leave(_: Any) -> None:
        await auth.sign_out()

    actions = {
        "go": go,
        "leave": leave,
        "sign-in": sign_in,
        "wrong-password": wrong_password,
        "sign-out": sign_out,
        "update": update,
    }
    return html.main(
        html.p({"id": "status"}, line(session)),
        html.p({"id": "message"}, message),
        *[html.button({"id": id, "onClick": action}, id) for id, action in actions.items()],
        html.a({"id": "required", "href": "/required"}, "required"),
    )


@component
def Other() -> Any:  # noqa: N802
    return html.p({"id": "other"}, line(use_session()))


def site(origin: str) -> Starlette:
    """Return the app for *origin*. The page /two has two providers.

    The query may contain ``interval=SECONDS``, ``offline=false``, ``focus=false``, and ``known=none`` to pass
    ``session=None`` to the provider.
    """
    auth = make_auth(base_url=f"{origin}/api/auth", callbacks=Callbacks(jwt=rename))
    return Starlette(routes=[Mount("/api/auth", auth.asgi), Mount("/", ReactPy(_root(auth)))])


def _root(auth: Auth) -> Any:
    @component
    def App() -> Any:  # noqa: N802
        location = use_location()
        query = dict(part.split("=") for part in location.query_string.lstrip("?").split("&") if part)
        known = {"session": None} if "known" in query else {}
        page = SessionProvider(
            Controls(location.path == "/required"),
            auth=auth,
            **known,
            refetch_interval=float(query.get("interval", 0)),
            refetch_when_offline=query.get("offline") != "false",
            refetch_on_window_focus=query.get("focus") != "false",
        )
        return html.div(page, SessionProvider(Other(), auth=auth)) if location.path == "/two" else page

    return App
