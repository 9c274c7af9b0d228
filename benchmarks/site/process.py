"""The site as a process of its own, which a benchmark watches."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from signal import Signals
from tempfile import TemporaryDirectory

from tests.support.servers import free_port

from benchmarks.site.auth import Place

ROOT = Path(__file__).parents[2]
_START_TIMEOUT = 60


@dataclass
class Site:
    """The running site: where it listens, its process and its log."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def is_up(self) -> bool:
        """Whether the process runs."""
        return self.process.poll() is None

    @property
    def end(self) -> str:
        """How the process ended; empty while it runs."""
        code = self.process.poll()
        if code is None:
            return ""
        # The parent of workers reports a signal as a shell does: 128 plus its number.
        number = -code if code < 0 else code - 128
        return Signals(number).name if number > 0 else f"status {code}"

    @property
    def last_words(self) -> str:
        """The last lines of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])


@contextmanager
def serving(place: Place, loop: str = "asyncio", setup: str = "one") -> Iterator[Site]:
    """Serve the site until the block ends.

    Args:
        loop: ``asyncio`` or ``uvloop``.
        setup: One of ``benchmarks.site.__main__.SETUPS``.

    Raises:
        RuntimeError: The site does not start.
    """
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.site", "--port", str(port), "--loop", loop, "--setup", setup]
    for name, value in asdict(place).items():
        command += [f"--{name.replace('_', '-')}", str(value)]
    with TemporaryDirectory(prefix="authwright-") as folder:
        log = Path(folder) / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(command, stdout=output, stderr=output, cwd=ROOT, start_new_session=True)
        site = Site(port, process, log)
        try:
            _wait(site)
            yield site
        finally:
            _stop(process)


def _wait(site: Site) -> None:
    deadline = time.monotonic() + _START_TIMEOUT
    while True:
        try:
            socket.create_connection(("127.0.0.1", site.port), 1).close()
        except OSError:
            if not site.is_up or time.monotonic() > deadline:
                raise RuntimeError(f"The site does not start ({site.end}):\n{site.last_words}") from None
            time.sleep(0.05)
        else:
            return


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        # Its workers too, if it has any: they are in its process group.
        os.killpg(process.pid, 9)
        process.wait()
