"""Several consumers of one provider that require a session. Tested on three Python implementations."""

from authwright.client.core.required import Consumers
from client.core.fakes import ALICE, Scene


class Panel:
    """A part of a user interface."""

    def __init__(self):
        self.closed = 0

    def close(self):
        self.closed += 1


async def sign_out(scene):
    scene.server.answers["signout"] = (200, {"url": "http://localhost:3000/"})
    await scene.api.sign_out(redirect=False)
    await scene.page.settle()


async def scene_with_consumers():
    scene = Scene(session=ALICE)
    await scene.start()
    return scene, Consumers(scene.store)


async def test_each_consumer_acts_for_itself():
    scene, consumers = await scene_with_consumers()
    called = []

    def first():
        called.append("first")

    def second():
        called.append("second")

    for on_unauthenticated in (first, second, None, first, None):
        consumers.watch(on_unauthenticated)
    await sign_out(scene)
    assert (called, len(scene.page.went)) == (["first", "second"], 1)


async def test_the_methods_of_two_objects_are_two_consumers():
    scene, consumers = await scene_with_consumers()
    one, other = Panel(), Panel()
    for _ in range(3):
        consumers.watch(one.close)
        consumers.watch(other.close)
    await sign_out(scene)
    assert (one.closed, other.closed) == (1, 1)


async def test_a_function_that_is_created_anew_is_the_same_consumer():
    scene, consumers = await scene_with_consumers()
    called = []
    for _ in range(3):
        consumers.watch(lambda: called.append("out"))
    consumers.watch(lambda: called.append("out"))
    await sign_out(scene)
    assert called == ["out"]


async def test_a_consumer_that_comes_after_the_sign_out_acts_too():
    scene, consumers = await scene_with_consumers()
    consumers.watch(None)
    await sign_out(scene)
    panel = Panel()
    consumers.watch(panel.close)
    assert panel.closed == 1


async def test_no_consumer_acts_after_the_end():
    scene, consumers = await scene_with_consumers()
    panel = Panel()
    consumers.watch(panel.close)
    consumers.stop()
    await sign_out(scene)
    assert panel.closed == 0
