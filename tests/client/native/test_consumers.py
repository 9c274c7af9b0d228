"""Several consumers of one ``SessionProvider`` that require a session."""

from __future__ import annotations

from functools import partial
from typing import Any

import httpx2
import pytest

from authwright.client import AuthClient, SessionProvider
from support.apps import ORIGIN, make_auth


@pytest.fixture
def client() -> AuthClient:
    return AuthClient(ORIGIN, http_client=httpx2.Client(transport=httpx2.WSGITransport(make_auth().wsgi)))


@pytest.fixture
def session(client: AuthClient) -> Any:
    assert client.sign_in("credentials", redirect=False, username="alice", password="wonderland").ok
    return client.get_session()


def test_two_callbacks_with_other_values_are_two_consumers(client: AuthClient, session: Any) -> None:
    called: list[str] = []
    with SessionProvider(client, session=session) as provider:
        for _ in range(2):
            for name in ("one", "two"):
                provider.use_session(True, lambda name=name: called.append(name))
                provider.use_session(True, partial(called.append, f"partial {name}"))
        client.sign_out(redirect=False)
    assert called == ["one", "partial one", "two", "partial two"]


def test_a_factory_makes_a_consumer_for_each_value(client: AuthClient, session: Any) -> None:
    called: list[str] = []

    def show(name: str) -> None:
        provider.use_session(required=True, on_unauthenticated=lambda: called.append(name))

    with SessionProvider(client, session=session) as provider:
        for name in ("one", "two", "one"):
            show(name)
        client.sign_out(redirect=False)
    assert called == ["one", "two"]


def test_two_builtin_methods_are_two_consumers(client: AuthClient, session: Any) -> None:
    one, other = {1}, {2}
    with SessionProvider(client, session=session) as provider:
        for _ in range(2):
            provider.use_session(required=True, on_unauthenticated=one.clear)
            provider.use_session(required=True, on_unauthenticated=other.clear)
        client.sign_out(redirect=False)
    assert (one, other) == (set(), set())


def test_a_consumer_with_a_callback_does_not_stop_another_from_leaving(client: AuthClient, session: Any) -> None:
    went: list[str] = []
    client.on_navigate = went.append
    with SessionProvider(client, session=session) as provider:
        provider.use_session(required=True)
        provider.use_session(required=True, on_unauthenticated=lambda: None)
        client.sign_out(redirect=False)
    assert len(went) == 1
    assert "/signin?error=SessionRequired" in went[0]
