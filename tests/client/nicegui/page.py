"""The NiceGUI app of the tests: ``python page.py PORT [--no-base-url]``.

It has its own process, because NiceGUI keeps global state.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import Any

from nicegui import Client, app, ui
from pydantic import BaseModel, Field
from starlette.requests import Request

from authwright import Auth, Callbacks
from authwright.client.nicegui import (
    PageSession,
    get_session,
    page_guard,
    session_provider,
    sign_in,
    sign_out,
    use_session,
)
from authwright.providers import Credentials
from authwright.types import JWT, Session

ORIGIN = f"http://127.0.0.1:{sys.argv[1]}"
PASSWORD = "correct horse"
built: list[str] = []


def authorize(credentials: dict[str, str]) -> dict[str, Any] | None:
    if credentials.get("username") != "alice" or credentials.get("password") != PASSWORD:
        return None
    return {"id": "alice", "name": "Alice", "email": "alice@example.com"}


def rename(token: JWT, trigger: str | None = None, session: Any = None) -> JWT:
    if trigger == "update" and isinstance(session, dict):
        token["name"] = str(session["name"])
    return token


def with_role(session: Session) -> Session:
    session["user"]["role"] = "member"
    return session


auth = Auth(
    secret="a secret for tests, longer than 32 characters",
    base_url=None if "--no-base-url" in sys.argv else ORIGIN,
    trust_host=True,
    providers=[
        Credentials(
            authorize=authorize,
            fields={"username": {"label": "Username"}, "password": {"label": "Password", "type": "password"}},
        )
    ],
    callbacks=Callbacks(jwt=rename, session=with_role),
)
app.mount("/api/auth", auth.asgi)


def show(session: PageSession) -> None:
    def text(now: PageSession) -> str:
        return f"{now.status}:{now.user.get('name') or '-'}"

    label = ui.label(text(session)).props("id=status")
    session.subscribe(lambda now: label.set_text(text(now)))


@ui.page("/")
async def index(
    request: Request, interval: float = 0, offline: bool = True, focus: bool = True, known: str = ""
) -> None:
    session = await session_provider(
        request,
        auth=auth,
        **({"session": None} if known else {}),
        refetch_interval=interval,
        refetch_when_offline=offline,
        refetch_on_window_focus=focus,
    )
    show(session)
    ui.label().bind_text_from(session, "user", lambda user: user.get("name") or "-").props("id=name")
    ui.label("Welcome").bind_visibility_from(session, "status", value="authenticated").props("id=welcome")
    controls(session)


def controls(session: PageSession) -> None:
    message = ui.label().props("id=message")

    async def try_password(password: str) -> None:
        result = await sign_in("credentials", redirect=False, username="alice", password=password)
        message.text = result.error or ("ok" if result.ok else "?")

    async def leave() -> None:
        await sign_out(redirect=False)
        message.text = "signed out"

    async def rename_user() -> None:
        await session.update({"name": "Alice Updated"})
        message.text = "updated"

    async def ask() -> None:
        session = await get_session(broadcast=False)
        message.text = f"asked {session and session['user'].get('name')}"

    def button(id: str, action: Any) -> None:
        ui.button(id, on_click=action).props(f"id={id}")

    button("sign-in", lambda: try_password(PASSWORD))
    button("wrong-password", lambda: try_password("wrong"))
    button("sign-out", leave)
    button("update", rename_user)
    button("ask", ask)
    button("go", lambda: sign_in())
    button("leave", lambda: sign_out())
    button("required", lambda: ui.navigate.to("/required"))


@ui.page("/required")
async def required(request: Request) -> None:
    session = await session_provider(request, auth=auth, required=True)
    built.append("required")
    show(session)
    controls(session)


@ui.page("/admin")
@page_guard(auth, {"role": "admin", "unauthorized": "/login-with-different-user"})
def admin() -> None:
    built.append("admin")
    ui.label(use_session().status)


@ui.page("/owner")
@page_guard(auth, {"role": "owner"})
def owner() -> None:
    built.append("owner")


@ui.page("/member")
@page_guard(auth, {"role": "member"})
def member() -> None:
    show(use_session())


@ui.page("/forgotten")
def forgotten() -> None:
    try:
        use_session()
    except RuntimeError as error:
        ui.label(str(error))


class Login(BaseModel):
    password: str = Field(max_length=8)


async def fail_later() -> None:
    Login(password=PASSWORD)


@ui.page("/failing")
async def failing(request: Request, later: bool = False) -> None:
    """A page whose ``on_unauthenticated`` raises an exception that quotes a password."""
    await session_provider(request, auth=auth)
    use_session(required=True, on_unauthenticated=fail_later if later else lambda: Login(password=PASSWORD))
    ui.label("built")


class Lines(logging.Handler):
    """Collects the lines of the log."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


collected = Lines()
for name in ("authwright.client", "nicegui"):
    logging.getLogger(name).addHandler(collected)


@app.get("/log")
def log() -> list[str]:
    return collected.lines


@app.get("/inside")
def inside() -> dict[str, Any]:
    """Return internal state of the process for the tests."""
    from authwright.client.nicegui.page import PAGES

    history = str([(c.outbox.message_history, c.outbox.messages) for c in Client.instances.values()])
    return {
        "built": built,
        "pages": len(PAGES),
        "timers": sum(len(page.bridge._timers) for page in PAGES.values()),
        "password_kept": PASSWORD in history or PASSWORD.replace(" ", "%20") in history,
    }


@app.get("/tasks")
async def tasks() -> int:
    """Return the number of running tasks of our client."""
    return sum("authwright" in repr(task.get_coro()) for task in asyncio.all_tasks())


logging.getLogger("nicegui").setLevel(logging.ERROR)
ui.run(
    host="127.0.0.1",
    port=int(sys.argv[1]),
    reload=False,
    show=False,
    show_welcome_message=False,
    reconnect_timeout=2.0,
    uvicorn_logging_level="warning",
)
