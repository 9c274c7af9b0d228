"""The end of a session by the clock of a device, which may be wrong, and long intervals. Runs on MicroPython too."""

from client.core.fakes import ALICE, BOB, END, LATER, Scene


async def test_a_session_that_expires_on_the_page_becomes_unauthenticated():
    scene = Scene(session=ALICE)
    scene.now = END - 10
    await scene.start()
    await scene.store.refresh()
    scene.server.answers["session"] = (200, ALICE)
    await scene.store.refresh()
    scene.now = END + 1
    scene.server.answers["session"] = (200, {})
    await scene.page.passes(11)
    assert scene.status == "unauthenticated"


async def test_a_session_is_fetched_again_before_the_user_is_shown_as_signed_out():
    scene = Scene(session=ALICE)
    scene.now = END - 10
    await scene.start()
    scene.server.answers["session"] = (200, LATER)
    scene.now = END + 1
    await scene.page.passes(11)
    assert scene.store.snapshot.data == LATER
    assert scene.seen == ["authenticated"]


async def test_a_session_that_ends_while_the_server_is_down_becomes_unauthenticated():
    scene = Scene(session=ALICE)
    scene.now = END - 10
    await scene.start()
    scene.server.answers["session"] = OSError("down")
    scene.now = END + 1
    await scene.page.passes(3600)
    assert scene.status == "unauthenticated"


async def test_with_a_fast_clock_an_initial_session_is_shown_and_fetched_again():
    for answer, status in (
        ((200, LATER), "authenticated"),
        ((200, {}), "unauthenticated"),
        ((500, {}), "authenticated"),
    ):
        scene = Scene(session=ALICE, now=END + 1200)
        assert scene.status == "authenticated"
        scene.server.answers["session"] = answer
        await scene.start()
        assert len(scene.server.asked("session")) == 1
        assert scene.status == status
        assert scene.page.posted == []


async def test_with_a_fast_clock_a_failing_refetch_does_not_sign_the_user_out():
    scene = Scene(now=END + 1200)
    scene.server.answers["session"] = (200, ALICE)
    await scene.start()
    for answer in (OSError("down"), (503, {})):
        scene.server.answers["session"] = answer
        await scene.page.happens("visible")
        assert scene.status == "authenticated"
    assert len(scene.server.asked("session")) == 3


async def test_with_a_fast_clock_an_update_keeps_the_session():
    scene = Scene(session=ALICE, now=END + 1200)
    scene.server.answers["session"] = (200, BOB)
    assert await scene.store.update() == BOB
    assert (scene.status, scene.page.timers) == ("authenticated", [])


async def test_a_clock_that_jumps_forward_does_not_sign_the_user_out():
    scene = Scene(session=ALICE)
    await scene.start()
    scene.server.answers["session"] = (200, ALICE)
    scene.now = END + 1200
    await scene.page.passes(86400)
    await scene.page.happens("visible")
    assert scene.status == "authenticated"
    assert scene.page.timers == []


async def test_a_session_that_ended_before_the_store_starts_is_fetched_again():
    scene = Scene(session=ALICE)
    scene.now = END + 1
    await scene.start()
    assert scene.status == "unauthenticated"


async def test_a_long_interval_is_counted_with_timers_that_a_browser_can_carry():
    for days in (2, 30, 24.9, 365):
        scene = Scene(session=LATER, refetch_interval=days * 86400)
        scene.server.answers["session"] = (200, LATER)
        await scene.start()
        seconds = min(after for after, _ in scene.page.timers)
        assert max(after for after, _ in scene.page.timers) <= 86400
        parts = round(days * 86400 / seconds)
        for _ in range(parts - 1):
            await scene.page.passes(seconds)
        assert scene.server.asked("session") == []
        await scene.page.passes(seconds)
        assert len(scene.server.asked("session")) == 1


async def test_an_interval_without_an_end_never_polls():
    for interval in (1e300, float("inf")):
        scene = Scene(session=LATER, refetch_interval=interval)
        await scene.start()
        for _ in range(100):
            await scene.page.passes(86400)
        assert scene.server.asked("session") == []


async def test_a_fast_clock_does_not_end_a_session_that_the_server_has_just_confirmed():
    scene = Scene()
    scene.now = END + 86400
    scene.server.answers["session"] = (200, ALICE)
    await scene.start()
    assert scene.status == "authenticated"
