"""``Partitioned`` cookies (CHIPS), with which an app in a frame of another site can sign in."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Response as FlaskResponse
from starlette.responses import Response as StarletteResponse

from authwright.http import Response
from authwright.server.web.frameworks import set_cookies
from support.apps import make_auth
from support.browser import Browser
from support.django_site import configure

configure()

from django.http import HttpResponse  # noqa: E402

FRAMED = {"options": {"partitioned": True, "same_site": "none"}}
NAMES = ("session_token", "csrf_token", "callback_url")


async def test_cookies_are_set_and_removed_with_the_attribute() -> None:
    cookies = dict.fromkeys(NAMES, FRAMED)
    browser = Browser(make_auth(base_url="https://example.com", cookies=cookies))
    responses = [
        await browser.get("/csrf"),
        await browser.sign_in(username="alice", password="wonderland"),
        await browser.sign_out(),
    ]
    lines = [
        cookie.serialize() for response in responses for cookie in response.cookies if "signed-out" not in cookie.name
    ]
    assert len(lines) == 4
    assert [line for line in lines if not line.endswith("; Secure; Partitioned; SameSite=None")] == []


@pytest.mark.parametrize("response", [Response(), StarletteResponse(), FlaskResponse(), HttpResponse()])
async def test_every_framework_sends_the_attribute(response: Any) -> None:
    browser = Browser(make_auth(base_url="https://example.com", cookies={"session_token": FRAMED}))
    signed_in = await browser.sign_in(username="alice", password="wonderland")
    set_cookies(response, signed_in.cookies)
    if isinstance(response, HttpResponse):
        lines = [cookie.OutputString() for cookie in response.cookies.values()]
    elif isinstance(response, Response):
        lines = [cookie.serialize() for cookie in response.cookies]
    else:
        lines = response.headers.getlist("set-cookie")
    partitioned = [line.partition("=")[0] for line in lines if "; Partitioned" in line]
    assert partitioned == ["__Secure-next-auth.session-token"]
