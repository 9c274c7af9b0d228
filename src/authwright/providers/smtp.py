"""Mail through an SMTP server: one message to one recipient, within ten seconds in all."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from importlib.util import find_spec
from urllib.parse import parse_qs, unquote, urlsplit

from authwright.errors import ConfigurationError, EmailSignin

TIME_LIMIT = 10.0
_PORTS = {"smtp": 25, "smtps": 465}
_STARTTLS = {"auto": None, "required": True, "never": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class SMTPServer:
    """Where mail is handed over. ``starttls`` None means: where the server offers it."""

    host: str
    port: int
    use_tls: bool
    starttls: bool | None
    username: str | None = None
    password: str | None = field(default=None, repr=False)


def parse_server(url: str) -> SMTPServer:
    """The server that ``smtp://user:password@host:587`` names; ``smtps://`` is TLS from the first byte.

    ``?starttls=required`` refuses a server without STARTTLS, ``never`` does not ask for it.

    Raises:
        ConfigurationError: The URL cannot be read, or aiosmtplib is not there. It never shows the password.
    """
    if find_spec("aiosmtplib") is None:
        raise ConfigurationError("Email.server", "needs aiosmtplib.", "Run: pip install 'authwright[mail]'")
    remedy = "Use a URL such as 'smtp://user:password@mail.example.com:587'."
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ConfigurationError("Email.server", "cannot be read.", remedy) from None
    starttls = parse_qs(parts.query).get("starttls", ["auto"])[-1]
    if parts.scheme not in _PORTS or not parts.hostname or starttls not in _STARTTLS:
        raise ConfigurationError("Email.server", "is no URL of an SMTP server.", remedy)
    use_tls = parts.scheme == "smtps"
    return SMTPServer(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        use_tls=use_tls,
        starttls=False if use_tls else _STARTTLS[starttls],
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


def compose(*, sender: str, recipient: str, subject: str, text: str, html: str) -> EmailMessage:
    """The message. Raises ``EmailSignin`` where *recipient* is not one plain address."""
    message = EmailMessage()
    try:
        # As an Address, not as text: text would be split on a comma.
        message["To"] = Address(addr_spec=recipient)
        message["From"] = sender
        message["Subject"] = " ".join(subject.split())
    except (ValueError, IndexError, AttributeError):
        raise EmailSignin("The mail's sender or recipient is not one plain address.") from None
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].strip("> ") or None)
    # RFC 3834 section 5: so that no holiday notice answers it.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    return message


async def deliver(server: SMTPServer, message: EmailMessage, *, sender: str, recipient: str) -> None:
    """Hand *message* over for *recipient* and nobody else.

    Raises:
        EmailSignin: The server does not take it in time. The text names what failed, not what was said.
    """
    import aiosmtplib

    try:
        async with asyncio.timeout(TIME_LIMIT):
            await aiosmtplib.send(
                message,
                sender=sender,
                recipients=[recipient],
                hostname=server.host,
                port=server.port,
                username=server.username,
                password=server.password,
                use_tls=server.use_tls,
                start_tls=server.starttls,
                timeout=TIME_LIMIT,
            )
    except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as error:
        raise EmailSignin(f"The mail server {server.host} did not take the mail: {type(error).__name__}.") from None
