"""Start a server for an application on the first core, and measure its memory and CPU time."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.apps import BASE_URL, SECRET

ROOT = Path(__file__).parent.parent
NODE_PACKAGES = ROOT / "tests" / "contract" / "node"


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its URL, its process id, and the time in seconds from its start to its first response."""

    url: str
    pid: int
    first_response: float

    @property
    def memory(self) -> float:
        """The resident memory in MB, including worker processes."""
        statuses = [Path(f"/proc/{pid}/status").read_text() for pid in _family(self.pid)]
        lines = [line for status in statuses for line in status.splitlines() if line.startswith("VmRSS")]
        return sum(int(line.split()[1]) for line in lines) / 1024

    @property
    def cpu(self) -> float:
        """The CPU time used so far, in seconds, including system time and worker processes."""
        stats = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in _family(self.pid)]
        return sum(int(stat[11]) + int(stat[12]) for stat in stats) / os.sysconf("SC_CLK_TCK")


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in _family(int(child)))]


def command(name: str, port: int) -> Sequence[str]:
    """Return the command that serves *name*.

    Args:
        name: ``node``, an application of ``benchmarks.apps`` (on granian if it ends in ``@granian``), or
            ``MODULE:APPLICATION`` for another module of ``benchmarks``.
        port: The port to listen on.
    """
    if name == "node":
        return ["node", str(ROOT / "benchmarks" / "peer.mjs")]
    if name.endswith("@granian"):
        app = name.removesuffix("@granian")
        options = ["--interface", "asgi", "--workers", "1", "--host", "127.0.0.1", "--port", str(port), "--no-ws"]
        return [sys.executable, "-m", "granian", *options, "--log-level", "warning", f"benchmarks.apps:{app}"]
    options = ["--host", "127.0.0.1", "--port", str(port), "--no-access-log", "--log-level", "warning"]
    app = f"benchmarks.{name}" if ":" in name else f"benchmarks.apps:{name}"
    return [sys.executable, "-m", "uvicorn", *options, "--lifespan", "off", app]


@contextmanager
def serving(name: str, path: str, database: Path | str) -> Iterator[Server]:
    """Serve *name* on the first core until the block ends.

    Args:
        name: What to serve, as for ``command``.
        path: A path to request until the server responds.
        database: The file or the URLs of the store, for applications that use one.
    """
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "PORT": str(port),
        "NEXTAUTH_URL": BASE_URL,
        "NEXTAUTH_SECRET": SECRET,
        "NODE_ENV": "production",
        "NODE_PACKAGES": str(NODE_PACKAGES),
        "BENCHMARK_DATABASE": str(database),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
    }
    begun = time.perf_counter()
    process = subprocess.Popen(["taskset", "-c", "0", *command(name, port)], env=environment, cwd=ROOT)
    try:
        _wait_for_response(port, path, process)
        yield Server(f"http://127.0.0.1:{port}", process.pid, time.perf_counter() - begun)
    finally:
        process.terminate()
        process.wait(10)


def _wait_for_response(port: int, path: str, process: subprocess.Popen[bytes]) -> None:
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"The server exited with status {process.returncode} before it sent a response.")
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as connection:
                connection.sendall(request)
                if connection.recv(12).startswith(b"HTTP/1.1 "):
                    return
        except OSError:
            time.sleep(0.005)
    raise RuntimeError("The server did not respond within 20 seconds.")
