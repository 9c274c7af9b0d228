"""The contents of the sign-in mail, and its valid senders and recipients."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from authwright import Theme
from authwright.errors import ConfigurationError, EmailSignin
from authwright.providers import Email
from authwright.providers.email import message as mail
from authwright.providers.email import smtp
from authwright.providers.email.addresses import normalize_email

LINK = "https://app.example.com/api/auth/callback/email?token=abc&email=bob%40example.com"


def compose(recipient: str = "bob@example.com", **changes: str) -> EmailMessage:
    parts = {"sender": "App <noreply@example.com>", "subject": "Hello", "text": "text", "html": "<p>html</p>"}
    return smtp.compose(**(parts | changes), recipient=recipient)


def html(theme: Theme, template: str = mail.HTML, host: str = "app.example.com") -> str:
    return mail.render(template, url=LINK, host=host, identifier="bob@example.com", theme=theme, escape=True)


@settings(deadline=None)
@given(st.emails())
def test_the_recipient_is_exactly_the_normalised_address(typed: str) -> None:
    try:
        address = normalize_email(typed)
    except EmailSignin:
        return
    [recipient] = compose(address)["To"].addresses
    assert recipient.addr_spec == address


@settings(deadline=None)
@given(st.text(max_size=60))
def test_a_recipient_cannot_add_a_header_or_a_second_recipient(recipient: str) -> None:
    try:
        message = compose(recipient)
    except EmailSignin:
        return
    assert [address.addr_spec for address in message["To"].addresses] == [recipient]
    assert set(message.keys()) == set(compose().keys())


@settings(deadline=None)
@given(st.text(max_size=200))
def test_a_subject_cannot_add_a_header(subject: str) -> None:
    sent = message_from_bytes(compose(subject=f"{subject}\r\nBcc: eve@evil.example").as_bytes(), policy=policy.default)
    assert set(sent.keys()) == set(compose().keys())


def test_each_mail_has_its_own_message_id_at_the_senders_domain() -> None:
    first, second = compose()["Message-ID"], compose()["Message-ID"]
    assert first != second
    assert first.endswith("@example.com>")


@pytest.mark.parametrize(
    "sender",
    [
        "",
        "Example",
        "a@example.com, b@example.com",
        "Example, Inc. <a@example.com>",
        "a@example.com\r\nBcc: b@evil.example",
        "<a@>",
        "\uc608@example.com",
        None,
        7,
    ],
    ids=repr,
)
def test_a_sender_that_is_not_one_address_is_refused(sender: Any) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Email(server="smtp://localhost", sender=sender)
    assert refused.value.option == "providers['email'].sender"


@pytest.mark.parametrize("sender", ["a@example.com", '"Example, Inc." <a@example.com>', "\uc608\uc2dc <a@example.com>"])
def test_a_sender_may_have_any_name(sender: str) -> None:
    assert Email(server="smtp://localhost", sender=sender).sender == sender


def test_the_button_has_the_colours_of_the_theme_and_opens_the_link() -> None:
    page = html(Theme(brand_color="#123456", button_text="#fedcba"))
    assert 'bgcolor="#123456"' in page
    assert "color:#fedcba" in page
    assert f'href="{LINK.replace("&", "&amp;")}"' in page


def test_the_mail_uses_the_colour_scheme_of_the_theme_or_of_the_system() -> None:
    assert "prefers-color-scheme: dark" in html(Theme())
    for theme, background in ((Theme(color_scheme="light"), "#ffffff"), (Theme(color_scheme="dark"), "#1a1d23")):
        page = html(theme)
        assert f'content="{theme.color_scheme}"' in page
        assert f"background:{background}" in page
        assert "prefers-color-scheme" not in page


def test_the_host_is_written_so_that_mail_programs_do_not_turn_it_into_a_link() -> None:
    page = html(Theme())
    assert "app.example.com" not in page.replace(LINK.replace("&", "&amp;"), "")
    assert "app\u2060.example\u2060.com" in page


def test_values_in_html_are_escaped() -> None:
    assert "<script>" not in html(Theme(), host="<script>alert(1)</script>")


def test_the_apps_template_may_use_every_value() -> None:
    template = (
        "{{ url }} {{ host }} {{ shown_host }} {{ identifier }} {{ theme.logo }} {{ brand_color }} {{ button_text }}"
    )
    email = Email(server="smtp://localhost", subject=template, text=template, html=template)
    assert html(Theme(), email.html).endswith("bob@example.com  #346df1 #ffffff")


@pytest.mark.parametrize("name", ["subject", "text", "html"])
@pytest.mark.parametrize("template", ["{{ token }}", "{% if %}", "{{ url + 1 }}", "{{ 1 / 0 }}", None], ids=repr)
def test_an_invalid_template_is_refused_by_name(name: str, template: Any) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Email(server="smtp://localhost", **{name: template})
    assert refused.value.option == f"providers['email'].{name}"
