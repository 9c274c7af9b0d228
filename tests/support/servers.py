"""Find or start the database servers of the tests.

The tests use the first of these that is available: the URL in the environment variable of the server; a server at the
usual address; a private server in a temporary folder, if the program is installed. Otherwise they are skipped.
"""

from __future__ import annotations

import asyncio
import glob
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine


@dataclass(frozen=True)
class Server:
    """A kind of server: its name, its usual URL, and the commands that start it on a port and in a folder."""

    name: str
    variable: str
    usual: str
    package: str
    binary: str
    start: Callable[[Path, int], list[list[str]]]
    user: str


def find(name: str) -> str | None:
    """Return the path of the program *name*. Also looks in the directory of PostgreSQL on Debian."""
    return shutil.which(name) or max(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), default=None)


def _postgres(folder: Path, port: int) -> list[list[str]]:
    data = ["-D", f"{folder}/data"]
    return [
        ["initdb", *data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"],
        ["postgres", *data, "-p", str(port), "-h", "127.0.0.1", "-k", str(folder), "-c", "fsync=off"],
    ]


def _mariadb(folder: Path, port: int) -> list[list[str]]:
    data = f"--datadir={folder}/data"
    return [
        ["mariadb-install-db", "--no-defaults", data, "--auth-root-authentication-method=normal"],
        ["mariadbd", "--no-defaults", data, f"--port={port}", "--bind-address=127.0.0.1", f"--socket={folder}/s"],
    ]


POSTGRES = Server(
    name="PostgreSQL",
    variable="AUTHWRIGHT_TEST_POSTGRES",
    usual="postgresql+asyncpg://postgres@127.0.0.1:5432/postgres",
    package="postgresql",
    binary="initdb",
    start=_postgres,
    user="postgres",
)
MARIADB = Server(
    name="MariaDB",
    variable="AUTHWRIGHT_TEST_MARIADB",
    usual="mysql+aiomysql://root@127.0.0.1:3306/mysql",
    package="mariadb-server",
    binary="mariadb-install-db",
    start=_mariadb,
    user="mysql",
)


@contextmanager
def running(server: Server) -> Iterator[URL]:
    """Yield the URL of the maintenance database of *server*, from which tests create their databases."""
    given = os.environ.get(server.variable)
    usual = make_url(server.usual)
    if given:
        yield make_url(given).set(drivername=usual.drivername)
    elif answers(usual):
        yield usual
    elif find(server.binary) is None:
        pytest.skip(f"{server.name} is missing: apt-get install {server.package}, or set {server.variable}")
    else:
        with private(server) as instance:
            yield instance.url


@dataclass
class Instance:
    """A private server, which tests may stop and start again."""

    server: Server
    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> URL:
        return make_url(self.server.usual).set(port=self.port)

    def make(self) -> None:
        *commands, _ = self.server.start(self.folder, self.port)
        for command in commands:
            assert self._spawn(command).wait() == 0, f"{command[0]} failed: see {self.folder}/log"

    def start(self) -> None:
        *_, command = self.server.start(self.folder, self.port)
        self.process = self._spawn(command)
        deadline = time.monotonic() + 60
        while not answers(self.url):
            assert self.process.poll() is None, f"{self.server.name} ended: see {self.folder}/log"
            assert time.monotonic() < deadline, f"{self.server.name} does not accept connections: see {self.folder}/log"
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop the server immediately, as if the machine had crashed. The data remain."""
        if self.process:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait()

    def _spawn(self, command: list[str]) -> subprocess.Popen[bytes]:
        program, *arguments = command
        # PostgreSQL and MariaDB refuse to run as root.
        user = self.server.user if os.getuid() == 0 else None
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [find(program) or program, *arguments], stdout=log, stderr=log, cwd=self.folder, user=user
            )


@contextmanager
def private(server: Server) -> Iterator[Instance]:
    """Start a private server on a free port, in a temporary folder."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="authwright-")))
        if os.getuid() == 0:
            shutil.chown(folder, server.user)
        instance = Instance(server, folder, free_port())
        instance.make()
        stack.callback(instance.stop)
        instance.start()
        yield instance


def answers(url: URL) -> bool:
    """Return True if a connection to *url* succeeds."""
    # In a thread, because pytest's event loop may be running in this one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, _answers(url)).result()


async def _answers(url: URL) -> bool:
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
        return True
    except Exception:
        return False
    finally:
        await engine.dispose()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port
