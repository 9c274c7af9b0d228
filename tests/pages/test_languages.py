"""The language of a page, and that every text is translated."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authwright.pages.language import choose_language
from authwright.pages.translations import ENGLISH, KOREAN, TRANSLATIONS
from pages.shown import Shown


def choose(header: str) -> str:
    return choose_language(header, TRANSLATIONS, "en")


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_each_language_has_every_text(language: str) -> None:
    assert TRANSLATIONS[language].keys() == ENGLISH.keys()
    assert all(TRANSLATIONS[language].values())


@pytest.mark.parametrize("key", ENGLISH)
def test_each_language_fills_the_same_places(key: str) -> None:
    places = re.compile(r"\{\w*\}")
    assert places.findall(KOREAN[key]) == places.findall(ENGLISH[key])


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
    assert "확인해 주세요" in page.one("div", role="alert").text
    assert page.all("button")[0].text == "Corp(으)로 로그인"
