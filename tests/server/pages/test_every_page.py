"""Rules that every built-in page follows."""

import re
import subprocess
import sys
from base64 import b64encode
from hashlib import sha256
from html import escape

import pytest

from authwright.server.pages import BuiltInPages, ProviderForm
from server.pages.document import read
from server.pages.shown import Shown

PAGES = ["signin", "signout", "error", "verify-request", "confirm-email", "problem"]
HOSTILE = "\"'><script>alert(1)</script>{{ 7*7 }}{provider}\x00\ud800"


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_page_has_a_name_a_language_a_title_and_one_heading(shown: Shown, name: str, language: str) -> None:
    page = read(shown.all(language)[name])
    assert page.one("body")["data-page"] == name
    assert page.one("html")["lang"] == language
    assert page.one("title").text == page.one("h1").text != ""


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_script_no_inline_style_and_no_external_resource(shown: Shown, name: str) -> None:
    page = shown.all()[name]
    assert not re.search(r"<(script|link|iframe|object|base)\b|@import|url\(|http-equiv", page.html)
    assert not any({"style", "src"} & each.attributes.keys() for each in read(page).elements)
    assert set(re.findall(r"https?://[^/\"<]+", page.html)) <= {"https://app.example"}


@pytest.mark.parametrize("name", PAGES)
def test_the_policy_allows_exactly_the_style_of_the_page(shown: Shown, name: str) -> None:
    [style] = re.findall(r"<style>(.*?)</style>", shown.all()[name].html, re.DOTALL)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert policy(shown.built_in)["style-src"] == f"'sha256-{digest}'"


def policy(pages: BuiltInPages) -> dict[str, str]:
    directives = dict(pages.headers)["Content-Security-Policy"].split("; ")
    return {name: value for name, _, value in (each.partition(" ") for each in directives)}


def test_the_policy_forbids_everything_else_except_posting_to_a_provider(shown: Shown) -> None:
    directives = policy(shown.built_in)
    assert directives.keys() == {"default-src", "style-src", "img-src", "base-uri", "frame-ancestors"}
    assert {directives[name] for name in ("default-src", "base-uri", "frame-ancestors")} == {"'none'"}
    assert directives["img-src"] == "'self' data:"


def test_the_headers_forbid_caching_framing_and_sending_the_referrer_to_other_sites(shown: Shown) -> None:
    assert (
        dict(shown.built_in.headers).items()
        >= {
            "Content-Type": "text/html; charset=utf-8",
            "X-Frame-Options": "DENY",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Cache-Control": "private, no-cache, no-store",
            "Pragma": "no-cache",
            "Expires": "0",
            "X-Robots-Tag": "noindex",
        }.items()
    )


def hostile_pages(pages: BuiltInPages) -> list[str]:
    fields = {HOSTILE: {"label": HOSTILE, "placeholder": HOSTILE, "type": HOSTILE, "value": HOSTILE, "data-x": HOSTILE}}
    form = ProviderForm(id=HOSTILE, name=HOSTILE, type="credentials", action=HOSTILE, fields=fields)
    email = ProviderForm(id=HOSTILE, name=HOSTILE, type="email", action=HOSTILE)
    common = {"accept_language": HOSTILE, "csrf_token": HOSTILE, "callback_url": HOSTILE}
    place = {"accept_language": HOSTILE, "origin": HOSTILE}
    shown = (
        pages.signin(forms=[form, email], error=HOSTILE, email=HOSTILE, **common),
        pages.signout(action=HOSTILE, **common),
        pages.confirm_email(action=HOSTILE, email=HOSTILE, token=HOSTILE, **common),
        pages.error(error=HOSTILE, signin_url=HOSTILE, **place),
        pages.verify_request(**place),
        pages.problem(status=400, code=HOSTILE, **place),
    )
    return [page.html for page in shown]


def test_hostile_text_is_shown_as_text(shown: Shown) -> None:
    for html in hostile_pages(shown.built_in):
        assert "<script" not in html
        assert "49" not in html.partition("</style>")[2]
        assert html.encode()


def test_hostile_text_in_a_field_keeps_its_value(shown: Shown) -> None:
    page = shown.signin(csrf_token="\"'><&", callback_url="/?a=1&b=%22")
    assert {each["value"] for each in page.all("input", name="csrfToken")} == {"\"'><&"}
    assert {each["value"] for each in page.all("input", name="callbackUrl")} == {"/?a=1&b=%22"}


def test_the_confirmation_page_shows_a_hostile_address_as_text(shown: Shown) -> None:
    page = shown.built_in.confirm_email(
        accept_language="", action="/", csrf_token="t", callback_url="/", email="<b>@x", token="t"
    )
    assert "<b>" not in page.html
    assert escape("<b>@x") in page.html


def test_jinja_is_imported_only_when_the_first_page_is_rendered() -> None:
    program = (
        "import sys; from authwright.options import Theme; from authwright.server.pages import BuiltInPages;"
        "pages = BuiltInPages(Theme(), {}); assert 'jinja2' not in sys.modules;"
        "pages.verify_request(accept_language='', origin='/'); assert 'jinja2' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
