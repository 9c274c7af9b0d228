"""``Email``: sign-in by a link that is sent by mail."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from authwright.config import Theme, check_seconds
from authwright.errors import ConfigurationError, EmailSignin
from authwright.hooks import Function, Hook, bind_blocking
from authwright.http import Request
from authwright.providers import mail, smtp
from authwright.providers.base import check_id, option_of
from authwright.providers.identifier import normalize_email
from authwright.types import ProviderType

_DAY = 24 * 60 * 60
_HOOKS: Mapping[str, Sequence[str]] = {
    "send": ("identifier", "url", "token", "expires", "provider", "theme", "request"),
    "normalize_identifier": ("identifier",),
    "generate_verification_token": (),
}


@dataclass(frozen=True, kw_only=True)
class Email:
    """Sign-in by an e-mail link (https://next-auth.js.org/providers/email). It needs an adapter.

    Args:
        server: The SMTP server, as ``smtp://user:password@host:port`` or ``smtps://...``.
        sender: Whom mails come from.
        send: In place of *server*: ``send(identifier, url, token, expires, provider, theme, request)``.
        confirm: Whether the link shows a button that signs in; else opening it signs in, as in v4, and a mail scanner
            that opens links uses them up.
        max_age: Seconds that a link works.
        normalize_identifier: Makes one address of what a person typed, in place of our own rules; it raises to refuse.
        generate_verification_token: Makes the link's secret, in place of 32 random bytes.
        secret: Hashes the links' secrets in the store, in place of the secret of ``Auth``.
        subject: Jinja template of the mail's subject. Each of the three may name ``url``, ``host``, ``shown_host``
            (of which mail programs make no link), ``identifier``, ``theme``, ``brand_color`` and ``button_text``.
        text: Jinja template of its plain text.
        html: Jinja template of its HTML; what is filled in is escaped.
        id: Names it in URLs and accounts.
        name: What people read on its button.

    Raises:
        ConfigurationError: Neither or both of *server* and *send* are given, or an option cannot work.
    """

    server: str | None = field(default=None, repr=False)
    sender: str = "Sign in <no-reply@example.com>"
    send: Function | None = None
    confirm: bool = True
    max_age: int = _DAY
    normalize_identifier: Function | None = None
    generate_verification_token: Function | None = None
    secret: str | None = field(default=None, repr=False)
    subject: str = mail.SUBJECT
    text: str = mail.TEXT
    html: str = mail.HTML
    id: str = "email"
    name: str = "Email"
    type: ProviderType = field(default="email", init=False)
    _smtp: smtp.SMTPServer | None = field(default=None, init=False, repr=False, compare=False)
    _hooks: Mapping[str, Hook] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_id(self.id)
        option = option_of(self.id)
        if bool(self.server) == (self.send is not None):
            remedy = "Give one of them: server='smtp://mail.example.com', or send=your function."
            raise ConfigurationError(option, "has none or both of server and send.", remedy)
        check_seconds(f"{option}.max_age", self.max_age, least=1)
        self._check_templates(option)
        functions = {name: function for name in _HOOKS if (function := getattr(self, name)) is not None}
        hooks = {
            name: bind_blocking(function, f"{option}.{name}", _HOOKS[name]) for name, function in functions.items()
        }
        object.__setattr__(self, "_hooks", hooks)
        if self.server:
            smtp.check_sender(self.sender, f"{option}.sender")
            object.__setattr__(self, "_smtp", smtp.parse_server(self.server, f"{option}.server"))

    def _check_templates(self, option: str) -> None:
        """Our own need no check, so that jinja2 is loaded at the first mail."""
        for name, ours in (("subject", mail.SUBJECT), ("text", mail.TEXT), ("html", mail.HTML)):
            if getattr(self, name) != ours:
                mail.check_template(getattr(self, name), f"{option}.{name}")

    async def normalize(self, identifier: str) -> str:
        """The one address that *identifier* names.

        Raises:
            EmailSignin: It names none, or the app's function refused it.
        """
        hook = self._hooks.get("normalize_identifier")
        if hook is None:
            return normalize_email(identifier)
        try:
            address = await hook(identifier=identifier)
        except Exception as error:
            raise EmailSignin(f"normalize_identifier refused the address: {type(error).__name__}.") from None
        if not isinstance(address, str) or not address:
            raise EmailSignin("normalize_identifier answered no address.")
        return address

    async def make_token(self) -> str:
        """The secret of a new link; where the app's function answers nothing, 32 random bytes, as in v4.

        Raises:
            EmailSignin: The app's function answered neither a string nor a number.
        """
        hook = self._hooks.get("generate_verification_token")
        token = await hook() if hook else None
        if token is None or token == "":
            return secrets.token_hex(32)
        # type(), not isinstance: the text of True, or of an object, would be a secret that anybody can guess.
        if type(token) not in (str, int):
            raise EmailSignin(f"generate_verification_token answered {type(token).__name__}: answer a string.")
        return str(token)

    async def deliver(
        self, *, identifier: str, url: str, token: str, expires: datetime, theme: Theme, request: Request
    ) -> None:
        """Send the link *url* to *identifier*, through the app's function or the SMTP server.

        Raises:
            EmailSignin: The server does not take the mail. What the app's function raises comes through.
            TimeoutError: The app's function took longer than 10 seconds.
        """
        hook = self._hooks.get("send")
        if hook:
            async with asyncio.timeout(smtp.TIME_LIMIT):
                await hook(
                    identifier=identifier,
                    url=url,
                    token=token,
                    expires=expires,
                    provider=self,
                    theme=theme,
                    request=request,
                )
        elif self._smtp:
            await self._deliver_by_smtp(self._smtp, identifier, url, theme)

    async def _deliver_by_smtp(self, server: smtp.SMTPServer, identifier: str, url: str, theme: Theme) -> None:
        host = urlsplit(url).netloc

        def render(template: str, *, escape: bool = False) -> str:
            return mail.render(template, url=url, host=host, identifier=identifier, theme=theme, escape=escape)

        message = smtp.compose(
            sender=self.sender,
            recipient=identifier,
            subject=render(self.subject),
            text=render(self.text),
            html=render(self.html, escape=True),
        )
        await smtp.deliver(server, message, recipient=identifier)
