"""Where an app's functions run: one that blocks delays only its own request, and one that hangs is left alone."""

from __future__ import annotations

import asyncio
import functools
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any

import pytest

from authwright import Auth, Callbacks, Events, JWTOptions, SessionOptions
from authwright.providers import Credentials, Email
from authwright.providers.email import smtp
from authwright.server.runtime import hook_threads
from authwright.server.runtime.threads import HOOKS
from authwright.testing import FakeIdP
from support.apps import ALICE, make_auth
from support.browser import Browser
from support.plain import PlainAdapter
from support.provider import corp, sign_in

HANGING = 50
ME = {"username": "alice", "password": "wonderland"}
NAME: ContextVar[str] = ContextVar("NAME")


@pytest.fixture
def hang() -> Iterator[Callable[[], None]]:
    """A function that hangs until the test ends."""
    over = threading.Event()

    def wait() -> None:
        over.wait(60)

    yield wait
    over.set()
    while HOOKS._lost:
        time.sleep(0.01)


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time limit of a function is short."""
    monkeypatch.setattr(hook_threads, "TIME_LIMIT", 0.3)


def with_authorize(authorize: Callable[..., Any], **options: Any) -> Auth:
    return make_auth(providers=[Credentials(authorize=authorize)], **options)


async def longest_read(browser: Browser, work: Awaitable[object]) -> float:
    """How long the slowest read of a session takes while *work* goes on."""
    running, longest = asyncio.ensure_future(work), 0.0
    while not running.done():
        began = time.monotonic()
        await browser.session()
        longest = max(longest, time.monotonic() - began)
        await asyncio.sleep(0.01)
    return longest


async def test_a_password_check_that_blocks_does_not_delay_reads_of_sessions() -> None:
    auth = with_authorize(lambda credentials: time.sleep(0.5))
    assert await longest_read(Browser(auth), Browser(auth).sign_in()) < 0.2


async def test_a_sign_in_goes_on_while_another_ones_password_check_blocks() -> None:
    auth = with_authorize(lambda credentials: time.sleep(0.5) or ALICE)
    began = time.monotonic()
    await asyncio.gather(*(Browser(auth).sign_in() for _ in range(10)))
    assert time.monotonic() - began < 2


@pytest.mark.usefixtures("soon")
async def test_a_send_that_hangs_fails_in_time_and_delays_nobody(hang: Callable[[], None]) -> None:
    auth = make_auth(providers=[Email(send=lambda identifier: hang())], adapter=PlainAdapter())
    began = time.monotonic()
    sent = asyncio.ensure_future(Browser(auth).sign_in("/signin/email", email="alice@example.com"))
    assert await longest_read(Browser(auth), sent) < 0.2
    assert b"EmailSignin" in (await sent).body
    assert time.monotonic() - began < 2


async def test_a_send_that_awaits_for_too_long_fails_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    async def send(identifier: str) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(smtp, "TIME_LIMIT", 0.2)
    auth = make_auth(providers=[Email(send=send)], adapter=PlainAdapter())
    async with asyncio.timeout(2):
        assert b"EmailSignin" in (await Browser(auth).sign_in("/signin/email", email="alice@example.com")).body


@pytest.mark.parametrize("event", ["sign_in", "session"])
@pytest.mark.usefixtures("soon")
async def test_an_event_that_hangs_is_left_alone(event: str, hang: Callable[[], None]) -> None:
    browser = Browser(make_auth(events=Events(**{event: lambda: hang()})))
    await browser.sign_in(**ME)
    assert (await browser.session())["user"]["name"] == "Alice"


async def test_sign_ins_that_hang_do_not_delay_reads_from_an_adapter_in_threads(hang: Callable[[], None]) -> None:
    browser = Browser(make_auth(strategy="database", adapter=PlainAdapter()))
    await browser.sign_in(**ME)
    hanging = with_authorize(lambda credentials: hang())
    tasks = [asyncio.ensure_future(Browser(hanging).sign_in()) for _ in range(HANGING)]
    assert await longest_read(browser, asyncio.sleep(0.5)) < 0.2
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_the_apps_own_threads_and_dns_work_while_functions_hang(hang: Callable[[], None]) -> None:
    auth = with_authorize(lambda credentials: hang())
    tasks = [asyncio.ensure_future(Browser(auth).sign_in()) for _ in range(HANGING + 10)]
    await asyncio.sleep(0.2)
    async with asyncio.timeout(1):
        assert await asyncio.to_thread(lambda: "done") == "done"
        assert await asyncio.get_running_loop().getaddrinfo("localhost", 80, type=socket.SOCK_STREAM)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.usefixtures("soon")
async def test_after_functions_that_hang_the_next_ones_run(hang: Callable[[], None]) -> None:
    wait = [hang] * 30

    def authorize(credentials: Mapping[str, str]) -> Any:
        return wait.pop()() if wait else ALICE

    auth = with_authorize(authorize)
    answers = await asyncio.gather(*(Browser(auth).sign_in() for _ in range(30)))
    assert {answer.status for answer in answers} == {401}
    assert (await Browser(auth).sign_in()).status == 200


def where() -> int:
    return threading.get_ident()


async def test_functions_that_may_block_run_in_another_thread(outbox: Any) -> None:
    ran: dict[str, int] = {}

    def note(name: str, answer: object) -> Callable[[], Any]:
        return lambda: ran.update({name: where()}) or answer

    idp = FakeIdP("http://localhost:4000")
    names = ("sign_in", "create_user", "link_account", "session")
    auth = make_auth(
        providers=[corp(idp, profile=lambda claims: ran.update(profile=where()) or {"id": claims["sub"]})],
        callbacks=Callbacks(sign_in=note("permission", True)),
        events=Events(**{name: note(name, None) for name in names}),
        session=SessionOptions(strategy="database", generate_session_token=note("token", "a" * 64)),
        adapter=PlainAdapter(),
    )
    browser = Browser(auth)
    await sign_in(browser, idp)
    await browser.session()
    assert set(ran) == {"permission", "profile", "token", *names}
    assert where() not in ran.values()


async def test_callbacks_of_each_read_and_the_codec_run_on_the_loop() -> None:
    ran: dict[str, int] = {}

    def note(name: str, answer: Callable[..., Any]) -> Callable[[Any], Any]:
        return lambda first: ran.update({name: where()}) or answer(first)

    callbacks = Callbacks(
        jwt=note("jwt", dict), session=note("session", dict), redirect=note("redirect", lambda url: url)
    )
    kept: list[Any] = []
    jwt = JWTOptions(
        encode=note("encode", lambda token: kept.append(token) or "token"), decode=note("decode", lambda _: kept[0])
    )
    browser = Browser(make_auth(callbacks=callbacks, jwt=jwt))
    await browser.sign_in(**ME, callbackUrl="/somewhere")
    assert (await browser.session())["user"]["name"] == "Alice"
    assert ran == dict.fromkeys(("jwt", "session", "redirect", "encode", "decode"), where())


async def test_a_function_sees_the_context_variables_of_its_request() -> None:
    NAME.set("Ada")
    browser = Browser(with_authorize(lambda credentials: {"id": "1", "name": NAME.get()}))
    await browser.sign_in()
    assert (await browser.session())["user"]["name"] == "Ada"


class Checker:
    async def __call__(self, credentials: Mapping[str, str]) -> Any:
        return {"id": "1", "name": threading.current_thread().name}


check = Checker()


@functools.cache
def decorated(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda credentials: function(credentials)


@pytest.mark.parametrize(
    "authorize",
    [check, check.__call__, functools.partial(check), decorated(check), lambda c: check(c)],
    ids=["object", "method", "partial", "decorated", "lambda"],
)
async def test_a_coroutine_runs_on_the_loop_however_it_is_wrapped(authorize: Any) -> None:
    browser = Browser(with_authorize(authorize))
    await browser.sign_in()
    assert (await browser.session())["user"]["name"] == threading.current_thread().name


def stop(credentials: object) -> None:
    raise StopIteration


@pytest.mark.parametrize("authorize", [stop, lambda c: next(iter(()))])
async def test_a_function_that_raises_stop_iteration_is_refused_like_any_that_fails(authorize: Any) -> None:
    async with asyncio.timeout(3):
        assert (await Browser(with_authorize(authorize)).sign_in()).status == 401
