"""Origins, local paths and the base URL."""

from __future__ import annotations

import pytest

from authwright.server.protocol.urls import add_parameters, ascii_url, is_local_path, origin_of, parse_base_url


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://localhost:3000/a?b#c", "http://localhost:3000"),
        ("HTTPS://Example.COM/A", "https://example.com"),
        ("https://example.com:443/", "https://example.com"),
        ("http://example.com:80", "http://example.com"),
        ("http://example.com:443", "http://example.com:443"),
        ("https://example.com:80", "https://example.com:80"),
        ("https://example.com:", "https://example.com"),
        ("https://example.com?a@b", "https://example.com"),
        ("https://example.com#@b", "https://example.com"),
        ("http://[::1]:3000/", "http://[::1]:3000"),
        ("http://[::1]:80/", "http://[::1]"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("https://xn--mnchen-3ya.de/", "https://xn--mnchen-3ya.de"),
        ("https://example.com/홍길동", "https://example.com"),
    ],
)
def test_an_origin_is_scheme_host_and_port_without_the_default_port(url: str, origin: str) -> None:
    assert origin_of(url) == origin


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/path",
        "//evil.example",
        "http:evil.example",
        "http:/evil.example",
        "http:///evil.example",
        "http://",
        "http://host\\@evil.example",
        "http://host\\.evil.example",
        "http:\\\\evil.example",
        "http://good.example@evil.example",
        "http://user:pass@example.com",
        "http://@example.com",
        "http://ex\tample.com",
        "http://example.com\n",
        "\nhttp://example.com",
        " http://example.com",
        "http://example.com/a b",
        "http://example.com/\x00",
        "http://example.com\u2028/",
        "http://example.com:99999",
        "http://example.com:port",
        "http://example.com:-1",
        "http://example.com:\uff18\uff10",
        "http://example.com.",
        "http://.example.com",
        "http://ex%61mple.com",
        "http://münchen.de",
        "http://\uff45xample.com",
        "http://\u212aey.example",
        "http://[::1",
        "http://::1/",
        "http://[::1%25lo]/",
        "http://[localhost]/",
        "javascript:alert(1)",
        "javascript://example.com/%0aalert(1)",
        "data:text/html,<script>",
        "ftp://example.com",
        "file:///etc/passwd",
        "ws://example.com",
        "blob:http://example.com/1",
        "http://\ud800.example",
    ],
    ids=ascii,
)
def test_a_url_that_browsers_and_python_may_parse_differently_has_no_origin(url: str) -> None:
    assert origin_of(url) is None


@pytest.mark.parametrize("path", ["/", "/a", "/a//b", "/a?b=//c", "/@evil", "/:80", "/%5Cevil", "/..//evil", "/홍길동"])
def test_a_path_of_this_site_is_local(path: str) -> None:
    assert is_local_path(path)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "a",
        "//evil",
        "///evil",
        "/\\evil",
        "/\t/evil",
        "/\n/evil",
        "\t/evil",
        "/a\\b",
        "/a b",
        "/\x00",
        "/\x7f",
        "./a",
        "?a",
    ],
    ids=ascii,
)
def test_a_path_that_may_leave_this_site_is_not_local(path: str) -> None:
    assert not is_local_path(path)


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("https://example.com", "https://example.com/api/auth"),
        ("https://example.com/", "https://example.com/api/auth"),
        ("https://example.com/custom/auth/", "https://example.com/custom/auth"),
        ("example.com", "https://example.com/api/auth"),
        ("localhost:3000", "https://localhost:3000/api/auth"),
        ("http://localhost:3000/auth", "http://localhost:3000/auth"),
        ("https://Example.com:443/auth", "https://example.com/auth"),
        ("http://[::1]:3000", "http://[::1]:3000/api/auth"),
    ],
)
def test_a_base_url_is_parsed_as_in_v4(value: str, url: str) -> None:
    assert parse_base_url(value).url == url


@pytest.mark.parametrize(
    "value", ["", "ftp://example.com", "https://a@b", "https://a.b/?c", "https://a.b/#c", "https://", "a b"]
)
def test_an_invalid_base_url_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"http|query"):
        parse_base_url(value)


def test_a_base_url_is_split_into_its_parts() -> None:
    base = parse_base_url("https://example.com:8443/auth")
    assert (base.origin, base.path, base.host, base.secure) == (
        "https://example.com:8443",
        "/auth",
        "example.com:8443",
        True,
    )


def test_the_url_of_an_action_contains_its_parameters_encoded() -> None:
    base = parse_base_url("http://localhost:3000")
    assert base.to("signin") == "http://localhost:3000/api/auth/signin"
    assert base.to("error", error="a&b=c d") == "http://localhost:3000/api/auth/error?error=a%26b%3Dc+d"


def test_parameters_are_appended_to_existing_ones() -> None:
    assert add_parameters("/login", a="1") == "/login?a=1"
    assert add_parameters("/login?b=2", a="1&2") == "/login?b=2&a=1%262"


def test_a_url_for_a_header_is_ascii_and_not_encoded_twice() -> None:
    assert ascii_url("/홍?a=%20&b=c d") == "/%ED%99%8D?a=%20&b=c%20d"
    assert ascii_url('/"<>\\^`{|}\r\n') == "/%22%3C%3E%5C%5E%60%7B%7C%7D%0D%0A"
    assert ascii_url("/\ud800").isascii()
