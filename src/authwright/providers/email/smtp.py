"""Delivery of one mail to one recipient through an SMTP server, in at most ten seconds in total."""

from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from authwright.errors import ConfigurationError, EmailSignin
from authwright.server.protocol.addresses import normal_form_or_none
from authwright.server.runtime.threads import HOOKS

if TYPE_CHECKING:
    from aiosmtplib import SMTP

# Seconds for the whole delivery. The last tenth is for QUIT, after the mail has been accepted.
TIME_LIMIT = 10.0
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_PORTS = {"smtp": 25, "smtps": 465}
_STARTTLS = {"auto": None, "required": True, "never": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class SMTPServer:
    """An SMTP server. ``starttls`` None means that STARTTLS is used if the server supports it."""

    host: str
    port: int
    use_tls: bool
    starttls: bool | None
    username: str | None = None
    password: str | None = field(default=None, repr=False)


def parse_server(url: object, option: str) -> SMTPServer:
    """Parse the URL of an SMTP server, such as ``smtp://user:password@host:587``. ``smtps://`` uses TLS from the start.

    ``?starttls=required`` rejects a server without STARTTLS. This is the default if the URL has a user name and the
    server is not on loopback. ``?starttls=never`` does not use STARTTLS.

    Raises:
        ConfigurationError: The URL is invalid, or aiosmtplib is not installed. The text never contains the password.
    """
    if find_spec("aiosmtplib") is None:
        raise ConfigurationError(option, "SMTP requires aiosmtplib.", "Run: pip install 'authwright[mail]'")
    remedy = "Use a URL such as 'smtp://user:password@mail.example.com:587'. Percent-encode user and password."
    if not isinstance(url, str):
        raise ConfigurationError(option, f"the value is a {type(url).__name__}, not a string.", remedy)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ConfigurationError(option, "the value is not a valid URL.", remedy) from None
    # If a "#", "?" or "/" in the password is not percent-encoded, the host ends too early.
    whole = parts.path in ("", "/") and not parts.fragment and url.isprintable() and " " not in url
    if parts.scheme not in _PORTS or not parts.hostname or not whole or port == 0:
        raise ConfigurationError(option, "the value is not the URL of an SMTP server.", remedy)
    use_tls = parts.scheme == "smtps"
    starttls = _parse_starttls(parts.query, option, use_tls=use_tls)
    if parts.username and starttls is None and parts.hostname not in _LOOPBACK:
        # RFC 8314 section 4.1: a password must not be sent over a network unencrypted.
        starttls = True
    return SMTPServer(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        use_tls=use_tls,
        starttls=starttls,
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


def check_sender(sender: object, option: str) -> None:
    """Raise ``ConfigurationError`` if *sender* is not exactly one ASCII address, with or without a name."""
    if not isinstance(sender, str) or not _is_mailbox(sender):
        remedy = "Use an address such as 'Example <noreply@example.com>'. Put a name with a comma in double quotes."
        raise ConfigurationError(option, "the value is not exactly one e-mail address.", remedy)


def compose(*, sender: str, recipient: str, subject: str, text: str, html: str) -> EmailMessage:
    """Create the message. Raises ``EmailSignin`` if *recipient* is not exactly one plain address."""
    message = EmailMessage()
    message["From"] = sender
    # An Address, because a string would be split at a comma.
    message["To"] = _one_address(recipient)
    message["Subject"] = " ".join(subject.split())
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = make_msgid(domain=message["From"].addresses[0].domain)
    # RFC 3834 section 5: prevents automatic replies, such as vacation notices.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    return message


async def deliver(server: SMTPServer, message: EmailMessage, *, recipient: str) -> None:
    """Send *message* to *recipient* only.

    Raises:
        EmailSignin: The server did not accept the mail in time. The text contains the type of the error, but not the
            server's response.
    """
    import aiosmtplib

    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        username=server.username,
        password=server.password,
        use_tls=server.use_tls,
        start_tls=server.starttls,
        local_hostname=_own_name(),
        timeout=TIME_LIMIT,
    )
    try:
        async with asyncio.timeout(0.9 * TIME_LIMIT):
            if server.use_tls or server.starttls is not False:
                client.tls_context = await _tls_context()
            await client.connect()
            await _check_international(client, server, recipient)
            envelope_sender = message["From"].addresses[0].addr_spec
            await client.send_message(message, sender=envelope_sender, recipients=[recipient])
        await _say_goodbye(client)
    except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as error:
        raise EmailSignin(f"The mail server {server.host} did not accept the mail: {type(error).__name__}.") from None
    finally:
        client.close()


async def _check_international(client: SMTP, server: SMTPServer, recipient: str) -> None:
    """Raise ``EmailSignin`` if *recipient* needs SMTPUTF8 (RFC 6531) and the server does not support it."""
    if recipient.isascii():
        return
    if client.is_ehlo_or_helo_needed:
        await client.ehlo()
    if not client.supports_extension("smtputf8"):
        raise EmailSignin(f"The address is not in ASCII, and the mail server {server.host} does not support SMTPUTF8.")


async def _tls_context() -> ssl.SSLContext:
    """Return the TLS context that verifies the server. Loading the authorities takes 40 ms, so a thread does it."""
    paths = ssl.get_default_verify_paths()
    if paths not in _contexts:
        _contexts[paths] = await HOOKS.run(ssl.create_default_context, TIME_LIMIT)
    return _contexts[paths]


# The key is the paths of the certificate authorities, which environment variables can change.
_contexts: dict[ssl.DefaultVerifyPaths, ssl.SSLContext] = {}


async def _say_goodbye(client: SMTP) -> None:
    """Send QUIT (RFC 5321 section 4.1.1.10). The mail has been accepted, so errors are ignored."""
    from aiosmtplib import SMTPException

    with suppress(SMTPException, OSError, TimeoutError):
        await client.quit(timeout=0.1 * TIME_LIMIT)


def _parse_starttls(query: str, option: str, *, use_tls: bool) -> bool | None:
    parameters = parse_qs(query, keep_blank_values=True)
    values = parameters.pop("starttls", ["auto"])
    if parameters or len(values) != 1 or values[0] not in _STARTTLS:
        raise ConfigurationError(option, "the URL has an invalid query.", "Use ?starttls=required or ?starttls=never.")
    return False if use_tls else _STARTTLS[values[0]]


def _is_mailbox(text: str) -> bool:
    message = EmailMessage()
    try:
        message["From"] = text
        header = message["From"]
        [address] = header.addresses
    except (ValueError, IndexError, AttributeError, MessageError):
        return False
    return not header.defects and bool(address.username and address.domain) and address.addr_spec.isascii()


def _one_address(text: str) -> Address:
    try:
        address = Address(addr_spec=text) if text.isascii() else _international(text)
    except (ValueError, IndexError, AttributeError, MessageError):
        address = Address()
    if address.addr_spec != text:
        raise EmailSignin("The recipient is not exactly one plain address.")
    return address


def _international(text: str) -> Address:
    """Return the address of RFC 6532. ``Address(addr_spec=...)`` rejects a local part that is not in ASCII."""
    local, _, domain = text.rpartition("@")
    return Address(username=local, domain=domain) if normal_form_or_none(text) else Address()


def _own_name() -> str:
    """Return the name for EHLO without using DNS: the host's name, or an address literal (RFC 5321 section 4.1.3)."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"
