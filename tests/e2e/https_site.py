"""``https://site.example`` and its sibling ``https://evil.site.example``, which may set cookies for the domain."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from authwright import Auth, SessionOptions
from authwright.adapters.memory import MemoryAdapter
from authwright.testing import FakeIdP
from authwright.types import SessionStrategy
from contract.browser.chromium import SITE
from contract.browser.servers import SECRET, corp, serve

_LATE = 1.0  # seconds


@dataclass
class Site:
    """The site, and its users' accounts."""

    origin: str
    auth: Auth
    idp: FakeIdP

    @property
    def evil(self) -> str:
        return self.origin.replace(SITE, f"evil.{SITE}")

    async def accounts_of(self, email: str) -> list[str]:
        user = await self.auth.adapter.get_user_by_email(email)
        assert user
        return [account.provider_account_id for account in await self.auth.list_accounts(user.id)]


@contextmanager
def running(strategy: SessionStrategy, idp: FakeIdP, folder: Path) -> Iterator[Site]:
    """Run the site and its sibling; the certificate is written to *folder*."""
    auths: list[Auth] = []

    def build(origin: str) -> Starlette:
        session = SessionOptions(strategy=strategy)
        auth = Auth(secret=SECRET, base_url=origin, adapter=MemoryAdapter(), providers=[corp(idp)], session=session)
        auths.append(auth)
        routes = [Mount("/api/auth", _late(auth.asgi)), Route("/plant", _plant, methods=["POST"]), Route("/", _page)]
        return Starlette(routes=routes)

    with serve(build, SITE, **_certificate(folder)) as origin:
        yield Site(origin, auths[0], idp)


def _late(app: ASGIApp) -> ASGIApp:
    """Return *app* with a delay of one second before the response to ``?late`` is sent."""

    async def delayed(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_late(message: Message) -> None:
            if scope["query_string"] == b"late" and message["type"] == "http.response.start":
                await asyncio.sleep(_LATE)
            await send(message)

        await app(scope, receive, send_late)

    return delayed


async def _page(_: Request) -> Response:
    return HTMLResponse('<!doctype html><html lang="en"><link rel="icon" href="data:,"><h1>Site</h1></html>')


async def _plant(request: Request) -> Response:
    response = Response()
    for name, value in await request.json():
        response.headers.append("Set-Cookie", f"{name}={value}; Domain={SITE}; Path=/; Secure; HttpOnly; SameSite=Lax")
    return response


def _certificate(folder: Path) -> dict[str, Path]:
    """Write a self-signed certificate to *folder*, and return uvicorn's options for https."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, SITE)])
    names = x509.SubjectAlternativeName([x509.DNSName(SITE), x509.DNSName(f"*.{SITE}")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).add_extension(names, critical=False)
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    (folder / "cert.pem").write_bytes(builder.sign(key, SHA256()).public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return {"ssl_certfile": folder / "cert.pem", "ssl_keyfile": folder / "key.pem"}
