"""Sign-ins through providers of the catalogue, from the button to the session."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx2

from authwright.providers import VK, Keycloak, Mattermost
from authwright.testing import FakeIdP
from support.apps import make_auth
from support.browser import Browser
from support.provider import sign_in, to_provider


async def test_a_user_signs_in_through_a_server_with_openid_connect() -> None:
    idp = FakeIdP("http://localhost:4000")
    client: dict[str, Any] = {
        "client_id": idp.client_id,
        "client_secret": idp.client_secret,
        "http_client": idp.http_client(),
    }
    browser = Browser(make_auth(providers=[Keycloak(issuer="http://localhost:4000/", **client)]))
    await sign_in(browser, idp, provider="keycloak")
    assert (await browser.session())["user"]["name"] == "Alice Liddell"


def responding(**bodies: object) -> tuple[httpx2.AsyncClient, list[httpx2.Request]]:
    """Return an HTTP client whose responses depend on the last part of the path, and the list of its requests."""
    requests: list[httpx2.Request] = []

    async def respond(request: httpx2.Request) -> httpx2.Response:
        requests.append(request)
        return httpx2.Response(200, json=bodies[request.url.path.rpartition("/")[2]])

    return httpx2.AsyncClient(transport=httpx2.MockTransport(respond)), requests


async def test_a_user_signs_in_through_a_server_with_plain_oauth() -> None:
    client, requests = responding(access_token={"access_token": "t"}, me={"id": "7k", "username": "alice"})
    mattermost = Mattermost(issuer="https://chat.example/", client_id="app", client_secret="s3", http_client=client)
    browser = Browser(make_auth(providers=[mattermost]))
    sent_to = urlsplit(await to_provider(browser, provider="mattermost"))
    assert sent_to[:3] == ("https", "chat.example", "/oauth/authorize")
    await browser.get(f"/callback/mattermost?code=c&state={parse_qs(sent_to.query)['state'][0]}")
    assert (await browser.session())["user"]["name"] == "alice"
    assert [str(request.url) for request in requests] == [
        "https://chat.example/oauth/access_token",
        "https://chat.example/api/v4/users/me",
    ]


async def test_the_device_id_in_the_callback_of_vk_is_sent_to_its_token_endpoint() -> None:
    client, requests = responding(auth={"access_token": "t"}, user_info={"user": {"user_id": 1, "first_name": "Alice"}})
    browser = Browser(make_auth(providers=[VK(client_id="app", client_secret=None, http_client=client)]))
    query = parse_qs(urlsplit(await to_provider(browser, provider="vk")).query)
    await browser.get(f"/callback/vk?code=c&state={query['state'][0]}&device_id=d1&type=code_v2")
    assert (await browser.session())["user"]["name"] == "Alice"
    assert dict(parse_qsl(requests[0].content.decode()))["device_id"] == "d1"
