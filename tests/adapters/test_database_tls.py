"""TLS to real servers: used and checked as the URL says."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import URL

from authwright.adapters.sqlalchemy.connecting.engine import Source
from support.servers import MARIADB, POSTGRES, Server, find, private


def certify(folder: Path, user: str) -> Path:
    """Write a self-signed certificate for 127.0.0.1 and its key for the server's *user*, and return its path."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "database server of a test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()))
    (folder / "key.pem").chmod(0o600)
    if os.getuid() == 0:
        shutil.chown(folder / "key.pem", user)
    return folder / "cert.pem"


def with_tls(server: Server) -> Server:
    """Return *server* with a certificate, which is created in its folder when it starts."""

    def start(folder: Path, port: int) -> list[list[str]]:
        if not (folder / "cert.pem").exists():
            certify(folder, server.user)
        files = {"cert": folder / "cert.pem", "key": folder / "key.pem"}
        *commands, command = server.start(folder, port)
        if server is POSTGRES:
            extra = ["-c", "ssl=on", *(f"--ssl_{name}_file={file}" for name, file in files.items())]
        else:
            extra = [f"--ssl-{name}={file}" for name, file in files.items()]
        return [*commands, [*command, *extra]]

    return replace(server, start=start)


@pytest.fixture(scope="module", params=[POSTGRES, MARIADB], ids=["postgresql", "mariadb"])
def server(request: pytest.FixtureRequest) -> Iterator[tuple[URL, Path]]:
    """A server with a certificate of its own authority: the URL and the file of the authority."""
    if find(request.param.binary) is None:
        pytest.skip(f"{request.param.name} is missing: apt-get install {request.param.package}")
    with private(with_tls(request.param)) as instance:
        yield instance.url, instance.folder / "cert.pem"


ENCRYPTED = {
    "postgresql": "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
    "mysql": "SELECT variable_value <> '' FROM information_schema.session_status WHERE variable_name = 'Ssl_cipher'",
}


async def is_encrypted(url: str) -> bool:
    """Return whether an engine of the adapter for *url* encrypts its connection."""
    engine = Source.of(url).engine()
    try:
        async with engine.connect() as connection:
            return bool((await connection.exec_driver_sql(ENCRYPTED[engine.dialect.name])).scalar())
    finally:
        await engine.dispose()


def with_query(url: URL, query: str, host: str = "127.0.0.1") -> str:
    bare = url.set(drivername=url.get_backend_name(), host=host)
    return f"{bare.render_as_string(hide_password=False)}?{query}"


@pytest.mark.parametrize(
    "query", ["sslmode=require", "sslmode=verify-full&sslrootcert={ca}", "ssl-mode=VERIFY_CA&ssl-ca={ca}"]
)
async def test_the_connection_is_encrypted(server: tuple[URL, Path], query: str) -> None:
    url, authority = server
    assert await is_encrypted(with_query(url, query.format(ca=authority)))


async def test_the_connection_is_not_encrypted_if_the_url_says_so(server: tuple[URL, Path]) -> None:
    assert not await is_encrypted(with_query(server[0], "sslmode=disable"))


@pytest.fixture
def refusal() -> Iterator[None]:
    """Free the sockets that aiomysql does not close when TLS fails, before another test sees the warning."""
    yield
    gc.collect()


@pytest.mark.usefixtures("refusal")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("query", ["sslmode=verify-full", "ssl-mode=VERIFY_CA", "sslmode=verify-ca"])
async def test_a_certificate_of_an_unknown_authority_is_refused(server: tuple[URL, Path], query: str) -> None:
    with pytest.raises(Exception, match=r"certificate verify failed|Can't connect"):
        await is_encrypted(with_query(server[0], query))


@pytest.mark.usefixtures("refusal")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_certificate_for_another_host_is_refused_only_if_the_host_is_checked(server: tuple[URL, Path]) -> None:
    url, authority = server
    assert await is_encrypted(with_query(url, f"sslmode=verify-ca&sslrootcert={authority}", "localhost"))
    with pytest.raises(Exception, match=r"certificate verify failed|Can't connect"):
        await is_encrypted(with_query(url, f"sslmode=verify-full&sslrootcert={authority}", "localhost"))


@pytest.mark.usefixtures("refusal")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_server_without_tls_is_refused_if_the_url_requires_it(mariadb_server: URL) -> None:
    assert not await is_encrypted(with_query(mariadb_server, "ssl-mode=PREFERRED"))
    with pytest.raises(Exception, match=r"TLS|Can't connect"):
        await is_encrypted(with_query(mariadb_server, "ssl-mode=REQUIRED"))
