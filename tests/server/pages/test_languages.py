"""The language of a page, and that every text is translated."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authwright.server.pages.forms import ProviderForm
from authwright.server.pages.language import choose_language
from authwright.server.pages.translations import ENGLISH, KOREAN, TRANSLATIONS
from server.pages.shown import Shown


def choose(header: str) -> str:
    return choose_language(header, TRANSLATIONS, "en")


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_each_language_has_every_text(language: str) -> None:
    assert TRANSLATIONS[language].keys() == ENGLISH.keys()
    assert all(TRANSLATIONS[language].values())


@pytest.mark.parametrize("key", ENGLISH)
def test_no_translation_has_a_placeholder_that_english_lacks(key: str) -> None:
    placeholders = re.compile(r"\{\w*\}")
    assert set(placeholders.findall(KOREAN[key])) <= set(placeholders.findall(ENGLISH[key]))


@pytest.mark.parametrize("key", KOREAN)
def test_korean_needs_no_particle_in_brackets(key: str) -> None:
    assert "(으)" not in KOREAN[key]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("ko", "ko"),
        ("KO-kr", "ko"),
        ("ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7", "ko"),
        ("en;q=0.5, ko ; q=0.9", "ko"),
        ("en, ko", "en"),
        ("ko, en", "ko"),
        ("fr, ko;q=0.1", "ko"),
        ("fr-FR, de;q=0.5", "en"),
        ("*", "en"),
        ("ko;q=0.5, *;q=0.8", "en"),
        ("en;q=0, ko;q=0.1", "ko"),
        ("ko;q=0", "en"),
        ("ko;q=banana", "en"),
        ("\u212ao", "en"),
        ("korean", "en"),
        (",;=,,ko", "ko"),
        ("x" * 100_000 + ",ko", "en"),
    ],
)
def test_the_language_is_the_one_the_browser_prefers(header: str, language: str) -> None:
    assert choose(header) == language


@given(st.text() | st.text(alphabet="koen-*;q=.01, \t"))
def test_any_header_gives_a_known_language(header: str) -> None:
    assert choose(header) in TRANSLATIONS


def test_a_korean_browser_gets_a_korean_page(shown: Shown) -> None:
    page = shown.signin(language="ko-KR,ko;q=0.9", error="CredentialsSignin")
    assert page.one("h1").text == "로그인"
    assert "입력한 정보를 확인해" in page.one("div", role="alert").text
    assert [button.text for button in page.all("button")] == [
        "Corp 계정으로 로그인",
        "이메일로 로그인 링크 받기",
        "로그인",
    ]


@pytest.mark.parametrize(("id", "text"), [("kakao", "카카오 로그인"), ("naver", "네이버 로그인")])
def test_korean_providers_have_their_own_button_text(shown: Shown, id: str, text: str) -> None:
    form = ProviderForm(id=id, name=id.title(), type="oauth", action="/signin")
    assert shown.signin(form, language="ko").one("button").text == text


def test_a_korean_line_does_not_break_before_a_short_closing_word() -> None:
    assert KOREAN["verify.title"] == "이메일을 확인해\N{NO-BREAK SPACE}주세요"
    assert KOREAN["signin.Default"] == "로그인할\N{NO-BREAK SPACE}수\N{NO-BREAK SPACE}없습니다."
