"""A request has the same values whichever kind of server it comes from."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from authwright.http import Request
from authwright.server.web.frameworks import asgi_request

names = st.sampled_from(["cookie", "Cookie", "COOKIE", "accept", "Accept", "x-forwarded-host", "cookies", "ookiec"])
values = st.text(st.characters(codec="latin-1")) | st.sampled_from(["", "a=1; b=2", 'a="x"; c=%7C', "; ;", "b=3"])


@given(st.lists(st.tuples(names, values)))
def test_an_asgi_scope_has_the_headers_and_cookies_of_the_same_request(headers: list[tuple[str, str]]) -> None:
    encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    from_scope = asgi_request({"type": "http", "headers": encoded})
    plain = Request("GET", "/", headers=headers)
    assert (from_scope.cookies, from_scope.headers) == (plain.cookies, plain.headers)
