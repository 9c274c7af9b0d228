"""The session store: SessionProvider and useSession of v4, tested on three Python implementations."""

from authwright.client.core.context import SessionContext
from authwright.client.core.required import Required, check_guard, check_required, judge, shown
from authwright.client.core.store import SessionStore
from authwright.client.core.text import query_of
from authwright.errors import ConfigurationError
from client.core.fakes import ALICE, BOB, END, Scene


async def test_a_session_is_loading_until_it_is_fetched():
    scene = Scene()
    scene.server.answers["session"] = (200, ALICE)
    assert (scene.status, scene.store.snapshot.data) == ("loading", None)
    await scene.start()
    assert (scene.status, scene.store.snapshot.data) == ("authenticated", ALICE)
    assert scene.seen == ["authenticated"]


async def test_all_consumers_share_one_fetch():
    scene = Scene()
    for _ in range(3):
        scene.store.subscribe(lambda context: None)
        scene.store.start()
    await scene.page.settle()
    assert len(scene.server.asked("session")) == 1


async def test_a_known_session_is_shown_at_once_and_never_fetched():
    for session, status in ((ALICE, "authenticated"), (None, "unauthenticated")):
        scene = Scene(session=session)
        assert scene.status == status
        await scene.start()
        assert (scene.server.requests, scene.seen) == ([], [])


async def test_a_first_fetch_that_fails_shows_unauthenticated_and_raises_nothing():
    for answer in (OSError("down"), (500, {}), (200, []), (200, None), (404, None)):
        scene = Scene()
        scene.server.answers["session"] = answer
        await scene.start()
        assert scene.status == "unauthenticated"


async def test_a_refetch_that_fails_keeps_the_session_until_it_expires():
    scene = Scene(session=ALICE)
    scene.server.answers["session"] = OSError("down")
    await scene.store.refetch()
    assert scene.status == "authenticated"
    scene.now = END + 1
    await scene.store.refetch()
    assert scene.status == "unauthenticated"


async def test_an_update_shows_loading_and_then_the_new_session_and_notifies_the_tabs():
    scene = Scene(session=ALICE)
    scene.server.answers["session"] = (200, BOB)
    assert await scene.store.snapshot.update({"name": "Bob"}) == BOB
    assert scene.seen == ["loading", "authenticated"]
    method, _, body = scene.server.asked("session")[0]
    assert (method, body) == ("POST", '{"csrfToken": "token", "data": {"name": "Bob"}}')
    assert scene.page.triggers() == ["getSession"]


async def test_an_update_without_data_reads_the_session_again():
    scene = Scene(session=ALICE)
    scene.server.answers["session"] = (200, BOB)
    await scene.store.update()
    assert scene.server.asked("session")[0][2] == '{"csrfToken": "token"}'
    assert scene.store.snapshot.data == BOB


async def test_an_update_does_nothing_while_loading_or_signed_out():
    for options in ({}, {"session": None}):
        scene = Scene(**options)
        assert await scene.store.update({"name": "Bob"}) is None
        assert scene.server.requests == []


async def test_an_update_that_fails_keeps_the_session():
    scene = Scene(session=ALICE)
    scene.server.answers["session"] = (400, {})
    assert await scene.store.update({}) is None
    assert scene.store.snapshot.data == ALICE


async def test_polling_fetches_while_a_user_is_signed_in():
    scene = Scene(session=ALICE, refetch_interval=60)
    scene.server.answers["session"] = (200, ALICE)
    await scene.start()
    await scene.page.passes(60)
    assert len(scene.server.asked("session")) == 1
    scene.server.answers["session"] = (200, {})
    await scene.page.passes(60)
    await scene.page.passes(60)
    assert len(scene.server.asked("session")) == 2


async def test_polling_stops_offline_and_resumes_online_if_refetch_when_offline_is_false():
    scene = Scene(session=ALICE, refetch_interval=60, refetch_when_offline=False)
    await scene.start()
    scene.page.online = False
    await scene.page.happens("online")
    await scene.page.passes(60)
    assert scene.server.requests == []
    scene.page.online = True
    await scene.page.happens("online")
    await scene.page.passes(60)
    assert len(scene.server.asked("session")) == 1


async def test_polling_continues_offline_by_default():
    scene = Scene(session=ALICE, refetch_interval=60)
    await scene.start()
    scene.page.online = False
    await scene.page.happens("online")
    await scene.page.passes(60)
    assert len(scene.server.asked("session")) == 1


async def test_a_page_that_comes_to_the_front_fetches_unless_the_option_is_off():
    for focus, fetches in ((True, 1), (False, 0)):
        scene = Scene(session=ALICE, refetch_on_window_focus=focus)
        await scene.start()
        await scene.page.happens("visible")
        assert len(scene.server.asked("session")) == fetches


async def test_a_message_from_another_tab_causes_a_fetch_but_no_new_message():
    scene = Scene(session=None)
    await scene.start()
    scene.server.answers["session"] = (200, ALICE)
    await scene.page.happens("storage")
    assert scene.status == "authenticated"
    assert scene.page.posted == []


async def test_a_page_with_a_known_session_makes_no_other_tab_fetch():
    for session in (ALICE, None):
        scene = Scene(session=session)
        scene.page.signed_in = session is not None
        await scene.start()
        assert scene.page.posted == []


async def test_the_first_page_after_a_sign_in_or_sign_out_by_a_form_tells_the_other_tabs():
    for session in (ALICE, None):
        scene = Scene(session=session)
        scene.page.signed_in = session is None
        await scene.start()
        assert scene.page.triggers() == ["getSession"]
        assert scene.page.signed_in is (session is not None)


async def test_the_browser_remembers_what_a_page_learns_about_the_session():
    scene = Scene()
    scene.server.answers["session"] = (200, ALICE)
    await scene.start()
    assert scene.page.signed_in is True
    scene.server.answers["session"] = (200, {})
    await scene.page.happens("storage")
    assert scene.page.signed_in is False


async def test_a_late_response_does_not_undo_a_sign_out():
    scene = Scene(session=ALICE)
    scene.server.answers["session"] = (200, ALICE)

    async def sign_out_meanwhile(action):
        scene.server.before = None
        scene.server.answers["session"] = (200, {})
        await scene.store.refresh()

    scene.server.before = sign_out_meanwhile
    await scene.store.refetch()
    assert scene.status == "unauthenticated"


async def test_a_stopped_store_ignores_all_events():
    scene = Scene(session=ALICE, refetch_interval=60)
    stop = scene.store.start()
    stop()
    for event in ("storage", "visible", "online"):
        await scene.page.happens(event)
    await scene.page.passes(10**9)
    assert scene.server.requests == []
    assert scene.api.on_change == []


async def test_a_subscriber_is_not_called_after_it_unsubscribes():
    scene = Scene(session=ALICE)
    heard = []
    off = scene.store.subscribe(heard.append)
    off()
    off()
    await scene.store.refresh()
    assert heard == []


async def test_required_goes_to_the_sign_in_page_and_comes_back_here():
    scene = Scene(session=None)
    Required(scene.store).watch()
    await scene.page.settle()
    (url,) = scene.page.went
    assert url.startswith("/api/auth/signin?")
    assert query_of(url) == {"error": "SessionRequired", "callbackUrl": "http://localhost:3000/page"}


async def test_required_never_shows_unauthenticated():
    scene = Scene(session=None)
    assert shown(scene.store.snapshot).status == "loading"
    scene = Scene(session=ALICE)
    assert shown(scene.store.snapshot).status == "authenticated"


async def test_required_calls_on_unauthenticated_once_for_each_change():
    scene = Scene(session=ALICE)
    required = Required(scene.store)
    calls = []
    for _ in range(3):
        required.watch(lambda: calls.append("out"))
    await scene.store.refresh()
    for _ in range(3):
        required.watch(lambda: calls.append("out"))
    assert calls == ["out"]
    scene.server.answers["session"] = (200, ALICE)
    await scene.store.refresh()
    scene.server.answers["session"] = (200, {})
    await scene.store.refresh()
    assert calls == ["out", "out"]
    assert scene.page.went == []


async def test_required_does_nothing_while_the_session_is_loading():
    scene = Scene()
    Required(scene.store).watch()
    await scene.page.settle()
    assert scene.page.went == []


async def test_a_guard_decides_by_session_and_role():
    admin = {"user": {"role": "admin"}, "expires": "2030-01-01T00:00:00.000Z"}
    for session, auth, verdict in (
        (None, False, "allowed"),
        (None, True, "loading"),
        (ALICE, True, "allowed"),
        (ALICE, {"role": "admin"}, "unauthorized"),
        (admin, {"role": "admin"}, "allowed"),
        (None, {"role": "admin"}, "loading"),
        (ALICE, {"loading": "..."}, "allowed"),
    ):
        assert judge(auth, Scene(session=session).store.snapshot) == verdict


async def test_a_guard_that_might_let_everyone_in_is_refused():
    for guard in ({"roles": "admin"}, {"Role": "admin"}, {"role": None}, "admin", None, 0, ["admin"]):
        assert is_refused(check_guard, guard)
    for guard in (True, False, {}, {"role": "admin"}, {"loading": "wait", "unauthorized": "/login"}):
        assert not is_refused(check_guard, guard)


async def test_use_session_accepts_only_a_bool():
    for required in ({"role": "admin"}, {}, "admin", None, 1):
        assert is_refused(check_required, required)


async def test_a_guard_without_rules_requires_a_session():
    assert judge({}, SessionContext(None, "unauthenticated", None)) == "loading"
    assert judge({}, SessionContext(ALICE, "authenticated", None)) == "allowed"


def is_refused(check, argument):
    try:
        check(argument)
    except ConfigurationError:
        return True
    return False


def another_store(scene, **options):
    store = SessionStore(scene.api, clock=lambda: scene.now, **options)
    store.start()
    return store


async def test_the_stores_of_a_client_share_a_poll_with_one_request_and_one_message():
    scene = Scene(session=ALICE, refetch_interval=60)
    await scene.start()
    other = another_store(scene, session=ALICE, refetch_interval=60)
    await scene.page.settle()
    scene.page.posted.clear()
    scene.server.answers["session"] = (200, BOB)

    async def let_the_other_join(action):
        await scene.page.waiting.pop(0)

    scene.server.before = let_the_other_join
    await scene.page.passes(60)
    assert (scene.store.snapshot.data, other.snapshot.data) == (BOB, BOB)
    assert len(scene.server.asked("session")) == 1
    assert scene.page.triggers() == ["getSession"]


async def test_a_shared_poll_that_began_before_a_change_does_not_undo_it():
    scene = Scene(session=ALICE)
    other = another_store(scene, session=ALICE)
    scene.server.answers["session"] = (200, ALICE)

    async def change_and_join(action):
        scene.server.before = None
        scene.server.answers["session"] = (200, BOB)
        await other.refresh()
        await other.refetch()

    scene.server.before = change_and_join
    await scene.store.refetch()
    assert other.snapshot.data == BOB


async def test_stopping_a_store_does_not_stop_the_timer_of_another():
    scene = Scene(session=ALICE, refetch_interval=60)
    await scene.start()
    other = another_store(scene, session=ALICE, refetch_interval=60)
    scene.store.stop()
    await scene.page.passes(60)
    assert len(scene.server.asked("session")) == 1
    other.stop()
    assert scene.page.timers == []


async def test_a_later_poll_still_fetches_after_one_is_interrupted():
    scene = Scene(session=ALICE)

    async def break_off(action):
        scene.server.before = None
        raise KeyboardInterrupt

    scene.server.before = break_off
    try:  # MicroPython has no contextlib
        await scene.store.refetch()
        raise AssertionError("The poll was not interrupted.")
    except KeyboardInterrupt:
        scene.server.requests.clear()
    await scene.store.refetch()
    assert len(scene.server.asked("session")) == 1


async def test_an_exception_in_a_subscriber_does_not_stop_the_others():
    scene = Scene(session=ALICE)
    seen = []

    def broken(context):
        raise ValueError("a bug")

    scene.store.subscribe(broken)
    scene.store.subscribe(lambda context: seen.append(context.status))
    await scene.store.refresh()
    assert seen == ["unauthenticated"]
