"""Requests over real sockets: slow and endless responses, redirects, a private certificate authority, a proxy."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from authwright.errors import OAuthCallbackError
from authwright.server.oauth import outbound
from authwright.server.oauth.outbound import Outbound

Respond = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@asynccontextmanager
async def serving(respond: Respond, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """Run a server on loopback that reads the head of a request and calls *respond*; yield its origin."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await respond(await reader.readuntil(b"\r\n\r\n"), writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client has closed the connection
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    try:
        port = server.sockets[0].getsockname()[1]
        yield f"{'https' if tls else 'http'}://127.0.0.1:{port}"
    finally:
        server.close()


async def trickling_body(head: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(OK + b"Content-Length: 1000\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.02)


async def trickling_head(head: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(OK)
    while True:
        writer.write(b"X-Wait: 1\r\n")
        await writer.drain()
        await asyncio.sleep(0.02)


async def silent(head: bytes, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


@pytest.mark.parametrize("respond", [trickling_body, trickling_head, silent], ids=lambda respond: respond.__name__)
async def test_a_response_has_one_time_limit_however_slowly_it_arrives(
    respond: Respond, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbound, "TIME_LIMIT", 0.3)
    async with serving(respond) as origin:
        began = time.monotonic()
        for call in (Outbound().get(origin), Outbound().post(origin, {"code": "x"})):
            with pytest.raises(OAuthCallbackError, match="longer than"):
                await call
        assert time.monotonic() - began < 3


async def endless_body(head: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"2710\r\n" + b" " * 10_000 + b"\r\n")
        await writer.drain()


async def endless_head(head: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(OK)
    while True:
        writer.write(b"X-More: " + b"x" * 10_000 + b"\r\n")
        await writer.drain()


@pytest.mark.parametrize("respond", [endless_body, endless_head], ids=lambda respond: respond.__name__)
async def test_an_endless_response_is_refused_because_of_its_size(respond: Respond) -> None:
    async with serving(respond) as origin:
        began = time.monotonic()
        with pytest.raises(OAuthCallbackError):
            await Outbound().get(origin)
        assert time.monotonic() - began < outbound.TIME_LIMIT


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed_even_by_a_client_that_follows_them(status: int) -> None:
    heads: list[bytes] = []

    async def redirect(head: bytes, writer: asyncio.StreamWriter) -> None:
        heads.append(head)
        writer.write(f"HTTP/1.1 {status} Moved\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n".encode())

    async with serving(redirect) as origin, httpx2.AsyncClient(follow_redirects=True) as client:
        responses = [await Outbound(client).post(origin, {"code": "x"}), await Outbound(client).get(origin)]
    assert [response.status for response in responses] == [status, status]
    assert len(heads) == 2


@pytest.mark.parametrize(
    "url",
    ["http://idp.example/token", "ftp://localhost/", "javascript:alert(1)", "file:///etc/passwd", "", "//idp.example/"],
)
async def test_an_endpoint_that_is_neither_https_nor_on_loopback_is_never_called(url: str) -> None:
    def fail(request: httpx2.Request) -> httpx2.Response:
        raise AssertionError

    async with httpx2.AsyncClient(transport=httpx2.MockTransport(fail)) as client:
        for call in (Outbound(client).get(url), Outbound(client).post(url, {"code": "x"})):
            with pytest.raises(OAuthCallbackError, match="must be https URLs"):
                await call


async def empty_object(head: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(OK + b"Content-Length: 2\r\n\r\n{}")


def certify(folder: Path) -> Path:
    """Write a self-signed certificate for 127.0.0.1 and its key to one file, and return the path."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a private authority")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    file = folder / "certificate.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(certificate.public_bytes(Encoding.PEM) + private)
    return file


async def test_a_private_certificate_authority_is_trusted_only_with_the_apps_own_client(tmp_path: Path) -> None:
    certificate = certify(tmp_path)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    trusting = ssl.create_default_context(cafile=str(certificate))
    async with serving(empty_object, tls) as origin, httpx2.AsyncClient(verify=trusting) as client:
        with pytest.raises(OAuthCallbackError, match="cannot be reached"):
            await Outbound().get(origin)
        assert (await Outbound(client).get(origin)).json() == {}


async def test_a_proxy_is_used_with_the_apps_own_client() -> None:
    heads: list[bytes] = []

    async def proxy(head: bytes, writer: asyncio.StreamWriter) -> None:
        heads.append(head)
        await empty_object(head, writer)

    async with serving(proxy) as origin, httpx2.AsyncClient(proxy=origin) as client:
        assert (await Outbound(client).get("http://localhost:1/metadata")).json() == {}
    assert heads[0].startswith(b"GET http://localhost:1/metadata ")
