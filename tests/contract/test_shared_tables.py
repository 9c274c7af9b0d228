"""Node and authwright use the same tables at once: next-auth 4 with @auth/pg-adapter, and ``schema="pg"``."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from sqlalchemy import URL

from authwright.adapters.conformance.samples import ALICE, GITHUB, LINK, NOON, session
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter
from authwright.adapters.sqlalchemy.migrations import migrate
from contract import peers
from contract.peers import Peer, Visitor
from support.databases import run_script

pytestmark = pytest.mark.contract


@pytest.fixture(params=["as in the manual of Node", "migrated"])
async def tables(request: pytest.FixtureRequest, postgres: URL) -> URL:
    """A database with the tables of @auth/pg-adapter."""
    await run_script(postgres, "pg.sql")
    if request.param == "migrated":
        await migrate(postgres.render_as_string(hide_password=False), "pg")
    return postgres


@pytest.fixture
async def adapter(tables: URL) -> AsyncIterator[SQLAlchemyAdapter]:
    adapter = SQLAlchemyAdapter(tables, schema="pg")
    yield adapter
    await adapter.aclose()


@pytest.fixture
def node(npm_packages: None, tables: URL) -> Iterator[Peer]:
    with peers.node(database=for_node(tables)) as peer:
        yield peer


@pytest.fixture
def python(adapter: SQLAlchemyAdapter) -> Peer:
    return peers.authwright(adapter=adapter)[1]


def for_node(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def node_adapter(url: URL, *calls: Any) -> Any:
    """Return what @auth/pg-adapter returns for each of *calls*."""
    command = ["node", str(peers.NODE / "adapter.mjs")]
    environment = os.environ | {"DATABASE_URL": for_node(url)}
    done = subprocess.run(
        command, input=json.dumps(calls), capture_output=True, check=True, encoding="utf-8", env=environment
    )
    return json.loads(done.stdout)


async def ask_for_link(visitor: Visitor, email: str = "alice@example.com") -> str:
    await visitor.ask("POST", "/signin/email", {"csrfToken": await visitor.csrf(), "email": email})
    return visitor.peer.links()[-1]


async def session_of(visitor: Visitor) -> Any:
    return (await visitor.ask("GET", "/session")).json


DIRECTIONS = pytest.mark.parametrize("first", ["node", "python"])


@DIRECTIONS
async def test_a_user_who_signs_in_at_one_is_signed_in_at_the_other(first: str, node: Peer, python: Peer) -> None:
    here, there = (node, python) if first == "node" else (python, node)
    visitor = Visitor(here)
    await visitor.ask("GET", await ask_for_link(visitor))
    visitor.peer = there
    assert (await session_of(visitor))["user"]["email"] == "alice@example.com"
    await visitor.ask("POST", "/signout", {"csrfToken": await visitor.csrf()})
    visitor.peer = here
    assert await session_of(visitor) == {}


@DIRECTIONS
async def test_a_link_sent_by_one_can_be_used_once_at_either(first: str, node: Peer, python: Peer) -> None:
    here, there = (node, python) if first == "node" else (python, node)
    link = await ask_for_link(Visitor(here))
    opened, again = Visitor(there), Visitor(here)
    await opened.ask("GET", link)
    await again.ask("GET", link)
    assert (await session_of(opened))["user"]["email"] == "alice@example.com"
    assert await session_of(again) == {}


async def test_a_second_sign_in_at_the_other_finds_the_user(node: Peer, python: Peer, tables: URL) -> None:
    for peer in (node, python, node):
        visitor = Visitor(peer)
        await visitor.ask("GET", await ask_for_link(visitor))
    (user, second) = node_adapter(tables, ["getUserByEmail", "alice@example.com"], ["getUser", 2])
    assert (user["id"], second) == (1, None)
    assert user["emailVerified"]


async def test_python_reads_what_node_wrote(npm_packages: None, adapter: SQLAlchemyAdapter, tables: URL) -> None:
    noon = NOON.isoformat()
    account = {"userId": 1, "provider": "github", "type": "oauth", "providerAccountId": "42"}
    node_adapter(
        tables,
        ["createUser", {"name": "Alice", "email": ALICE.email, "emailVerified": noon, "image": "/a.png"}],
        ["linkAccount", account],
        ["createSession", {"sessionToken": "token", "userId": 1, "expires": noon}],
        ["createVerificationToken", {"identifier": LINK.identifier, "token": LINK.token, "expires": noon}],
    )
    user = await adapter.get_user("1")
    assert user is not None
    assert (user.name, user.email, user.email_verified, user.image) == ("Alice", ALICE.email, NOON, "/a.png")
    assert await adapter.get_user_by_account("github", "42") == user
    assert await adapter.get_session_and_user("token") == (session(user_id="1"), user)
    assert await adapter.use_verification_token(LINK.identifier, LINK.token) == LINK


async def test_node_reads_what_python_wrote(npm_packages: None, adapter: SQLAlchemyAdapter, tables: URL) -> None:
    await adapter.sign_up(ALICE, GITHUB, session())
    await adapter.create_verification_token(LINK)
    account = {"provider": "github", "providerAccountId": "42"}
    user, found, link = node_adapter(
        tables,
        ["getUserByAccount", account],
        ["getSessionAndUser", "token"],
        ["useVerificationToken", {"identifier": LINK.identifier, "token": LINK.token}],
    )
    noon = "2096-11-23T12:00:00.123Z"
    assert user == {"id": 1, "name": "Alice", "email": ALICE.email, "emailVerified": noon, "image": "/a.png"}
    assert found["user"] == user
    assert (found["session"]["userId"], found["session"]["expires"]) == (1, noon)
    assert link == {"identifier": LINK.identifier, "token": LINK.token, "expires": noon}


async def test_a_user_deleted_by_one_does_not_exist_at_the_other(
    npm_packages: None, adapter: SQLAlchemyAdapter, tables: URL
) -> None:
    await adapter.sign_up(ALICE, GITHUB, session())
    node_adapter(tables, ["deleteUser", 1])
    assert await adapter.get_user_by_account("github", "42") is None
    assert await adapter.get_session_and_user("token") is None
    created = await adapter.sign_up(ALICE, GITHUB, session())
    await adapter.delete_user(created.id)
    assert node_adapter(tables, ["getSessionAndUser", "token"]) == [None]
