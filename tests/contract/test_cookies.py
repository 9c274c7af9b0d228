"""Session cookies work in both directions between Node and authwright, so that moving over signs no user out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from authwright.http import Request
from contract.peers import SECRET, Peer, Visitor, authwright, node, read_by_node

pytestmark = [pytest.mark.contract, pytest.mark.usefixtures("npm_packages")]

HTTPS = "https://example.com/custom/auth"
NAMES = {"name": "홍길동 👩‍👩‍👧 محمد", "email": 'a"b\\c;d@example.com', "role": {"of": ["admin", None, 1.5]}}
LARGE = {"text": "홍" * 3_000}


def request_of(visitor: Visitor) -> Request:
    return Request("GET", "/", headers={"cookie": visitor.cookie_header})


@pytest.fixture(params=["http://localhost:3000/api/auth", HTTPS], ids=["http", "https"])
def url(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def at_node(url: str) -> Iterator[Visitor]:
    """A visitor at the Node server."""
    with node(url) as peer:
        yield Visitor(peer, url)


@pytest.fixture
def at_ours(url: str) -> Visitor:
    """A visitor at authwright."""
    return Visitor(authwright(url)[1], url)


async def test_authwright_reads_a_session_from_node(at_node: Visitor, url: str) -> None:
    await at_node.sign_in("홍길동")
    auth, _ = authwright(url)
    token = await auth.get_token(request_of(at_node))
    assert token is not None
    assert (token["name"], token["email"], token["sub"]) == ("홍길동", "홍길동@example.com", "1")
    session = await auth.get_server_session(request_of(at_node))
    assert session is not None
    assert session["user"] == {"name": "홍길동", "email": "홍길동@example.com", "image": None}


async def test_node_reads_a_session_from_authwright(at_ours: Visitor, url: str) -> None:
    await at_ours.sign_in("홍길동")
    read = read_by_node(at_ours.cookie_header, url)
    assert (read["token"]["name"], read["token"]["sub"]) == ("홍길동", "1")
    assert read["session"]["user"]["email"] == "홍길동@example.com"
    assert len(read["cookies"]) > 0


@pytest.mark.parametrize("data", [NAMES, LARGE], ids=["unicode", "chunked"])
async def test_authwright_reads_any_claims_from_node(at_node: Visitor, url: str, data: dict[str, object]) -> None:
    await at_node.sign_in()
    await at_node.update(data)
    token = await authwright(url)[0].get_token(request_of(at_node))
    assert token is not None
    assert {name: value for name, value in token.items() if name in data} == data
    assert any(name.endswith("session-token.1") for name in at_node.cookies) == (data is LARGE)


@pytest.mark.parametrize("data", [NAMES, LARGE], ids=["unicode", "chunked"])
async def test_node_reads_any_claims_from_authwright(at_ours: Visitor, url: str, data: dict[str, object]) -> None:
    await at_ours.sign_in()
    await at_ours.update(data)
    read = read_by_node(at_ours.cookie_header, url)
    assert {name: value for name, value in read["token"].items() if name in data} == data
    assert any(name.endswith("session-token.1") for name in at_ours.cookies) == (data is LARGE)


async def test_a_visitor_can_move_from_node_to_authwright_and_back(at_node: Visitor, at_ours: Visitor) -> None:
    await at_node.sign_in()
    await at_node.update(LARGE)
    token = await at_node.csrf()
    moved = Visitor(at_ours.peer, at_ours.url, at_node.cookies)
    # The CSRF token from Node is still valid, so only the session cookie is written.
    renamed = await moved.ask("POST", "/session", data={"csrfToken": token, "data": {"name": "Bob", "text": ""}})
    assert renamed.json["user"]["name"] == "Bob"
    assert not [name for name in moved.cookies if name.endswith(".0")]
    at_node.cookies = moved.cookies
    session = (await at_node.ask("GET", "/session")).json
    assert session["user"] == {"name": "Bob", "email": "alice@example.com", "image": None}


async def test_neither_reads_a_session_with_another_secret(node_server: Peer) -> None:
    visitor = Visitor(node_server)
    await visitor.sign_in()
    assert await authwright(secret="another secret that is long enough")[0].get_token(request_of(visitor)) is None
    ours = Visitor(authwright(secret="another secret that is long enough")[1])
    await ours.sign_in()
    assert read_by_node(ours.cookie_header, secret=SECRET)["session"] is None


async def test_a_raw_token_from_chunks_is_a_valid_bearer_token(node_server: Peer) -> None:
    visitor = Visitor(node_server)
    await visitor.sign_in()
    await visitor.update(LARGE)
    auth, _ = authwright()
    raw = await auth.get_token(request_of(visitor), raw=True)
    assert raw is not None
    bearer = Request("GET", "/", headers={"authorization": f"Bearer {raw}"})
    assert await auth.get_token(bearer) == await auth.get_token(request_of(visitor))
