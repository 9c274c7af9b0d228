"""The states of a session in Python that has ``match`` and evaluates annotations."""

from __future__ import annotations

import httpx2
import pytest

from authwright import Auth
from authwright.client import AuthClient, Authenticated, Loading, SessionContext, SessionProvider, Unauthenticated
from authwright.types import JWT, Session
from support.apps import ORIGIN, make_auth


@pytest.fixture
def client() -> AuthClient:
    return AuthClient(ORIGIN, http_client=httpx2.Client(transport=httpx2.WSGITransport(make_auth().wsgi)))


@pytest.fixture
def signed_in(client: AuthClient) -> AuthClient:
    assert client.sign_in("credentials", redirect=False, username="alice", password="wonderland").ok
    return client


def described(session: SessionContext) -> str:
    match session:
        case Authenticated(data=data):
            return f"Hello {data['user']['name']}"
        case Unauthenticated():
            return "Hello stranger"
        case Loading():
            return "Loading..."


def test_each_state_matches_its_class(client: AuthClient) -> None:
    with SessionProvider(client, session=None) as provider:
        assert described(provider.use_session()) == "Hello stranger"
        assert described(provider.use_session(required=True)) == "Loading..."
        client.sign_in("credentials", redirect=False, username="alice", password="wonderland")
        assert described(provider.use_session()) == "Hello Alice"


def test_a_state_matches_by_position_and_as_a_sequence(signed_in: AuthClient) -> None:
    found = []
    with SessionProvider(signed_in) as provider:
        session = provider.use_session()
    match session:
        case Authenticated(data, "authenticated", _):
            found.append(data)
    match session:
        case (data, "authenticated", _):
            found.append(data)
    assert found == [session.data, session.data]


def test_the_type_of_the_session_changes_nothing_at_run_time(signed_in: AuthClient) -> None:
    with SessionProvider(signed_in) as provider:
        assert provider.use_session(session_type=Session) == provider.use_session()
    typed, plain = signed_in.get_session(session_type=Session), signed_in.get_session()
    # Each response has its own expiry.
    assert typed
    assert plain
    assert typed["user"] == plain["user"]


def test_annotations_with_own_types_can_be_evaluated() -> None:
    assert SessionContext[Session] is SessionContext
    assert Authenticated[Session] is Authenticated
    assert Auth[Session] is Auth
    assert Auth[Session, JWT] is Auth
