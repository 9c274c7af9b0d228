"""The Redis of the tests, as ``servers.py`` finds the databases; and in it keys of each test's own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from redis import Redis as BlockingRedis
from redis.asyncio import Redis
from redis.exceptions import RedisError


@contextmanager
def private_redis(folder: Path, port: int | None = None) -> Iterator[str]:
    """A server of the test's own, which keeps nothing on disk; yields its URL."""
    with socket.create_server(("127.0.0.1", port or 0)) as probe:
        port = probe.getsockname()[1]
    binary = shutil.which("redis-server")
    if binary is None:
        pytest.skip("Redis is missing: apt-get install redis-server, or set AUTHWRIGHT_TEST_REDIS")
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
    process = subprocess.Popen([binary, *options], stdout=subprocess.DEVNULL)
    url = f"redis://127.0.0.1:{port}/0"
    try:
        while not answers(url):
            assert process.poll() is None, "redis-server did not start."
            time.sleep(0.02)
        yield url
    finally:
        process.kill()
        process.wait(10)


def answers(url: str) -> bool:
    try:
        with BlockingRedis.from_url(url) as client:
            return bool(client.ping())
    except RedisError:
        return False


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The one in the environment, the usual one, or one of the tests' own."""
    given = os.environ.get("AUTHWRIGHT_TEST_REDIS")
    usual = "redis://127.0.0.1:6379/0"
    if given or answers(usual):
        yield given or usual
        return
    with private_redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    client: Redis = Redis.from_url(redis_url)
    yield client
    await client.aclose()


@pytest.fixture
async def prefix(redis: Redis) -> AsyncIterator[str]:
    """What the keys of this test begin with; they go again."""
    prefix = f"test-{uuid4().hex}"
    yield prefix
    async for key in redis.scan_iter(f"{{{prefix}}}:*"):
        await redis.delete(key)
