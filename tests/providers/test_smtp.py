"""Mail through SMTP: TLS, time limits and the envelope, against real servers in this event loop."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from authwright import Theme
from authwright.errors import ConfigurationError, EmailSignin
from authwright.http import Request
from authwright.providers import Email
from authwright.providers.email import smtp

REQUEST = Request("POST", "/api/auth/signin/email")
EXPIRES = datetime(2027, 1, 1, tzinfo=UTC)


class Mailbox(list[Envelope]):
    """The mails that a server accepted."""

    async def handle_DATA(self, server: object, session: object, envelope: Envelope) -> str:  # noqa: N802
        self.append(envelope)
        return "250 OK"


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@asynccontextmanager
async def serving(mailbox: object, *, tls: ssl.SSLContext | None = None, **options: Any) -> AsyncIterator[str]:
    """Run an SMTP server and yield its address; with *tls*, it uses TLS from the first byte."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(mailbox, loop=loop, **options), "127.0.0.1", 0, ssl=tls)
    async with closing(server) as address:
        yield address


@asynccontextmanager
async def closing(server: asyncio.Server) -> AsyncIterator[str]:
    """Yield the address of *server*; on exit, wait until all of its connections have ended."""
    before = asyncio.all_tasks()
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        connections = asyncio.all_tasks() - before
        if connections:
            await asyncio.wait(connections, timeout=2)
        await asyncio.sleep(0.02)


async def deliver(url: str, identifier: str = "bob@example.com") -> None:
    link = "https://app.example.com/api/auth/callback/email?token=t0ken"
    await Email(server=url).deliver(
        identifier=identifier, url=link, token="t0ken", expires=EXPIRES, theme=Theme(), request=REQUEST
    )


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for 127.0.0.1, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail server of a test")])
    now = datetime.now(UTC)
    self_signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    pem = serialization.Encoding.PEM
    pkcs8, bare = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file.write_bytes(self_signed.public_bytes(pem) + key.private_bytes(pem, pkcs8, bare))
    return file


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch, certificate: Path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


@pytest.mark.usefixtures("trusted")
async def test_smtps_is_tls_from_the_first_byte(mailbox: Mailbox, tls: ssl.SSLContext) -> None:
    async with serving(mailbox, tls=tls) as address:
        await deliver(f"smtps://{address}")
    assert [envelope.rcpt_tos for envelope in mailbox] == [["bob@example.com"]]


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("query", ["", "?starttls=required"])
async def test_starttls_is_used_if_it_is_offered(mailbox: Mailbox, tls: ssl.SSLContext, query: str) -> None:
    async with serving(mailbox, tls_context=tls, require_starttls=True) as address:
        await deliver(f"smtp://{address}{query}")
    assert len(mailbox) == 1


async def test_starttls_never_sends_without_encryption(mailbox: Mailbox, tls: ssl.SSLContext) -> None:
    async with serving(mailbox, tls_context=tls) as address:
        await deliver(f"smtp://{address}?starttls=never")
    assert len(mailbox) == 1


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_no_mail_is_sent_to_a_server_with_an_untrusted_certificate(
    mailbox: Mailbox, tls: ssl.SSLContext, scheme: str
) -> None:
    how = {"tls": tls} if scheme == "smtps" else {"tls_context": tls}
    async with serving(mailbox, **how) as address:
        with pytest.raises(EmailSignin):
            await deliver(f"{scheme}://{address}")
    assert mailbox == []


async def test_an_error_does_not_contain_the_refused_password(mailbox: Mailbox) -> None:
    def refuse(server: object, session: object, envelope: object, mechanism: object, data: object) -> AuthResult:
        return AuthResult(success=False, handled=False)

    async with serving(mailbox, authenticator=refuse, auth_require_tls=False) as address:
        with pytest.raises(EmailSignin) as refused:
            await deliver(f"smtp://user:hunter2@{address}")
    assert "AuthenticationError" in refused.value.detail
    assert "hunter2" not in refused.value.detail
    assert mailbox == []


async def test_a_password_for_a_server_without_authentication_is_an_error(mailbox: Mailbox) -> None:
    async with serving(mailbox) as address:
        with pytest.raises(EmailSignin):
            await deliver(f"smtp://user:hunter2@{address}")
    assert mailbox == []


async def test_an_error_does_not_contain_the_refused_recipient() -> None:
    class Full:
        async def handle_RCPT(self, *arguments: object) -> str:  # noqa: N802
            return "552 bob@example.com has no room"

    async with serving(Full()) as address:
        with pytest.raises(EmailSignin) as refused:
            await deliver(f"smtp://{address}")
    assert "bob" not in refused.value.detail


@asynccontextmanager
async def replying(replies: dict[bytes, bytes]) -> AsyncIterator[str]:
    """Run a server that replies to the commands in *replies* and to no other command, and yield its address."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(replies.get(b"", b""))
        async for line in reader:
            writer.write(replies.get(line.split()[0].upper() if line.split() else b"-", b""))
        writer.close()

    async with closing(await asyncio.start_server(talk, "127.0.0.1", 0)) as address:
        yield address


TAKES_MAIL = {
    b"": b"220 hello\r\n",
    b"EHLO": b"250 hello\r\n",
    b"MAIL": b"250 yes\r\n",
    b"RCPT": b"250 yes\r\n",
    b"DATA": b"354 go on\r\n",
    b".": b"250 taken\r\n",
    b"QUIT": b"221 bye\r\n",
}


@pytest.mark.parametrize("silent_at", [b"", b"EHLO", b"MAIL", b"RCPT", b"DATA", b"."])
async def test_a_server_that_stops_replying_times_out(silent_at: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "TIME_LIMIT", 0.3)
    replies = {command: reply for command, reply in TAKES_MAIL.items() if command != silent_at}
    async with replying(replies) as address:
        begun = time.monotonic()
        with pytest.raises(EmailSignin, match="Timeout"):
            await deliver(f"smtp://{address}")
        assert time.monotonic() - begun < 1.0


async def test_a_server_that_does_not_reply_to_quit_has_accepted_the_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "TIME_LIMIT", 0.5)
    async with replying({**TAKES_MAIL, b"QUIT": b""}) as address:
        await deliver(f"smtp://{address}")


@pytest.mark.parametrize("nonsense", [b"\xff\x00\r\n", b"999 what\r\n", b"220-" + b"x" * 70_000 + b"\r\n"])
async def test_an_invalid_reply_from_the_server_is_an_error(nonsense: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "TIME_LIMIT", 0.5)
    async with replying({b"": nonsense}) as address:
        with pytest.raises(EmailSignin):
            await deliver(f"smtp://{address}")


@pytest.mark.parametrize(
    ("url", "host", "port", "use_tls", "starttls"),
    [
        ("smtp://mail.example.com", "mail.example.com", 25, False, None),
        ("smtp://mail.example.com:587/", "mail.example.com", 587, False, None),
        ("smtp://[::1]:1025?starttls=never", "::1", 1025, False, False),
        ("smtp://user:password@mail.example.com", "mail.example.com", 25, False, True),
        ("smtp://user:password@localhost", "localhost", 25, False, None),
        ("smtp://mail.example.com?starttls=required", "mail.example.com", 25, False, True),
        ("smtps://mail.example.com", "mail.example.com", 465, True, False),
    ],
)
def test_the_url_determines_how_to_connect(
    url: str, host: str, port: int, use_tls: bool, starttls: bool | None
) -> None:
    server = smtp.parse_server(url, "server")
    assert (server.host, server.port, server.use_tls, server.starttls) == (host, port, use_tls, starttls)


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.com",
        "smtp://",
        "http://mail.example.com",
        "smtp://user:hunter2#@mail.example.com",
        "smtp://user:hunter2/@mail.example.com",
        "smtp://user:1#hunter2@mail.example.com",
        "smtp://user:hunter2@mail.example.com:port",
        "smtp://user:hunter2@mail.example.com:0",
        "smtp://user:hunter2@[mail.example.com",
        "smtp://user:hunter2@mail.example.com/path",
        "smtp://user:hunter2@mail.example.com?tls=yes",
        "smtp://user:hunter2@mail.example.com?starttls=maybe",
        "smtp://user:hunter2@mail.example.com\n",
        {"host": "mail.example.com", "password": "hunter2"},
    ],
    ids=str,
)
def test_an_invalid_server_url_is_refused_without_showing_its_password(url: Any) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Email(server=url)
    assert refused.value.option == "providers['email'].server"
    assert "hunter2" not in str(refused.value)


def test_no_repr_shows_the_password() -> None:
    provider = Email(server="smtp://user:hunter2@mail.example.com", secret="s3cret")
    assert "hunter2" not in repr(provider)
    assert "hunter2" not in repr(smtp.parse_server("smtp://user:hunter2@mail.example.com", "server"))
    assert "s3cret" not in repr(provider)


def test_without_aiosmtplib_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match=r"pip install 'authwright\[mail\]'"):
        Email(server="smtp://localhost")
