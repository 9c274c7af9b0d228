"""``Email``: sign-in with a link that is sent by e-mail."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from authwright.errors import ConfigurationError, EmailSignin, InvalidEmail
from authwright.http import Request
from authwright.options import Theme, check_seconds
from authwright.providers.base import check_id, option_of
from authwright.providers.email import message as mail
from authwright.providers.email import smtp
from authwright.providers.email.addresses import normalize_email
from authwright.server.runtime.hooks import Function, Hook, bind_blocking
from authwright.types import ProviderType

_DAY = 24 * 60 * 60
_HOOKS: Mapping[str, Sequence[str]] = {
    "send": ("identifier", "url", "token", "expires", "provider", "theme", "request"),
    "normalize_identifier": ("identifier",),
    "generate_verification_token": (),
}


@dataclass(frozen=True, kw_only=True)
class Email:
    """Sign-in with an e-mail link (https://next-auth.js.org/providers/email). This requires an adapter.

    Args:
        server: The SMTP server, as ``smtp://user:password@host:port`` or ``smtps://...``.
        sender: The address in the From header, optionally with a name.
        send: A function to use instead of *server*:
            ``send(identifier, url, token, expires, provider, theme, request)``.
        confirm: Whether the link opens a page with a button that signs in. If False, opening the link signs in, as in
            v4. A mail scanner that opens links would then use them up.
        max_age: The lifetime of a link, in seconds.
        normalize_identifier: A function to use instead of the built-in rules: ``normalize_identifier(identifier)``
            returns the normalized form of the address that the user typed, and raises an exception to reject it.
        generate_verification_token: A function that returns the secret of a link, instead of 32 random bytes.
        secret: The secret that hashes the links' tokens in the store, instead of the secret of ``Auth``.
        subject: The Jinja template of the mail's subject. The three templates can use ``url``, ``host``,
            ``shown_host`` (the host in a form that mail programs do not turn into a link), ``identifier``, ``theme``,
            ``brand_color`` and ``button_text``.
        text: The Jinja template of the plain text.
        html: The Jinja template of the HTML. Values are escaped.
        id: The provider's id in URLs and accounts.
        name: The text on the button.

    Raises:
        ConfigurationError: Neither or both of *server* and *send* are set, or an option is invalid.
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
            remedy = "Set exactly one of them: server='smtp://mail.example.com', or send= to your function."
            problem = "both of server and send are set." if self.server else "neither server nor send is set."
            raise ConfigurationError(option, problem, remedy)
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
        """Check the app's templates. The defaults are not checked, so they import jinja2 only for the first mail."""
        for name, ours in (("subject", mail.SUBJECT), ("text", mail.TEXT), ("html", mail.HTML)):
            if getattr(self, name) != ours:
                mail.check_template(getattr(self, name), f"{option}.{name}")

    async def normalize(self, identifier: str) -> str:
        """Return the normalized address of *identifier*.

        Raises:
            EmailSignin: *identifier* is not a valid address, or the app's function rejected it.
        """
        hook = self._hooks.get("normalize_identifier")
        if hook is None:
            return normalize_email(identifier)
        try:
            address = await hook(identifier=identifier)
        except Exception as error:
            raise InvalidEmail(f"normalize_identifier rejected the address: {type(error).__name__}.") from None
        if not isinstance(address, str) or not address:
            raise EmailSignin("normalize_identifier must return a string, or raise an exception to reject the address.")
        return address

    async def make_token(self) -> str:
        """Return the secret of a new link. As in v4, it is 32 random bytes unless a function of the app returns one.

        Raises:
            EmailSignin: The app's function returned neither a string nor an integer.
        """
        hook = self._hooks.get("generate_verification_token")
        token = await hook() if hook else None
        if token is None or token == "":
            return secrets.token_hex(32)
        # type() instead of isinstance(): str(True), or str() of another object, would be easy to guess.
        if type(token) not in (str, int):
            raise EmailSignin(f"generate_verification_token returned a {type(token).__name__}. Return a string.")
        return str(token)

    async def deliver(
        self, *, identifier: str, url: str, token: str, expires: datetime, theme: Theme, request: Request
    ) -> None:
        """Send the link *url* to *identifier* with the app's function or the SMTP server.

        Raises:
            EmailSignin: The SMTP server did not accept the mail.
            TimeoutError: The app's function took longer than 10 seconds. Its own exceptions are not caught.
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
