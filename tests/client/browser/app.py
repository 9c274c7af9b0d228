"""The Python of the page, for both interpreters: the elements of the shared scenario."""

import js
from pyscript import when

from authwright.client.browser import SessionProvider, bind, get_csrf_token, page_guard, sign_in, sign_out, use_session

query = js.URLSearchParams.new(js.location.search)
required = js.location.pathname == "/required"


def option(name):
    value = query.get(name)
    return value if isinstance(value, str) else None


def say(text):
    js.document.querySelector("#message").textContent = text


def line(session):
    name = session.data["user"]["name"] if session.data else "-"
    return session.status + ":" + name


known = {"session": None} if option("known") else {}
SessionProvider(
    refetch_interval=float(option("interval") or 0),
    refetch_when_offline=option("offline") != "false",
    refetch_on_window_focus=option("focus") != "false",
    **known,
)
bind("#status", lambda session: line(use_session(required)))
if option("guard"):
    page_guard("#admin", {"role": option("guard"), "loading": "#waiting", "unauthorized": option("unauthorized")})


async def try_password(password):
    result = await sign_in("credentials", redirect=False, username="alice", password=password)
    say(result.error or "ok")


@when("click", "#sign-in")
async def _sign_in(event):
    await try_password("wonderland")


@when("click", "#wrong-password")
async def _wrong_password(event):
    await try_password("wrong")


@when("click", "#sign-out")
async def _sign_out(event):
    await sign_out(redirect=False)
    say("signed out")


@when("click", "#update")
async def _update(event):
    await use_session().update({"name": "Alice Updated"})
    say("updated")


# PyScript passes the event, which they ignore.
when("click", "#go")(sign_in)
when("click", "#leave")(sign_out)


@when("click", "#elsewhere")
async def _elsewhere(event):
    """Use the base path that the test put into the page, as a hostile page could."""
    SessionProvider(base_path=js.document.querySelector("#elsewhere").dataset.path)
    say(str(await get_csrf_token()))


say("ready")
