"""The URLs to which a flow may redirect: only those that a browser, not just Python, finds on this site."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authwright.errors import InvalidCallbackUrl
from authwright.server.protocol.redirects import absolute, check_callback_url, default_redirect
from authwright.server.protocol.urls import is_local_path, origin_of

ORIGIN = "http://localhost:3000"
HOSTILE = [
    "",
    "evil",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    "http://localhost:3000\\@evil.example",
    "http://localhost:3000@evil.example",
    "http://user:pass@localhost:3000",
    "http://localhost:3000 @evil.example",
    "http:evil.example",
    "javascript:alert(1)",
    "java\nscript:alert(1)",
    " javascript:alert(1)",
    "JAVASCRIPT://localhost:3000/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "/a\x00b",
    "/a\r\nSet-Cookie: x=y",
    "/" + "a" * 5_000,
    "/" + "홍" * 500,
    "http://\uff4cocalhost:3000/",
    "http://localhost\u3002:3000/",
    "http://localhost:99999/",
    "http://localhost:3000.evil.example/",
    "http://[::1/",
    "/\ud800",
]
FOREIGN = [
    "http://evil.example",
    "http://localhost:30000",
    "http://localhost",
    "https://localhost:3000",
    "http://evil.example/?http://localhost:3000",
    "http://127.0.0.1:3000",
    "http://[::1]:3000/",
    "http://notlocalhost:3000",
]
PIECES = [
    *("http://", "https://", "HTTP://", "http:", "//", "/", "\\", "/\\", "javascript:", "data:", "ws://", "file://"),
    *(
        "localhost:3000",
        "localhost",
        "LOCALHOST:3000",
        "localhost.:3000",
        "evil.example",
        "[::1]",
        "127.0.0.1",
        "0x7f.1",
    ),
    *("@", "user:pass@", ":", ":3000", ":03000", ":80", "?", "#", ".", "..", "/../", "%2f", "%5c", "%00", "%09", "%40"),
    *(
        "\t",
        "\n",
        "\r",
        " ",
        "\0",
        "\x7f",
        "\xa0",
        "\xad",
        "\u2028",
        "\u3002",
        "\uff0f",
        "\uff20",
        "\u2044",
        "\u200d",
        "a",
        "x y",
    ),
]


@pytest.mark.parametrize("url", HOSTILE, ids=lambda url: ascii(url)[:40])
def test_a_hostile_callback_url_is_refused(url: str) -> None:
    with pytest.raises(InvalidCallbackUrl) as caught:
        check_callback_url(url)
    assert len(url) < 10 or url not in str(caught.value)


@pytest.mark.parametrize("url", [*HOSTILE, *FOREIGN], ids=lambda url: ascii(url)[:40])
def test_by_default_a_callback_url_on_another_site_leads_to_the_origin(url: str) -> None:
    too_long_but_ours = url.startswith("/") and is_local_path(url)
    assert default_redirect(url, ORIGIN) == (ORIGIN + url if too_long_but_ours else ORIGIN)


@pytest.mark.parametrize(
    ("url", "end"),
    [
        ("/", "http://localhost:3000/"),
        ("/a?b=c#d", "http://localhost:3000/a?b=c#d"),
        ("/a b", "http://localhost:3000/a%20b"),
        ("/홍길동", "http://localhost:3000/%ED%99%8D%EA%B8%B8%EB%8F%99"),
        ("/?next=//evil.example", "http://localhost:3000/?next=//evil.example"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://localhost:3000/a b", "http://localhost:3000/a%20b"),
        ("http://localhost:3000?a=b", "http://localhost:3000?a=b"),
        ("HTTP://LOCALHOST:3000/A", "HTTP://LOCALHOST:3000/A"),
        ("/" + "a" * 3_000, "http://localhost:3000/" + "a" * 3_000),
    ],
)
def test_a_flow_may_end_anywhere_on_this_site(url: str, end: str) -> None:
    assert default_redirect(check_callback_url(url), ORIGIN) == end


@pytest.mark.parametrize("url", FOREIGN)
def test_a_foreign_url_reaches_the_apps_own_callback_unchanged(url: str) -> None:
    assert check_callback_url(url) == url


def test_the_default_port_does_not_make_another_site() -> None:
    assert default_redirect("https://example.com:443/a", "https://example.com") == "https://example.com:443/a"
    assert default_redirect("https://example.com:80/a", "https://example.com") == "https://example.com"


def test_the_result_of_the_apps_own_callback_becomes_absolute_and_safe_for_a_header() -> None:
    assert absolute("/home", ORIGIN) == "http://localhost:3000/home"
    assert absolute("https://other.example/홍\r\nX: y", ORIGIN) == "https://other.example/%ED%99%8D%0D%0AX:%20y"


@given(st.text() | st.lists(st.sampled_from(PIECES)).map("".join))
def test_by_default_no_flow_redirects_to_another_site(url: str) -> None:
    end = default_redirect(url, ORIGIN)
    assert re.match(r"http://localhost:0*3000([/?#]|\Z)", end, re.IGNORECASE)
    assert not re.search(r"[\x00-\x20\x7f\\]", end)


@given(st.text() | st.lists(st.sampled_from(PIECES)).map("".join))
def test_a_callback_url_is_either_refused_or_safe_for_a_cookie_and_a_header(url: str) -> None:
    try:
        checked = check_callback_url(url)
    except InvalidCallbackUrl:
        return
    assert re.fullmatch(r"[!-\[\]-~]+", checked)


@pytest.mark.contract
def test_a_url_that_we_accept_as_this_site_is_this_site_in_a_browser_too() -> None:
    candidates = [*HOSTILE, *FOREIGN, *_candidates(6_000)]
    ends = [default_redirect(url, ORIGIN) for url in candidates]
    local = [url for url in candidates if is_local_path(url)]
    assert len(set(ends)) > 100
    assert len(local) > 100
    seen = _origins_in_a_browser([(url, None) for url in ends] + [(url, ORIGIN) for url in local])
    assert set(seen) == {ORIGIN}


@pytest.mark.contract
def test_an_origin_is_the_same_in_a_browser_if_the_browser_opens_the_url_at_all() -> None:
    # 0x7f.1 is another spelling of 127.0.0.1, which none of our origins uses.
    candidates = [url for url in _candidates(6_000) if "0x7f" not in url]
    ours = {url: origin for url in candidates if (origin := origin_of(url))}
    assert len(set(ours.values())) > 5
    seen = _origins_in_a_browser([(url, None) for url in ours])
    assert [url for url, origin in zip(ours, seen, strict=True) if origin not in (ours[url], None)] == []


def _candidates(count: int) -> list[str]:
    """Return strings that look like URLs, the same ones on each run."""
    chance = random.Random(4)
    starts = ["http://localhost:3000", "http://localhost:3000/", "http://", "https://", "/", ""]
    return [chance.choice(starts) + "".join(chance.choices(PIECES, k=chance.randint(0, 4))) for _ in range(count)]


def _origins_in_a_browser(urls: list[tuple[str, str | None]]) -> list[str | None]:
    if shutil.which("node") is None:
        pytest.skip("Node is missing: install nodejs")
    script = Path(__file__).parents[2] / "contract" / "node" / "origins.mjs"
    done = subprocess.run(["node", script], input=json.dumps(urls), capture_output=True, check=True, encoding="utf-8")
    origins: list[str | None] = json.loads(done.stdout)
    return origins
