"""An app that uses its store, forks, and goes on in both processes, as ``gunicorn --preload`` does. Exits with 0 if all
of them saw the right sessions: ``python -m support.forking_app KIND URL PREFIX``.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from authwright import Auth
from authwright.adapters.conformance.samples import session
from authwright.adapters.redis import RedisAdapter
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter
from authwright.types import User
from support.apps import make_auth

USERS = range(20)
EXPECTED = [f"user {number}" for number in USERS]


def name_of(auth: Auth, number: int) -> str | None:
    """Whom the app takes the user of that number for."""
    found = auth.get_server_session_sync({"next-auth.session-token": f"token-{number}"})
    return found and found["user"]["name"]


def check(auth: Auth) -> None:
    """Ask for all sessions, some of them at once: from threads, and on a loop."""
    with ThreadPoolExecutor(4) as threads:
        for _ in range(10):
            seen = list(threads.map(lambda number: name_of(auth, number), USERS))
            assert seen == EXPECTED, seen
    asyncio.run(check_at_once(auth))


async def check_at_once(auth: Auth) -> None:
    """Ask for all sessions on the running loop."""
    calls = [auth.get_server_session({"next-auth.session-token": f"token-{number}"}) for number in USERS]
    seen: list[Any] = await asyncio.gather(*calls)
    assert [found["user"]["name"] for found in seen] == EXPECTED


def main(kind: str, url: str, prefix: str) -> None:
    """Use the store, fork in two ways, use it everywhere."""
    store = RedisAdapter(url, prefix=prefix) if kind == "redis" else SQLAlchemyAdapter(url, create_tables=True)
    auth = make_auth(adapter=store, strategy="database")
    for number in USERS:
        user = User(id="", name=f"user {number}", email=f"{number}@example.com")
        asyncio.run(store.sign_up(user, None, session(f"token-{number}")))
    check(auth)
    # One that goes on after the fork.
    runner = asyncio.Runner()
    runner.run(check_at_once(auth))
    children = []
    for _ in range(3):
        child = os.fork()
        if child == 0:
            # Nor what it frees before.
            gc.collect()
            check(auth)
            # Not os._exit: what the interpreter frees at its end must not reach the parent's connections.
            sys.exit()
        children.append(child)
    workers = [multiprocessing.get_context("fork").Process(target=check, args=(auth,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    check(auth)
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0]
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0]
    check(auth)
    runner.run(check_at_once(auth))
    runner.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
