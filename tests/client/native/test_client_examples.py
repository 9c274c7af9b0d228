"""Run the clients in examples/."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import pytest

from authwright.client import AsyncAuthClient
from authwright.http import Request
from contract.browser.servers import PASSWORD, Server

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.fixture
def cli(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.setenv("NEXTAUTH_URL", server.origin)
    monkeypatch.delenv("NEXTAUTH_URL_INTERNAL", raising=False)
    main = runpy.run_path(str(EXAMPLES / "client_cli.py"))["main"]

    def run(*arguments: str, password: str = PASSWORD) -> str:
        monkeypatch.setattr("getpass.getpass", lambda: password)
        main(["--cookies", str(tmp_path / "session"), *arguments])
        return capsys.readouterr().out.strip()

    return run


def test_the_command_line_stays_signed_in_until_it_signs_out(cli: Any) -> None:
    assert cli("whoami") == "You are not signed in."
    assert cli("login", "alice") == "Signed in as alice."
    assert cli("whoami").startswith("Alice, until 20")
    assert cli("logout") == "Signed out."
    assert cli("whoami") == "You are not signed in."


def test_the_command_line_reports_a_refused_sign_in(cli: Any) -> None:
    with pytest.raises(SystemExit, match="Sign-in failed: CredentialsSignin"):
        cli("login", "alice", password="wrong")


async def test_the_service_needs_only_its_token() -> None:
    example = runpy.run_path(str(EXAMPLES / "client_service.py"))
    transport = httpx2.ASGITransport(example["api"])

    def client(**options: str) -> AsyncAuthClient:
        return AsyncAuthClient("http://localhost:3000", http_client=httpx2.AsyncClient(transport=transport), **options)  # type: ignore[arg-type]

    robot = client()
    await robot.sign_in("credentials", redirect=False, password="wonderland")
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in robot.http.cookies.jar)
    token = await example["auth"].get_token(Request("GET", "/", headers={"cookie": cookies}), raw=True)
    assert await example["count_orders"](client(bearer=token)) == 2
    with pytest.raises(httpx2.HTTPStatusError):
        await example["count_orders"](client(bearer="no-token"))


def test_the_test_suite_passes() -> None:
    # Without the settings and plugins of this repository, as in another project.
    alone = ["-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(EXAMPLES), "-W", "error"]
    command = [sys.executable, "-m", "pytest", "-q", *alone, str(EXAMPLES / "client_test_suite.py")]
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert "4 passed" in run.stdout, run.stdout + run.stderr
