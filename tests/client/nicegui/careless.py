"""A NiceGUI app whose pages make mistakes: ``python careless.py PORT``. An attacker must not see any ``secret``."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from functools import partial
from typing import Any

from nicegui import APIRouter, app, background_tasks, ui
from starlette.exceptions import HTTPException
from starlette.requests import Request

from authwright import Auth, Callbacks
from authwright.client.nicegui import page_guard, session_provider, sign_in, sign_out, use_session
from authwright.providers import Credentials
from authwright.types import Session

ORIGIN = f"http://127.0.0.1:{sys.argv[1]}"
codes: list[str] = []
refusals: dict[str, str] = {}


class Codes(logging.Handler):
    """Notes what the client logs. The log itself must not contain a traceback from the client; see server.py."""

    def emit(self, record: logging.LogRecord) -> None:
        codes.append(record.getMessage())


def authorize(credentials: dict[str, str]) -> dict[str, Any] | None:
    return {"id": "alice", "name": "Alice"} if credentials.get("password") == "correct horse" else None


def with_role(session: Session) -> Session:
    session["user"]["role"] = "member"
    return session


auth = Auth(
    secret="a secret for tests, longer than 32 characters",
    base_url=ORIGIN,
    providers=[Credentials(authorize=authorize, fields={"password": {"label": "Password", "type": "password"}})],
    callbacks=Callbacks(session=with_role),
)
app.mount("/api/auth", auth.asgi)
Secret = partial(ui.label, "the secret")


@ui.page("/no-await")
async def no_await(request: Request) -> None:
    session_provider(request, auth=auth, required=True)
    Secret()


@ui.page("/no-await-in-def")
def no_await_in_def(request: Request) -> None:
    _session = session_provider(request, auth=auth, required={"role": "member"})
    Secret()


@ui.page("/one-of-two")
async def one_of_two(request: Request) -> None:
    session_provider(request, auth=auth, required=True)
    await session_provider(request, auth=auth)
    Secret()


@ui.page("/background")
async def background(request: Request) -> None:
    async def later() -> None:
        await session_provider(request, auth=auth, required=True)

    background_tasks.create(later())
    _later = session_provider(request, auth=auth, required=True)
    await ui.context.client.connected()
    Secret()


@ui.page("/caught")
async def caught(request: Request) -> None:
    with suppress(HTTPException):
        await session_provider(request, auth=auth, required=True)
    Secret()


@ui.page("/caught-later")
async def caught_later(request: Request) -> None:
    await session_provider(request, auth=auth)
    with suppress(HTTPException):
        await session_provider(request, auth=auth, required={"role": "admin"})
    Secret()


@ui.page("/attribute")
async def attribute(request: Request) -> None:
    try:
        print(session_provider(request, auth=auth).status)  # type: ignore[attr-defined]
    except AttributeError as error:
        refusals["attribute"] = str(error)
    attempt("use_session", lambda: use_session({"role": "admin"}))  # type: ignore[arg-type]
    Secret()


@ui.page("/returned")
def returned(request: Request) -> Any:
    """NiceGUI awaits what a page returns."""
    return session_provider(request, auth=auth, required=True)


@ui.page("/empty-guard")
@page_guard(auth, {})
def empty_guard() -> None:
    Secret()


@ui.page("/views")
@ui.page("/views/open")
@ui.page("/views/guarded")
@ui.page("/views/role")
@ui.page("/views/no-await")
async def views(request: Request) -> None:
    await session_provider(request, auth=auth)
    for name in ("open", "guarded", "role", "no-await"):
        ui.button(name, on_click=partial(ui.navigate.to, f"/views/{name}")).props(f"id={name}")
    ui.sub_pages(
        {
            "/": lambda: ui.label("home"),
            "/open": lambda: ui.label("an open view").props("id=view"),
            "/guarded": page_guard(auth)(Secret),
            "/role": page_guard(auth, {"role": "admin"})(Secret),
            "/no-await": no_await_in_view,
        },
        root_path="/views",
    )


def no_await_in_view() -> None:
    session_provider(ui.context.client.request, auth=auth, required=True)
    Secret()


@ui.page("/growing")
async def growing(request: Request) -> None:
    await session_provider(request, auth=auth)
    seen: list[str] = []
    counts: list[int] = []

    def count() -> None:
        counts.append(consumers(ui.context.client.id))
        message.set_text(str(counts))

    @ui.refreshable
    def part() -> None:
        session = use_session()
        ui.label().bind_text_from(session, "status").props("id=status")
        session.subscribe(lambda now: seen.append(now.status))
        with ui.row():
            ui.button("from within", on_click=refresh).props("id=refresh-from-within")

    def refresh() -> None:
        part.refresh()
        use_session()
        count()

    async def again() -> None:
        use_session()
        use_session(True, lambda: seen.append("hook"))
        await session_provider(request, auth=auth, required={"unauthorized": "/"}) if use_session().data else None
        count()

    part()
    message = ui.label().props("id=message")
    ui.button("refresh", on_click=refresh).props("id=refresh")
    ui.button("again", on_click=again).props("id=again")
    ui.button("in", on_click=partial(sign_in, "credentials", redirect=False, password="correct horse")).props("id=in")
    ui.button("seen", on_click=lambda: message.set_text(str(seen))).props("id=seen")


def consumers(client_id: str) -> int:
    from authwright.client.nicegui.page import PAGES

    return len(PAGES[client_id].store._consumers)


@ui.page("/handlers")
async def handlers(request: Request) -> None:
    session = await session_provider(request, auth=auth)
    ui.label().bind_text_from(session, "status").props("id=status")
    enter = partial(sign_in, "credentials", redirect=False, password="correct horse")
    ui.button("in", on_click=enter).props("id=in")
    ui.button("in-with-event", on_click=lambda event: enter(event)).props("id=in-with-event")
    ui.button("out", on_click=lambda event: sign_out(event, redirect=False)).props("id=out")  # type: ignore[misc]
    ui.button("page", on_click=sign_in).props("id=page")
    ui.button("page-with-event", on_click=lambda event: sign_in(event)).props("id=page-with-event")
    ui.button("update", on_click=lambda event: session.update(event)).props("id=update")
    ui.button("hook", on_click=lambda: use_session(True, failing)).props("id=hook")
    ui.button("yielding", on_click=lambda: use_session(True, yielding)).props("id=yielding")


async def failing() -> None:
    raise RuntimeError("the app's own")


async def yielding() -> Any:
    yield


def attempt(name: str, decorate: Any) -> None:
    """Note the exception that *decorate* raises."""
    try:
        decorate()
    except (TypeError, ValueError, RuntimeError) as error:
        refusals[name] = f"{type(error).__name__}: {error}"


@ui.page("/above")
def above() -> None:
    Secret()


router = APIRouter(prefix="/router")


@router.page("/above")
def above_in_router() -> None:
    Secret()


@app.get("/plain")
def plain() -> str:
    return "not a page"


app.include_router(router)
attempt("above", lambda: page_guard(auth)(above))
attempt("router", lambda: page_guard(auth)(above_in_router))
attempt("plain", lambda: page_guard(auth)(plain))
attempt("guarded twice", lambda: page_guard(auth)(page_guard(auth)(above)))
attempt("no auth", lambda: page_guard(above))  # type: ignore[arg-type]
called = failing()
attempt("called", lambda: page_guard(auth)(called))  # type: ignore[type-var]
called.close()
attempt("yield", lambda: page_guard(auth)(yielding))
attempt("role", lambda: page_guard(auth, "admin"))  # type: ignore[arg-type]
attempt("key", lambda: page_guard(auth, {"Role": "admin"}))
attempt("none", lambda: page_guard(auth, {"role": None}))


@app.get("/inside")
def inside() -> dict[str, Any]:
    """Return internal state of the process for the tests."""
    return {"codes": codes, "refusals": refusals}


logging.getLogger("authwright.client").addHandler(Codes())
logging.getLogger("nicegui").setLevel(logging.CRITICAL)
logging.getLogger("authwright.client").propagate = False
ui.run(
    host="127.0.0.1",
    port=int(sys.argv[1]),
    reload=False,
    show=False,
    show_welcome_message=False,
    reconnect_timeout=2.0,
    uvicorn_logging_level="warning",
)
