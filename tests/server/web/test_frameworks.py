"""A request has the same values whichever kind of server it comes from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http.cookies import SimpleCookie
from typing import Any

import httpx2
import pytest
from aiohttp.test_utils import make_mocked_request
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict
from starlette.datastructures import Headers
from werkzeug.datastructures import ImmutableMultiDict

from authwright.http import Request
from authwright.server.web.frameworks import asgi_request, request_from
from support.apps import make_auth

names = st.sampled_from(["cookie", "Cookie", "COOKIE", "accept", "Accept", "x-forwarded-host", "cookies", "ookiec"])
values = st.text(st.characters(codec="latin-1")) | st.sampled_from(["", "a=1; b=2", 'a="x"; c=%7C', "; ;", "b=3"])


@given(st.lists(st.tuples(names, values)))
def test_an_asgi_scope_has_the_headers_and_cookies_of_the_same_request(headers: list[tuple[str, str]]) -> None:
    encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    from_scope = asgi_request({"type": "http", "headers": encoded})
    plain = Request("GET", "/", headers=headers)
    assert (from_scope.cookies, from_scope.headers) == (plain.cookies, plain.headers)


COOKIES = {"next-auth.session-token": "a", "type": "http", "headers": "x", "cookie": "b", "host": "c"}


@pytest.mark.parametrize("kind", [dict, SimpleCookie, httpx2.Cookies, ImmutableMultiDict])
def test_the_cookies_of_any_framework_are_read(kind: Callable[[dict[str, str]], Mapping[str, Any]]) -> None:
    assert request_from(kind(COOKIES)).cookies == COOKIES


def aiohttp_request() -> object:
    return make_mocked_request("GET", "/", headers={"Cookie": "next-auth.session-token=a"})


@pytest.mark.parametrize(
    "source",
    [
        aiohttp_request(),
        CIMultiDict({"Cookie": "next-auth.session-token=a"}),
        Headers({"cookie": "next-auth.session-token=a"}),
        httpx2.Headers({"cookie": "next-auth.session-token=a"}),
        {"headers": {"Cookie": "next-auth.session-token=a"}, "requestContext": {}},
        {"type": "REQUEST", "headers": {"Cookie": "next-auth.session-token=a"}},
        {"type": "lifespan", "state": {}},
        {"next-auth.session-token": ["a"]},
        {b"next-auth.session-token": "a"},
        {"next-auth.session-token": None},
        None,
        "next-auth.session-token=a",
        [("next-auth.session-token", "a")],
    ],
    ids=lambda source: type(source).__name__,
)
async def test_anything_else_is_a_type_error_that_names_what_to_pass(source: object) -> None:
    auth = make_auth()
    for read in (auth.get_server_session, auth.get_token):
        with pytest.raises(TypeError, match=r"mapping of cookie names to values, such as request\.cookies"):
            await read(source)
