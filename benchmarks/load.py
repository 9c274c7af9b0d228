"""Send load with wrk (https://github.com/wg/wrk) on the second core, and measure throughput and latency."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 32
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True, slots=True)
class Load:
    """The result of one run of wrk: number of responses, responses per second, 99th percentile in milliseconds."""

    responses: int
    rate: float
    p99: float


def press(
    url: str,
    headers: Mapping[str, str],
    seconds: int,
    form: str | None = None,
    folder: Path | None = None,
    *,
    connections: int = CONNECTIONS,
) -> Load:
    """Send requests to *url* as fast as it responds.

    Args:
        url: The URL to request.
        headers: The headers of each request.
        seconds: How long to send requests.
        form: An encoded form to POST. If it is None, the requests are GET requests.
        folder: Where to write the script that wrk needs for a *form*.
        connections: The number of connections.

    Returns:
        The measured throughput and latency.

    Raises:
        RuntimeError: A request failed, or the output of wrk could not be read.
        CalledProcessError: wrk failed.
    """
    arguments = [
        "taskset",
        "-c",
        "1",
        "wrk",
        "-t1",
        "--timeout",
        "20s",
        f"-c{connections}",
        f"-d{seconds}s",
        "--latency",
    ]
    for name, value in headers.items():
        arguments += ["-H", f"{name}: {value}"]
    if form is not None and folder is not None:
        arguments += ["-s", str(_post_script(form, folder))]
    output = subprocess.run([*arguments, url], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in output or "Socket errors" in output:
        raise RuntimeError(f"Not every request to {url} succeeded:\n{output}")
    responses = re.search(r"(\d+) requests in", output)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", output)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)\b", output)
    if responses is None or rate is None or p99 is None:
        raise RuntimeError(f"The output of wrk could not be read:\n{output}")
    return Load(int(responses[1]), float(rate[1]), float(p99[1]) * _UNITS[p99[2]])


def _post_script(form: str, folder: Path) -> Path:
    script = folder / "post.lua"
    script.write_text(
        f'wrk.method = "POST"\nwrk.body = "{form}"\nwrk.headers["Content-Type"] = "application/x-www-form-urlencoded"\n'
    )
    return script
