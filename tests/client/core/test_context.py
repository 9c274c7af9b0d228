"""``SessionContext`` at run time: three classes that tell the states apart. Runs on MicroPython too."""

from authwright.client.core.context import Authenticated, Loading, SessionContext, Unauthenticated
from client.core.fakes import ALICE, Scene


def test_without_a_session_the_class_tells_loading_and_signed_out_apart():
    waiting, signed_out = Scene().store.snapshot, Scene(session=None).store.snapshot
    assert waiting.data is None
    assert signed_out.data is None
    assert isinstance(waiting, Loading)
    assert isinstance(signed_out, Unauthenticated)


async def test_during_an_update_loading_has_the_session():
    scene = Scene(session=ALICE)
    seen = []
    scene.store.subscribe(seen.append)
    await scene.store.update()
    assert isinstance(seen[0], Loading)
    assert seen[0].data == ALICE


def test_every_state_is_a_session_context():
    for scene in (Scene(), Scene(session=None), Scene(session=ALICE)):
        assert isinstance(scene.store.snapshot, SessionContext)


def test_a_state_is_indexed_and_unpacked_like_the_tuple_that_type_checkers_see():
    context = Scene(session=ALICE).store.snapshot
    data, status, update = context
    assert (context[0], context[1], context[-1]) == (data, status, update)
    assert len(context) == 3


def test_the_repr_of_a_state_does_not_contain_the_session():
    context = Scene(session=ALICE).store.snapshot
    assert isinstance(context, Authenticated)
    assert repr(context) == "Authenticated(status='authenticated')"
