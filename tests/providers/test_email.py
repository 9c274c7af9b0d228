"""The provider ``Email``: its options, and mail through a real SMTP server on localhost."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope

from authwright import Theme
from authwright.adapters.memory import MemoryAdapter
from authwright.errors import ConfigurationError, EmailSignin
from authwright.http import Request
from authwright.providers import Email
from authwright.providers.email import smtp
from support.apps import BASE_URL, make_auth
from support.browser import Browser, location_of

URL = "https://app.example.com/api/auth/callback/email?token=abc&email=bob%40example.com"
REQUEST = Request("POST", "/api/auth/signin/email")


class Mailbox:
    """The envelopes that the SMTP server received."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.reply = "250 OK"
        self.delay = 0.0

    async def handle_DATA(self, server: object, session: object, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.delay)
        self.envelopes.append(envelope)
        return self.reply


def message_in(mailbox: Mailbox) -> EmailMessage:
    content = cast(bytes, mailbox.envelopes[-1].content)
    return message_from_bytes(content, policy=policy.default)


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@contextmanager
def serving(mailbox: Mailbox, **options: Any) -> Iterator[str]:
    """Run an SMTP server for one test on a free port, and yield its address."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    yield f"127.0.0.1:{port}"
    controller.stop()


@pytest.fixture
def server(mailbox: Mailbox) -> Iterator[str]:
    with serving(mailbox) as address:
        yield f"smtp://{address}"


async def deliver(provider: Email, identifier: str = "bob@example.com", theme: Theme | None = None) -> None:
    expires = datetime(2027, 1, 1, tzinfo=UTC)
    await provider.deliver(
        identifier=identifier, url=URL, token="abc", expires=expires, theme=theme or Theme(), request=REQUEST
    )


async def test_a_mail_is_sent_only_to_the_address_in_the_link(server: str, mailbox: Mailbox) -> None:
    await deliver(Email(server=server, sender="App <noreply@example.com>"))
    envelope, message = mailbox.envelopes[0], message_in(mailbox)
    assert (envelope.mail_from, envelope.rcpt_tos) == ("noreply@example.com", ["bob@example.com"])
    assert (message["To"], message["From"]) == ("bob@example.com", "App <noreply@example.com>")
    assert message["Subject"] == "Sign in to app.example.com"
    assert message["Auto-Submitted"] == "auto-generated"


async def test_a_mail_has_the_link_as_text_and_as_html(server: str, mailbox: Mailbox) -> None:
    await deliver(Email(server=server), theme=Theme(brand_color="#123456"))
    text = message_in(mailbox).get_body(("plain",))
    html = message_in(mailbox).get_body(("html",))
    assert text is not None
    assert html is not None
    assert URL in text.get_content()
    assert URL.replace("&", "&amp;") in html.get_content()
    assert "background:#123456" in html.get_content()


async def test_the_app_may_replace_every_template(server: str, mailbox: Mailbox) -> None:
    templates = {"subject": "Hi\n from {{ host }}", "text": "Go: {{ url }}", "html": "<a href='{{ url }}'>Go</a>"}
    await deliver(Email(server=server, **cast(Any, templates)))
    assert message_in(mailbox)["Subject"] == "Hi from app.example.com"
    assert "&amp;" in str(message_in(mailbox).get_body(("html",)))


@pytest.mark.parametrize(
    "identifier",
    [
        "a@example.com, b@evil.example",
        "a@example.com\r\nBcc: b@evil.example",
        "x",
        "\u00e9@example.com, b@evil.example",
        "\u00e9,b@example.com",
        "\u00e9@example.com\r\nBcc: b@evil.example",
        "\u00e9@a@example.com",
    ],
)
async def test_no_mail_is_sent_to_an_invalid_address(server: str, mailbox: Mailbox, identifier: str) -> None:
    with pytest.raises(EmailSignin):
        await deliver(Email(server=server), identifier)
    assert mailbox.envelopes == []


@pytest.mark.parametrize("identifier", ["jos\u00e9@example.com", "\uc608.\uc2dc@xn--bcher-kva.example"])
async def test_a_mail_to_an_address_in_another_script_arrives(server: str, mailbox: Mailbox, identifier: str) -> None:
    await deliver(Email(server=server), identifier)
    assert mailbox.envelopes[0].rcpt_tos == [identifier]
    assert message_in(mailbox)["To"] == identifier


@pytest.mark.parametrize("query", ["", "?starttls=never"])
async def test_an_address_that_the_server_cannot_carry_is_refused_before_anything_is_sent(
    mailbox: Mailbox, query: str
) -> None:
    with serving(mailbox, enable_SMTPUTF8=False) as address:
        with pytest.raises(EmailSignin, match="SMTPUTF8"):
            await deliver(Email(server=f"smtp://{address}{query}"), "jos\u00e9@example.com")
        assert mailbox.envelopes == []
        await deliver(Email(server=f"smtp://{address}{query}"), "jose@xn--bcher-kva.example")
    assert len(mailbox.envelopes) == 1


async def test_an_address_that_the_server_cannot_carry_is_refused_on_the_sign_in_page(mailbox: Mailbox) -> None:
    with serving(mailbox, enable_SMTPUTF8=False) as address:
        auth = make_auth(providers=[Email(server=f"smtp://{address}")], adapter=MemoryAdapter())
        response = await Browser(auth).sign_in("/signin/email", email="jos\u00e9@example.com")
    assert (response.status, location_of(response)) == (200, f"{BASE_URL}/error?error=EmailSignin")


async def test_a_refusal_by_the_server_is_reported_without_its_text(server: str, mailbox: Mailbox) -> None:
    mailbox.reply = "550 the token is abc"
    with pytest.raises(EmailSignin) as refused:
        await deliver(Email(server=server))
    assert "abc" not in str(refused.value)


async def test_a_slow_server_times_out(server: str, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    mailbox.delay = 0.5
    monkeypatch.setattr(smtp, "TIME_LIMIT", 0.1)
    with pytest.raises(EmailSignin, match="Timeout"):
        await deliver(Email(server=server))


async def test_an_unreachable_server_is_named_in_the_error() -> None:
    with pytest.raises(EmailSignin, match=r"127\.0\.0\.1"):
        await deliver(Email(server="smtp://127.0.0.1:1"))


async def test_the_user_and_password_in_the_url_are_used(mailbox: Mailbox) -> None:
    seen: list[Any] = []

    def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        seen.append((data.login, data.password))
        return AuthResult(success=True)

    options = {"authenticator": authenticate, "auth_require_tls": False}
    with serving(mailbox, **options) as address:
        await deliver(Email(server=f"smtp://us%40er:p%3Ass@{address}"))
    assert seen == [(b"us@er", b"p:ss")]


async def test_a_server_without_starttls_is_refused_if_starttls_is_required(server: str, mailbox: Mailbox) -> None:
    with pytest.raises(EmailSignin):
        await deliver(Email(server=f"{server}?starttls=required"))
    assert mailbox.envelopes == []


async def test_the_apps_send_function_receives_the_parameters_it_names() -> None:
    seen: list[Any] = []

    async def send(url: str, provider: Email) -> None:
        seen.append((url, provider.id))

    await deliver(Email(send=send))
    assert seen == [(URL, "email")]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"send": print, "server": "smtp://localhost"},
        {"server": ""},
        {"server": "http://localhost"},
        {"server": "smtp://"},
        {"server": "smtp://user:hunter2@host:99999"},
        {"server": "smtp://host?starttls=maybe"},
        {"send": print, "max_age": 0},
        {"send": print, "id": "a/b"},
        {"send": lambda recipient, to: None},
    ],
    ids=lambda options: " ".join(options) or "nothing",
)
def test_invalid_options_are_refused_without_showing_the_password(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Email(**options)
    assert "hunter2" not in str(refused.value)


async def test_an_error_in_the_apps_normaliser_refuses_the_address() -> None:
    def normalize(identifier: str) -> str:
        raise ValueError(identifier)

    with pytest.raises(EmailSignin):
        await Email(send=print, normalize_identifier=normalize).normalize("bob@example.com")
    own = Email(send=print, normalize_identifier=str.upper, generate_verification_token=lambda: "ABC123")
    assert (await own.normalize("bob@example.com"), await own.make_token()) == ("BOB@EXAMPLE.COM", "ABC123")


@pytest.mark.parametrize("result", [None, "", 7, b"bob@example.com"])
async def test_a_normaliser_that_returns_no_address_refuses_it(result: object) -> None:
    with pytest.raises(EmailSignin):
        await Email(send=print, normalize_identifier=lambda identifier: result).normalize("bob@example.com")


async def test_the_token_of_a_link_has_64_random_hexadecimal_digits() -> None:
    first, second = [await Email(send=print).make_token() for _ in range(2)]
    assert first != second
    assert (len(first), len(bytes.fromhex(first))) == (64, 32)


@pytest.mark.parametrize("result", [None, ""])
async def test_an_empty_token_from_the_app_is_replaced_with_a_random_one(result: object) -> None:
    assert len(await Email(send=print, generate_verification_token=lambda: result).make_token()) == 64


@pytest.mark.parametrize("result", [True, False, b"abc", ["abc"], object()])
async def test_a_token_from_the_app_that_is_not_text_is_refused_without_showing_its_value(result: object) -> None:
    with pytest.raises(EmailSignin) as refused:
        await Email(send=print, generate_verification_token=lambda: result).make_token()
    assert "abc" not in refused.value.detail


async def test_the_apps_send_function_may_take_every_parameter() -> None:
    seen: dict[str, object] = {}
    await deliver(Email(send=lambda **values: seen.update(values)))
    assert sorted(seen) == ["expires", "identifier", "provider", "request", "theme", "token", "url"]


def test_an_error_about_an_option_names_the_id_of_the_provider() -> None:
    with pytest.raises(ConfigurationError) as refused:
        Email(send=print, id="magic", max_age=0)
    assert refused.value.option == "providers['magic'].max_age"
