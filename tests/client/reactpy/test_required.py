"""``use_session(required=True)`` and ``PageGuard``."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pydantic import BaseModel, Field
from reactpy import html

from authwright import Auth
from authwright.client.reactpy import PageGuard, SessionProvider, use_session
from client.reactpy.conftest import Open
from client.reactpy.page import Asking, Status
from support.browser import Browser

SIGN_IN = "/api/auth/signin?error=SessionRequired&callbackUrl=http%3A%2F%2Flocalhost%3A3000%2Fpage"


async def test_an_anonymous_visitor_sees_loading_and_goes_to_the_sign_in_page(open_tab: Open) -> None:
    tab = open_tab(Asking())
    await tab.shows("loading:-", "asking")
    assert tab.navigated() == []
    tab.ready()
    await tab.until(tab.navigated)
    assert tab.navigated() == [SIGN_IN]
    assert tab.text("asking") == "loading:-"


async def test_a_signed_in_user_stays_on_a_page_that_requires_a_session(alice: Browser, open_tab: Open) -> None:
    tab = open_tab(Asking())
    await tab.shows("authenticated:Alice", "asking")
    tab.ready()
    assert tab.navigated() == []


async def test_signing_out_leaves_a_page_that_requires_a_session(
    alice: Browser, open_tab: Open, seen: list[str]
) -> None:
    tab = open_tab(Status(seen), Asking())
    await tab.shows("authenticated:Alice", "asking")
    tab.ready()
    tab.press("sign-out")
    await tab.shows("loading:-", "asking")
    await tab.until(tab.navigated)
    assert tab.navigated() == [SIGN_IN]


async def test_on_unauthenticated_is_called_once_for_each_change(
    alice: Browser, open_tab: Open, seen: list[str]
) -> None:
    calls: list[int] = []
    tab = open_tab(Status(seen), Asking(on_unauthenticated=lambda: calls.append(1)))
    await tab.shows("authenticated:Alice", "asking")
    tab.ready()
    for times in (1, 2):
        tab.press("sign-out")
        await tab.shows("loading:-", "asking")
        tab.press("sign-in")
        await tab.shows("authenticated:Alice", "asking")
        assert len(calls) == times
    assert tab.navigated() == []


async def test_on_unauthenticated_may_be_asynchronous(open_tab: Open) -> None:
    called = asyncio.Event()

    async def call() -> None:
        called.set()

    tab = open_tab(Asking(on_unauthenticated=call))
    await asyncio.wait_for(called.wait(), 5)
    assert tab.navigated() == []


async def test_an_on_unauthenticated_that_raises_breaks_nothing(
    open_tab: Open, seen: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise RuntimeError("the app's own")

    tab = open_tab(Asking(on_unauthenticated=fail), Status(seen))
    await tab.shows("loading:-", "asking")
    tab.ready()
    tab.press("sign-in")
    await tab.shows("authenticated:Alice", "asking")
    assert "the app's own" in caplog.text


class Login(BaseModel):
    password: str = Field(max_length=8)


@pytest.mark.parametrize("later", [False, True])
async def test_an_on_unauthenticated_that_raises_is_logged_with_its_traceback_and_without_a_password(
    open_tab: Open, caplog: pytest.LogCaptureFixture, later: bool
) -> None:
    password = " ".join(["correct horse battery staple"] * 3)

    def fail() -> None:
        Login(password=password)

    async def fail_later() -> None:
        fail()

    tab = open_tab(Asking(on_unauthenticated=fail_later if later else fail))
    await tab.shows("loading:-", "asking")
    tab.ready()
    async with asyncio.timeout(5):
        while "ValidationError" not in caplog.text:  # noqa: ASYNC110 - the log has no event
            await asyncio.sleep(0.01)
    assert "on_unauthenticated raised ValidationError" in caplog.text
    assert "in fail" in caplog.text
    assert [word for word in ("correct", "horse", "staple") if word in caplog.text] == []


GUARDED = html.p({"id": "secret"}, "for admins")
ADMIN = {"role": "admin", "loading": html.p({"id": "status"}, "wait"), "unauthorized": "/login-with-different-user"}


def session_of(role: str) -> dict[str, Any]:
    return {"user": {"name": "Alice", "role": role}, "expires": "2999-01-01T00:00:00.000Z"}


async def test_a_guard_shows_an_anonymous_visitor_only_the_loading_text(open_tab: Open) -> None:
    tab = open_tab(PageGuard(GUARDED, auth=ADMIN))
    await tab.shows("wait")
    tab.ready()
    await tab.until(tab.navigated)
    assert tab.navigated() == [SIGN_IN]
    assert "for admins" not in "".join(tab.frames)


async def test_a_guard_shows_its_page_to_the_required_role(open_tab: Open) -> None:
    await open_tab(PageGuard(GUARDED, auth=ADMIN), session=session_of("admin")).shows("for admins", "secret")


async def test_a_guard_redirects_another_role(open_tab: Open) -> None:
    tab = open_tab(PageGuard(GUARDED, auth=ADMIN), session=session_of("member"))
    await tab.until(tab.navigated)
    assert tab.navigated() == ["/login-with-different-user"]
    assert "for admins" not in "".join(tab.frames)


async def test_a_guard_without_a_redirect_shows_a_refusal(open_tab: Open) -> None:
    tab = open_tab(PageGuard(GUARDED, auth={"role": "admin"}), session=session_of("member"))
    await tab.until(lambda: "You do not have permission to view this page." in "".join(tab.frames))
    assert "for admins" not in "".join(tab.frames)


async def test_a_guard_does_not_render_the_component_for_another_role(open_tab: Open, seen: list[str]) -> None:
    tab = open_tab(PageGuard(Status(seen), auth=ADMIN), session=session_of("member"))
    await tab.until(tab.navigated)
    assert seen == []


async def test_a_guard_without_options_requires_only_a_session(open_tab: Open) -> None:
    await open_tab(PageGuard(GUARDED), session=session_of("member")).shows("for admins", "secret")


async def test_a_guard_that_requires_nothing_shows_its_page_to_anonymous_visitors(open_tab: Open) -> None:
    await open_tab(PageGuard(GUARDED, auth=False)).shows("for admins", "secret")


def test_a_guard_with_a_misspelt_option_is_refused(app: Auth) -> None:
    with pytest.raises(ValueError, match='unknown key "roles"'):
        PageGuard(GUARDED, auth={"roles": "admin"})


def test_a_keyword_in_camel_case_names_ours(app: Auth) -> None:
    with pytest.raises(TypeError, match="refetch_interval"):
        SessionProvider(auth=app, refetchInterval=60)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="on_unauthenticated"):
        use_session(required=True, onUnauthenticated=print)  # type: ignore[call-arg]
