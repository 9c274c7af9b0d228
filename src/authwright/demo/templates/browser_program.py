"""The Python program of the demo's page /browser. MicroPython runs it in the browser; the server never imports it."""

import js
from pyscript import when

from authwright.client.browser import SessionProvider, bind, page_guard, sign_in, sign_out, use_session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from authwright.client import SessionContext


def element(selector: "str") -> "Any":
    return js.document.querySelector(selector)


def name_of(session: "SessionContext") -> "str":
    user = session.data["user"] if session.data else None
    return (user["name"] or user["email"] if user else None) or "Signed out"


def show(session: "SessionContext") -> "None":
    signed_in = session.status == "authenticated"
    element("#enter").hidden = session.status != "unauthenticated"
    element("#inside").hidden = not signed_in
    element("#sign-out").hidden = not signed_in
    element("#name").placeholder = name_of(session)


provider: "SessionProvider" = SessionProvider()
bind("#badge", name_of)
bind("#status", lambda session: session.status)
provider.subscribe(show)
if js.location.search == "?admin":
    page_guard("#admin", {"role": "admin", "unauthorized": "/browser?refused"})
if js.location.search == "?refused":
    element("#message").textContent = "Only admins can view that page. Sign in as alice."


@when("submit", "#enter")
async def enter(event: "Any") -> "None":
    event.preventDefault()
    fields = {name: element("#" + name).value for name in ("username", "password")}
    element("#enter").reset()
    result = await sign_in("credentials", redirect=False, **fields)
    element("#message").textContent = "The username or password is incorrect." if result.error else ""


@when("submit", "#rename")
async def rename(event: "Any") -> "None":
    event.preventDefault()
    await use_session().update({"name": element("#name").value})


@when("click", "#sign-out")
async def leave(event: "Any") -> "None":
    await sign_out(redirect=False)
