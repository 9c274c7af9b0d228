"""The demo's pages in ReactPy: one app that shows a page by path. The session comes from ``SessionProvider``.

The server checks access to each page. ``PageGuard`` checks it again for the WebSocket, which renders the content.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reactpy import component, event, html, use_location, use_ref, use_state
from reactpy.types import Component, VdomDict

from authwright.auth import Auth
from authwright.client.reactpy import PageGuard, SessionProvider, use_auth, use_session
from authwright.demo.users import DEMO_USERS, DemoUser
from authwright.testing import Outbox

NAVIGATION = (
    ("/", "Home"),
    ("/protected", "Protected"),
    ("/profile", "Profile"),
    ("/admin", "Admin"),
    ("/browser", "Browser"),
    ("/outbox", "Outbox"),
)


def root_of(auth: Auth, outbox: Outbox) -> Callable[[], Component]:
    """Return the root component: a frame that contains the page for the path."""

    @component
    def App() -> Component:  # noqa: N802
        path = use_location().path
        # Only the guard requires a session. If the page did too, both would navigate to the sign-in page.
        page = {
            "/protected": PageGuard(Protected()),
            "/profile": PageGuard(Profile()),
            "/admin": PageGuard(Admin(outbox), auth={"role": "admin"}),
        }.get(path) or Home()
        return SessionProvider(Frame(path, page), auth=auth)

    return App


@component
def Frame(path: str, page: Component) -> VdomDict:  # noqa: N802
    def link(to: str, name: str) -> VdomDict:
        return html.a({"href": to, "key": to, **({"aria-current": "page"} if to == path else {})}, name)

    return html.div(
        {"class": "frame", "data-page": path},
        html.a({"class": "skip", "href": "#main"}, "Skip to the content"),
        html.header(
            html.a({"class": "brand", "href": "/"}, html.span({"aria-hidden": "true", "class": "mark"}), "authwright"),
            html.nav({"aria-label": "Pages"}, *[link(to, name) for to, name in NAVIGATION]),
            Badge(path),
        ),
        html.main({"id": "main"}, page),
        html.footer("This demo runs only on your computer. It sends no e-mail."),
    )


@component
def Badge(path: str) -> VdomDict:  # noqa: N802
    session, auth = use_session(), use_auth()

    async def leave(_: Any) -> None:
        # Without a reload: this badge updates by itself, and so do the badges in other tabs.
        await auth.sign_out(redirect=False)

    if session.data:
        name = html.span({"class": "badge", "data-status": session.status}, name_of(session.data))
        return html.div({"class": "who"}, name, html.button({"class": "button quiet", "onClick": leave}, "Sign out"))
    return html.div(
        {"class": "who"},
        html.span({"class": "badge", "data-status": session.status}, "Signed out"),
        html.a({"class": "button", "href": f"/api/auth/signin?callbackUrl={path}"}, "Sign in"),
    )


@component
def Home() -> VdomDict:  # noqa: N802
    session, auth = use_session(), use_auth()
    refused, set_refused = use_state("")
    if session.data:
        title = f"Hello, {name_of(session.data)}"
        lead = "You are signed in. Try the pages above, and open them in a second tab too."
    else:
        title = "Authentication for Python"
        lead = "Wire-compatible with NextAuth.js v4. Sign in with a button, a password or an e-mail link."

    def button_of(one: DemoUser) -> VdomDict:
        async def enter(_: Any) -> None:
            # Without a reload, like the badge's sign-out.
            result = await auth.sign_in("credentials", redirect=False, username=one.username, password=one.password)
            set_refused(result.error or "")

        return html.button({"onClick": enter}, f"Sign in as {one.username.capitalize()}")

    return html.div(
        *heading(title, lead),
        html.p({"class": "note", "role": "alert"}, f"Sign-in failed: {refused}.") if refused else None,
        html.div({"class": "grid"}, *[_card_of(one, None if session.data else button_of(one)) for one in DEMO_USERS]),
        card(
            "Or use an e-mail link",
            html.p(
                "Enter any address. The e-mail is not sent: you can read it in the ",
                html.a({"href": "/outbox"}, "outbox"),
                ".",
            ),
        ),
        card(
            "Or use an identity provider",
            html.p(
                "The demo includes an ",
                html.a({"href": "/idp/.well-known/openid-configuration"}, "OpenID Connect provider"),
                " that works without an internet connection.",
            ),
        ),
        card(
            "How these pages work",
            html.p(
                "They are ReactPy components in Python, and use the client API. The same API also works in a ",
                html.a({"href": "/browser"}, "page with MicroPython"),
                ". The original npm package next-auth/react can use ",
                html.a({"href": "/api/auth/session"}, html.code("/api/auth/session")),
                " and the other endpoints too.",
            ),
        ),
    )


def _card_of(one: DemoUser, button: VdomDict | None) -> VdomDict:
    def row(name: str, value: str) -> tuple[VdomDict, VdomDict]:
        return html.dt(name), html.dd(html.code(value))

    return html.section(
        {"class": "card", "key": one.username},
        html.h2(str(one.user.name), " ", html.span({"class": "tag"}, str(one.user.extra["role"]))),
        html.p("Sign in as this demo user:"),
        html.dl(*row("Username", one.username), *row("Password", one.password)),
        button,
    )


@component
def Protected() -> VdomDict:  # noqa: N802
    session = use_session().data
    if not session:
        return html.p("Loading...")
    user: Mapping[str, Any] = session["user"]
    expires = session["expires"]
    ends = html.time({"dateTime": expires}, f"{expires[:10]}, {expires[11:16]} UTC")
    return html.div(
        *heading(
            "A protected page",
            "Only signed-in users can see this page. If you sign out in another tab, it goes to the sign-in page.",
        ),
        card(
            "Your session",
            html.dl(
                *(html.dt("Name"), html.dd(user.get("name") or "(not set)")),
                *(html.dt("E-mail"), html.dd(str(user.get("email")))),
                *(html.dt("Role"), html.dd(html.span({"class": "tag"}, str(user.get("role"))))),
                *(html.dt("Expires"), html.dd(ends, ", unless you return before then")),
            ),
        ),
    )


@component
def Profile() -> VdomDict:  # noqa: N802
    session = use_session()
    name = str(session.data["user"]["name"] or "") if session.data else ""
    known, typed = use_ref(name), use_ref(name)
    note, set_note = use_state("")
    if known.current != name:
        # Another tab changed the name. The input is a new element now, and contains the new name.
        known.current = typed.current = name

    def remember(change: Any) -> None:
        typed.current = str(change["target"]["value"])

    @event(prevent_default=True)
    async def save(_: Any) -> None:
        saved = await session.update({"name": typed.current})
        set_note("Saved." if saved else "Your name could not be saved. Please try again.")

    field = {
        "id": "name",
        "key": name,
        "defaultValue": name,
        "maxLength": 60,
        "autoComplete": "name",
        "required": True,
        "onChange": remember,
    }
    return html.div(
        *heading("Your profile", "Saving updates the session. The app's session callback checks the new name."),
        html.p({"class": "note", "role": "status"}, note) if note else None,
        html.form(
            {"class": "card", "onSubmit": save},
            html.label({"htmlFor": "name"}, "Name"),
            html.input(field),
            html.button({"type": "submit"}, "Save"),
        ),
    )


@component
def Admin(outbox: Outbox) -> VdomDict:  # noqa: N802
    newest_first = outbox.mails[::-1]
    sent = [html.li(f"To {mail.identifier}, valid until {mail.expires:%Y-%m-%d %H:%M} UTC") for mail in newest_first]
    return html.div(
        *heading("For admins", "This page requires the role admin. Bob gets a 403 here."),
        card(
            "E-mails in the outbox",
            html.p({"id": "mails"}, f"{len(sent)} since the demo was started."),
            html.ul(*sent) if sent else None,
        ),
    )


def heading(title: str, lead: str) -> tuple[VdomDict, VdomDict]:
    return html.h1(title), html.p({"class": "lead"}, lead)


def card(title: str, *content: Any) -> VdomDict:
    return html.section({"class": "card"}, html.h2(title), *content)


def name_of(session: Mapping[str, Any]) -> str:
    user = session["user"]
    return str(user.get("name") or user.get("email"))
