"""The Python program of the page. PyScript runs it in the browser, and client_browser.py serves it."""

from pyscript import when

from authwright.client.browser import SessionProvider, bind, sign_in, sign_out, use_session

SessionProvider(refetch_interval=60)
bind("#who", lambda session: session.data["user"]["name"] if session.data else "no one")
bind("#status", lambda session: session.status)


@when("click", "#enter")
async def enter(event: object) -> None:
    result = await sign_in("credentials", redirect=False, username="alice", password="wonderland")
    if result.error:
        print("Sign-in failed:", result.error)


@when("click", "#rename")
async def rename(event: object) -> None:
    await use_session().update({"name": "Alice Liddell"})


@when("click", "#leave")
async def leave(event: object) -> None:
    await sign_out(redirect=False)
