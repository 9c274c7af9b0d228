"""The URL and date functions of the core, compared with the standard library."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl, unquote_plus
from urllib.parse import quote as library_quote
from urllib.parse import unquote as library_unquote

from hypothesis import given
from hypothesis import strategies as st

from authwright.client.core.text import ascii_path, is_navigable, query_of, quote, seconds_of, unquote, urlencode

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(TEXT)
def test_quote_equals_the_standard_library(text: str) -> None:
    assert quote(text) == library_quote(text, safe="")


@given(TEXT)
def test_a_path_becomes_ascii_and_is_not_encoded_twice(text: str) -> None:
    encoded = ascii_path(f"/{text}")
    assert encoded.isascii()
    assert " " not in encoded
    assert (ascii_path(encoded), library_unquote(encoded)) == (encoded, library_unquote(f"/{text}"))


@given(TEXT)
def test_unquote_reverses_quote(text: str) -> None:
    assert unquote(quote(text)) == text


@given(TEXT)
def test_unquote_raises_nothing(text: str) -> None:
    assert isinstance(unquote(text), str)


@given(st.from_regex(r"(%[0-7][0-9a-f]|[a-z+])*", fullmatch=True))
def test_unquote_equals_the_standard_library(text: str) -> None:
    assert unquote(text) == unquote_plus(text)


@given(st.dictionaries(TEXT.filter(bool), TEXT, max_size=5))
def test_a_query_is_encoded_and_decoded_unchanged(fields: dict[str, str]) -> None:
    query = urlencode(fields)
    assert query_of("http://host/path?" + query + "#hash") == fields
    assert dict(parse_qsl(query, keep_blank_values=True)) == fields


@given(st.datetimes(datetime(1970, 1, 2), datetime(2900, 1, 1)))
def test_parsing_a_date_equals_the_standard_library(moment: datetime) -> None:
    text = moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"
    expected = datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC).timestamp()
    found = seconds_of(text)
    assert found is not None
    assert abs(found - expected) < 0.002


@given(TEXT | st.none() | st.integers())
def test_an_invalid_date_raises_nothing(text: object) -> None:
    assert seconds_of(text) is None or isinstance(seconds_of(text), float)


def test_only_http_and_paths_are_navigable() -> None:
    good = ["/", "/a:b", "http://x", "HTTPS://x/?a=javascript:1", "page", "?q=1", "#x"]
    bad = ["", " /x", "javascript:x", "JaVaScRiPt:x", "java\tscript:x", "\x01javascript:x", "data:x", "blob:x", None, 7]
    assert [url for url in good if not is_navigable(url)] == []
    assert [url for url in bad if is_navigable(url)] == []
