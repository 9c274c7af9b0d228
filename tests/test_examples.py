"""The apps in examples/, used over HTTP."""

import runpy
import socket
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import httpx2
import pytest
from aiosmtpd.controller import Controller

from support.html import hidden_fields, link_in

EXAMPLES = Path(__file__).parent.parent / "examples"
ORIGIN = "http://localhost:3000"
HTML = {"accept": "text/html"}


def load(name: str) -> dict[str, Any]:
    return runpy.run_path(str(EXAMPLES / name))


def client_of(app: Any) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app)
    return httpx2.AsyncClient(transport=transport, base_url=ORIGIN, headers=HTML, follow_redirects=True)


@pytest.mark.parametrize(("username", "status"), [("alice", 200), ("bob", 403)])
async def test_the_fastapi_app_signs_in_and_checks_roles(username: str, status: int) -> None:
    async with client_of(load("fastapi_app.py")["app"]) as client:
        assert "Sign in" in (await client.get("/")).text
        page = await client.get("/me")
        fields = hidden_fields(page.text) | {"username": username, "password": "wonderland"}
        assert (await client.post("/api/auth/callback/credentials", data=fields)).json()["user"]["role"]
        assert (await client.get("/admin")).status_code == status


class Mailbox:
    def __init__(self) -> None:
        self.received: list[bytes] = []

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802
        self.received.append(envelope.content)
        return "250 OK"


async def test_the_starlette_app_signs_in_by_email_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mailbox = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    monkeypatch.setenv("MAIL_SERVER", f"smtp://127.0.0.1:{port}")
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'auth.db'}")
    example = load("starlette_app.py")
    async with client_of(example["app"]) as client:
        signin = await client.get("/account")
        fields = hidden_fields(signin.text) | {"email": "carol@example.com"}
        await client.post("/api/auth/signin/email", data=fields)
        body = message_from_bytes(mailbox.received[0], policy=policy.default).get_body(("plain",))
        confirm = await client.get(link_in(body.get_content()))
        account = await client.post("/api/auth/callback/email", data=hidden_fields(confirm.text))
        assert "carol@example.com" in account.text
    await example["auth"].aclose()
    controller.stop()
