"""Private database servers in a temporary folder, which a benchmark may stop, start and configure."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import URL, make_url
from tests.support.servers import MARIADB, POSTGRES, answers, find, free_port

_START_TIMEOUT = 60


@dataclass
class PrivateServer:
    """A server of *kind* ``postgresql``, ``mariadb`` or ``redis`` on a free port, with its data in *folder*.

    Args:
        options: More arguments for the server's command.
    """

    kind: str
    folder: Path
    options: Sequence[str] = ()
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> URL:
        """The administrator's URL."""
        if self.kind == "redis":
            return make_url(f"redis://127.0.0.1:{self.port}/0")
        return make_url(_SQL[self.kind].usual).set(port=self.port)

    def create(self) -> None:
        """Create the data directory."""
        for command in self._commands[:-1]:
            if self._spawn(command).wait():
                raise RuntimeError(f"{command[0]} failed:\n{self._log.read_text()}")

    def start(self) -> None:
        """Start the server and wait until it accepts connections. Do nothing if it is already running.

        Raises:
            RuntimeError: The server ended or does not answer.
        """
        if self.process:
            return
        self.process = self._spawn([*self._commands[-1], *self.options])
        deadline = time.monotonic() + _START_TIMEOUT
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.kind} does not answer:\n{self._log.read_text()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Kill the server, as if its machine had failed. The data are kept."""
        if self.process:
            # PostgreSQL's processes must all end before it can start again. The others have one.
            self.process.send_signal(signal.SIGQUIT if self.kind == "postgresql" else signal.SIGKILL)
            self.process.wait()
            self.process = None

    @property
    def _commands(self) -> list[list[str]]:
        if self.kind == "redis":
            options = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "yes", "--dir", str(self.folder)]
            return [["redis-server", "--port", str(self.port), *options]]
        return _SQL[self.kind].start(self.folder, self.port)

    def _spawn(self, command: list[str]) -> subprocess.Popen[bytes]:
        program, *arguments = command
        # PostgreSQL and MariaDB refuse to run as root.
        user = _SQL[self.kind].user if os.getuid() == 0 and self.kind in _SQL else None
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [find(program) or program, *arguments],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                user=user,
                start_new_session=True,  # Ctrl-C is for the benchmark, which then stops its servers
            )

    @property
    def _log(self) -> Path:
        return self.folder / "log"

    def _answers(self) -> bool:
        if self.kind in _SQL:
            return answers(self.url)
        try:
            with Redis(port=self.port) as client:
                return bool(client.ping())
        except RedisError:
            return False


_SQL = {"postgresql": POSTGRES, "mariadb": MARIADB}
_PROGRAMS = {"postgresql": "initdb", "mariadb": "mariadb-install-db", "redis": "redis-server"}
_PACKAGES = {"postgresql": "postgresql", "mariadb": "mariadb-server", "redis": "redis-server"}


def missing(kinds: Sequence[str]) -> list[str]:
    """Return the Debian packages that must be installed to start servers of *kinds*."""
    return sorted({_PACKAGES[kind] for kind in kinds if kind in _PROGRAMS and not find(_PROGRAMS[kind])})


@contextmanager
def private_server(kind: str, options: Sequence[str] = ()) -> Iterator[PrivateServer]:
    """Run a server until the block ends, then delete its data."""
    with TemporaryDirectory(prefix="authwright-") as name:
        if os.getuid() == 0 and kind in _SQL:
            shutil.chown(name, _SQL[kind].user)
        server = PrivateServer(kind, Path(name), options)
        server.create()
        try:
            server.start()
            yield server
        finally:
            server.stop()
