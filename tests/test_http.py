"""Requests and responses: requests are parsed strictly, and responses are written as Node writes them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, unquote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authwright.errors import BadRequest, PayloadTooLarge
from authwright.http import (
    BODY_LIMIT,
    Cookie,
    Request,
    Response,
    http_date,
    iso_date,
    parse_cookies,
    parse_form,
)

FORM = "application/x-www-form-urlencoded"
text = st.text(st.characters(exclude_categories=["Cs"]))


def posted(body: bytes, content_type: str = "application/json") -> Request:
    return Request("POST", "/", headers={"Content-Type": content_type}, body=body)


def test_header_names_are_case_insensitive_and_repeated_headers_are_joined() -> None:
    request = Request("GET", "/", headers=[("Accept", "a"), ("ACCEPT", "b"), ("Cookie", "a=1"), ("cookie", "b=2")])
    assert request.headers["accept"] == "a, b"
    assert request.cookies == {"a": "1", "b": "2"}


@pytest.mark.parametrize(
    ("header", "cookies"),
    [
        ("", {}),
        ("a=1; b=2", {"a": "1", "b": "2"}),
        ("a=1;b=2", {"a": "1", "b": "2"}),
        ("  a = 1 ;; b=2;", {"a": "1", "b": "2"}),
        ("a=first; a=second", {"a": "first"}),
        ("a=b=c==", {"a": "b=c=="}),
        ('a="quoted"; b="', {"a": "quoted", "b": '"'}),
        ("a=%ED%99%8D%7C", {"a": "홍|"}),
        ("a=100%; b=%zz", {"a": "100%", "b": "%zz"}),
        ("no equals; odd name@[]=1; good=2", {"odd name@[]": "1", "good": "2"}),
        ("__proto__=1; constructor=2", {"__proto__": "1", "constructor": "2"}),
    ],
)
def test_an_invalid_cookie_does_not_hide_the_others(header: str, cookies: dict[str, str]) -> None:
    assert parse_cookies(header) == cookies


@given(st.text())
def test_any_cookie_header_can_be_parsed(header: str) -> None:
    assert all("=" not in name and ";" not in name for name in parse_cookies(header))


@given(text)
def test_any_cookie_value_is_read_back(value: str) -> None:
    written = Cookie(name="a", value=value).serialize()
    assert written.isascii()
    assert parse_cookies(written.partition("; Path")[0]) == {"a": value}


def test_a_cookie_is_written_with_all_of_its_attributes() -> None:
    cookie = Cookie(
        name="a", value="b|c;", max_age=60, domain="example.com", path="/x", expires=0, secure=True, same_site="none"
    )
    assert cookie.serialize() == (
        "a=b%7Cc%3B; Max-Age=60; Domain=example.com; Path=/x; Expires=Thu, 01 Jan 1970 00:00:00 GMT; "
        "HttpOnly; Secure; SameSite=None"
    )


def test_attributes_that_are_not_set_are_not_written() -> None:
    assert Cookie(name="a", value="b", http_only=False, same_site=None).serialize() == "a=b; Path=/"


def test_the_query_is_decoded() -> None:
    assert Request("GET", "/", query="a=%ED%99%8D+b&c=").query == {"a": "홍 b", "c": ""}
    assert Request("GET", "/").query == {}


@pytest.mark.parametrize("form", ["a=1&a=1", "a=1&b=2&a=2", "&".join(f"a{number}=1" for number in range(201))])
def test_repeated_parameters_and_too_many_parameters_are_refused(form: str) -> None:
    with pytest.raises(BadRequest):
        parse_form(form)
    with pytest.raises(BadRequest):
        _ = Request("GET", "/", query=form).query
    with pytest.raises(BadRequest):
        _ = posted(form.encode(), FORM).form


@given(st.dictionaries(text.filter(bool), text, max_size=5))
def test_a_form_and_json_give_the_same_fields(fields: dict[str, str]) -> None:
    assert posted(urlencode(fields).encode(), FORM).form == fields
    assert posted(json.dumps(fields).encode()).form == fields


@given(st.binary(), st.sampled_from([FORM, "application/json"]))
def test_any_body_is_either_parsed_or_refused(body: bytes, content_type: str) -> None:
    try:
        fields = posted(body, content_type).form
    except BadRequest:
        return
    assert all(isinstance(name, str) for name in fields)


def test_the_content_type_may_have_parameters_and_capitals() -> None:
    assert posted(b"{}", "Application/JSON; charset=utf-8").form == {}
    assert posted(b"a=1", f"{FORM}; charset=utf-8").form == {"a": "1"}


def test_an_empty_body_has_no_fields() -> None:
    assert posted(b"", "text/plain").form == {}


@pytest.mark.parametrize("content_type", ["", "text/plain", "multipart/form-data; boundary=x", "text/json", "json"])
def test_a_body_of_another_type_is_refused(content_type: str) -> None:
    with pytest.raises(BadRequest):
        _ = posted(b'{"csrfToken": "x"}', content_type).form


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"1",
        b"null",
        b'"text"',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": "\\ud800"}',
        b'{"\\udfff": 1}',
        b"\xff\xfe{}",
        b'{"a": "\xff"}',
        b'{"a":' * 65 + b"1" + b"}" * 65,
        b'{"a":' * 15_000,
        b'{"a":' + b"[" * 40_000 + b"]" * 40_000 + b"}",
        b'{"a": ' + b"9" * 5_000 + b"}",
    ],
    ids=lambda body: ascii(body[:20]),
)
def test_json_that_is_not_an_object_or_is_nested_too_deeply_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequest):
        _ = posted(body).form


def test_nested_json_is_parsed() -> None:
    assert posted(b'{"a":' * 60 + b"1" + b"}" * 60).form


def test_a_body_may_have_at_most_100_000_bytes() -> None:
    assert posted(b"a=" + b"x" * (BODY_LIMIT - 2), FORM).form
    with pytest.raises(PayloadTooLarge):
        _ = posted(b"a=" + b"x" * (BODY_LIMIT - 1), FORM).form


@pytest.mark.parametrize("value", [1, True, [], {}, ["token"], 1.5])
def test_a_text_field_with_another_type_is_refused(value: Any) -> None:
    request = posted(json.dumps({"csrfToken": value}).encode())
    with pytest.raises(BadRequest, match="csrfToken"):
        request.text_field("csrfToken")


def test_a_missing_or_null_field_is_none() -> None:
    request = posted(b'{"a": null, "b": ""}')
    assert (request.text_field("a"), request.text_field("b"), request.text_field("c")) == (None, "", None)


def test_the_header_names_of_a_response_are_case_insensitive() -> None:
    response = Response(headers=[("Location", "/a"), ("location", "/b")])
    assert response.header("LOCATION") == "/a"
    assert response.header("x") is None


@pytest.mark.parametrize(
    ("timestamp", "http", "iso"),
    [
        (0, "Thu, 01 Jan 1970 00:00:00 GMT", "1970-01-01T00:00:00.000Z"),
        (1_800_000_000.9999, "Fri, 15 Jan 2027 08:00:00 GMT", "2027-01-15T08:00:00.999Z"),
        (1_709_164_800.5, "Thu, 29 Feb 2024 00:00:00 GMT", "2024-02-29T00:00:00.500Z"),
        (4_102_444_799, "Thu, 31 Dec 2099 23:59:59 GMT", "2099-12-31T23:59:59.000Z"),
    ],
)
def test_dates_are_written_as_in_http_and_javascript(timestamp: float, http: str, iso: str) -> None:
    assert (http_date(timestamp), iso_date(timestamp)) == (http, iso)


@given(st.text(st.sampled_from("%4aFg \u00e9\u20ac+"), max_size=12) | st.text(max_size=12).map(quote))
def test_the_value_of_a_cookie_is_decoded_like_a_url(value: str) -> None:
    assert parse_cookies(f"a=x{value}x") == {"a": unquote(f"x{value}x")}
