"""An app that is killed (SIGKILL) while new users sign in."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import TypeAlias

import httpx2
from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import create_async_engine

from authwright.adapters.sqlalchemy import SQLAlchemyAdapter
from support.servers import free_port

APP = Path(__file__).parents[1] / "support" / "killed_app.py"
SignIn: TypeAlias = Callable[[str], Awaitable[bool]]
# Incomplete records: each query counts 0 if a user, an account and a session are always created together.
HALF_MADE = {
    "a user without an account": "SELECT count(*) FROM users WHERE id NOT IN (SELECT user_id FROM accounts)",
    "a user without a session": "SELECT count(*) FROM users WHERE id NOT IN (SELECT user_id FROM sessions)",
    "an account without a user": "SELECT count(*) FROM accounts WHERE user_id NOT IN (SELECT id FROM users)",
    "two accounts of one user": "SELECT count(*) - count(DISTINCT user_id) FROM accounts",
}


@contextmanager
def app(port: int, database: URL) -> Iterator[subprocess.Popen[bytes]]:
    """Start the app, wait until it answers, and kill it at the end of the block."""
    url = database.render_as_string(hide_password=False)
    process = subprocess.Popen([sys.executable, str(APP), str(port), url])
    try:
        deadline = time.monotonic() + 30
        while not _answers(port):
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.05)
        yield process
    finally:
        process.kill()
        process.wait()


def _answers(port: int) -> bool:
    try:
        return httpx2.get(f"http://127.0.0.1:{port}/api/auth/providers").status_code == 200
    except httpx2.TransportError:
        return False


@asynccontextmanager
async def visit(port: int) -> AsyncIterator[SignIn]:
    """Yield a function that signs in as a given user, without a session from before, and returns whether it worked."""
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}/api/auth") as client:
        token = (await client.get("/csrf")).json()["csrfToken"]

        async def sign_in(name: str) -> bool:
            with suppress(KeyError):
                client.cookies.delete("next-auth.session-token")
            try:
                form = {"csrfToken": token, "json": "true", "username": name}
                return (await client.post("/callback/credentials", data=form)).status_code == 200
            except httpx2.TransportError:
                return False

        yield sign_in


async def test_no_incomplete_account_is_left_and_all_users_can_sign_in_later(postgres: URL) -> None:
    adapter = SQLAlchemyAdapter(postgres, create_tables=True)
    await adapter.create_all()
    port, names, told = free_port(), iter(f"user-{number}" for number in range(10**6)), []
    tried: list[str] = []

    async def keep_coming(process: subprocess.Popen[bytes], sign_in: SignIn) -> None:
        while process.poll() is None:
            name = next(names)
            tried.append(name)
            if await sign_in(name):
                told.append(name)

    for moment in (0.2, 0.27, 0.33, 0.4):
        async with AsyncExitStack() as stack:
            process = stack.enter_context(app(port, postgres))
            visitors = [await stack.enter_async_context(visit(port)) for _ in range(16)]
            crowd = [asyncio.create_task(keep_coming(process, sign_in)) for sign_in in visitors]
            await asyncio.sleep(moment)
            process.kill()
            await asyncio.to_thread(process.wait)
            await asyncio.gather(*crowd)
    assert 0 < len(told) < len(tried)
    engine = create_async_engine(postgres)
    async with engine.connect() as connection:
        found = {what: await connection.scalar(text(query)) for what, query in HALF_MADE.items()}
    await engine.dispose()
    assert found == dict.fromkeys(HALF_MADE, 0)
    assert all([await adapter.get_user_by_account("credentials", name) for name in told])
    with app(port, postgres):
        async with visit(port) as sign_in:
            assert all([await sign_in(name) for name in tried[-16:]])
    await adapter.aclose()
