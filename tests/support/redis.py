"""Find or start a Redis server for the tests, and give each test its own key prefix."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from redis import Redis as BlockingRedis
from redis.asyncio import Redis
from redis.asyncio.cluster import RedisCluster
from redis.exceptions import RedisError

from support.servers import free_port


@contextmanager
def private_redis(folder: Path, port: int | None = None, *more: str) -> Iterator[str]:
    """Start a private server and yield its URL. It stores nothing on disk, unless *more* contains options for that."""
    port = port or free_port()
    binary = shutil.which("redis-server")
    if binary is None:
        pytest.skip("Redis is missing: apt-get install redis-server, or set AUTHWRIGHT_TEST_REDIS")
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder), *more]
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


@contextmanager
def private_cluster(folder: Path) -> Iterator[list[str]]:
    """Start a private cluster of three servers, and yield their URLs."""
    with ExitStack() as stack:
        urls = []
        for number in range(3):
            (folder / str(number)).mkdir()
            options = ("--cluster-enabled", "yes", "--cluster-port", str(free_port()))
            urls.append(stack.enter_context(private_redis(folder / str(number), None, *options)))
        nodes = [url.removeprefix("redis://").partition("/")[0] for url in urls]
        made = subprocess.run(["redis-cli", "--cluster", "create", *nodes, "--cluster-yes"], capture_output=True)
        assert made.returncode == 0, made.stdout
        yield urls


def answers(url: str) -> bool:
    try:
        with BlockingRedis.from_url(url) as client:
            return bool(client.ping())
    except RedisError:
        return False


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2].partition("/")[0])


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL from AUTHWRIGHT_TEST_REDIS, a server at the usual address, or a private server."""
    given = os.environ.get("AUTHWRIGHT_TEST_REDIS")
    usual = "redis://127.0.0.1:6379/0"
    if given or answers(usual):
        yield given or usual
        return
    with private_redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture(scope="session")
def cluster_urls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """The URLs of the nodes of a private cluster."""
    with private_cluster(tmp_path_factory.mktemp("cluster")) as urls:
        yield urls


@pytest.fixture
async def cluster(cluster_urls: list[str]) -> AsyncIterator[RedisCluster]:
    """A client of the cluster, which is emptied first."""
    client = RedisCluster.from_url(cluster_urls[0])
    await client.flushall(target_nodes=RedisCluster.PRIMARIES)
    yield client
    await client.aclose()


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    client: Redis = Redis.from_url(redis_url)
    yield client
    await client.aclose()


@pytest.fixture
async def prefix(redis: Redis) -> AsyncIterator[str]:
    """The key prefix of this test. Its keys are deleted at the end."""
    prefix = f"test-{uuid4().hex}"
    yield prefix
    for pattern in (f"{{{prefix}}}:*", f"{prefix}:*"):
        async for key in redis.scan_iter(pattern):
            await redis.delete(key)
