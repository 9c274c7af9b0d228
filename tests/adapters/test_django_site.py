"""``Auth`` on a Django site, together with ``django.contrib.auth``, in synchronous and asynchronous views."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

import pytest

from authwright import Auth
from authwright.providers import Credentials, Email
from authwright.testing import FakeIdP, Outbox
from support import django_urls
from support.apps import BASE_URL, make_auth
from support.browser import Browser, location_of
from support.django_site import configure, orm
from support.provider import corp, sign_in

configure()

from django.contrib.auth.models import User as DjangoUser  # noqa: E402
from django.test import AsyncClient, Client, RequestFactory  # noqa: E402

from authwright.adapters.django import DjangoAdapter  # noqa: E402

COOKIE = "next-auth.session-token"


@pytest.fixture
def adapter(site: str) -> DjangoAdapter:
    return DjangoAdapter()


@pytest.fixture
def auth(adapter: DjangoAdapter, outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> Auth:
    """An ``Auth`` with Django passwords, e-mail links and database sessions."""

    async def check_password(credentials: dict[str, str]) -> Any:
        username, password = credentials.get("username", ""), credentials.get("password", "")
        return await adapter.authenticate(username=username, password=password)

    providers = [Credentials(authorize=check_password), Email(send=outbox.send, confirm=False)]
    auth = make_auth(providers=providers, adapter=adapter, strategy="database")
    monkeypatch.setattr(django_urls, "auth", auth)
    return auth


@pytest.fixture
def browser(auth: Auth) -> Browser:
    return Browser(auth)


async def make(**fields: Any) -> DjangoUser:
    return await orm(lambda: DjangoUser.objects.create_user(**{"username": "ada", "password": "lovelace", **fields}))


async def test_a_django_login_and_an_authwright_session_are_independent(browser: Browser) -> None:
    await make(first_name="Ada", last_name="Lovelace")
    await browser.sign_in(username="ada", password="lovelace")

    def visit() -> Any:
        client = Client()
        assert client.login(username="ada", password="lovelace")
        client.cookies[COOKIE] = browser.cookies[COOKIE]
        both = client.get("/who").json()
        client.logout()
        client.cookies[COOKIE] = browser.cookies[COOKIE]
        return both, client.get("/who").json()

    both, ours = await orm(visit)
    assert (both["django"], both["authwright"]["user"]["name"]) == ("ada", "Ada Lovelace")
    assert (ours["django"], ours["authwright"]["user"]["name"]) == ("", "Ada Lovelace")
    assert await orm(DjangoUser.objects.count) == 1


async def test_an_e_mail_link_creates_a_django_user(browser: Browser, outbox: Outbox) -> None:
    await browser.sign_in("/signin/email", email="Carol@example.com")
    await browser.get(outbox.links[0])
    verified = await orm(lambda: DjangoUser.objects.get(email="carol@example.com").authwright.email_verified)
    assert (await browser.session())["user"]["email"] == "carol@example.com"
    assert verified


async def test_a_deactivated_user_is_signed_out_at_the_next_request_and_cannot_sign_in(
    browser: Browser, outbox: Outbox
) -> None:
    for _ in range(2):
        await browser.sign_in("/signin/email", email="carol@example.com")
    await browser.get(outbox.links[0])
    assert await browser.session() != {}
    await orm(lambda: DjangoUser.objects.update(is_active=False))
    assert await browser.session() == {}
    refused = await browser.get(outbox.links[1])
    assert location_of(refused) == f"{BASE_URL}/error?error=AccessDenied"
    assert await browser.session() == {}


@pytest.mark.parametrize("strategy", ["jwt", "database"])
async def test_a_deactivated_user_cannot_sign_in_with_a_provider(adapter: DjangoAdapter, strategy: str) -> None:
    idp = FakeIdP("http://localhost:4000")
    auth = make_auth(providers=[corp(idp)], adapter=adapter, strategy=strategy)
    await sign_in(Browser(auth), idp)
    await orm(lambda: DjangoUser.objects.update(is_active=False))
    assert await sign_in(Browser(auth), idp) == f"{BASE_URL}/error?error=AccessDenied"


async def test_an_unverified_address_alone_does_not_sign_in_as_a_django_user(
    adapter: DjangoAdapter, outbox: Outbox
) -> None:
    await make(email="alice@example.com")
    idp = FakeIdP("http://localhost:4000")
    trusted = corp(idp, allow_dangerous_email_account_linking=True)
    auth = make_auth(providers=[trusted, Email(send=outbox.send, confirm=False)], adapter=adapter, strategy="database")
    assert await sign_in(Browser(auth), idp) == f"{BASE_URL}/error?error=OAuthAccountNotLinked"
    browser = Browser(auth)
    await browser.sign_in("/signin/email", email="alice@example.com")
    assert location_of(await browser.get(outbox.links[0])) == f"{BASE_URL}/error?error=EmailCreateAccount"
    assert await orm(DjangoUser.objects.count) == 1


async def test_concurrent_first_sign_ins_with_one_account_create_one_user_and_all_succeed(
    adapter: DjangoAdapter,
) -> None:
    idp = FakeIdP("http://localhost:4000")
    auth = make_auth(providers=[corp(idp)], adapter=adapter, strategy="database")
    browsers = [Browser(auth) for _ in range(8)]
    await asyncio.gather(*(sign_in(browser, idp) for browser in browsers))
    assert [(await browser.session())["user"]["name"] for browser in browsers] == ["Alice Liddell"] * 8
    assert await orm(DjangoUser.objects.count) == 1


@pytest.mark.parametrize("path", ["/who", "/who-async"])
async def test_a_view_under_asgi_reads_the_session_without_a_deadlock(browser: Browser, path: str) -> None:
    await make(email="ada@example.com")
    await browser.sign_in(username="ada", password="lovelace")
    client = AsyncClient()
    client.cookies[COOKIE] = browser.cookies[COOKIE]
    async with asyncio.timeout(10):
        responses = await asyncio.gather(*(client.get(path) for _ in range(3)))
    assert [response.json()["authwright"]["user"]["email"] for response in responses] == ["ada@example.com"] * 3


async def test_the_rest_api_and_the_session_work_from_synchronous_code(auth: Auth) -> None:
    await make(email="ada@example.com")

    def visit() -> Any:
        cookies: dict[str, str] = {}
        csrf = call(auth, cookies, "/csrf")
        form = {"csrfToken": csrf["csrfToken"], "username": "ada", "password": "lovelace", "json": "true"}
        call(auth, cookies, "/callback/credentials", form)
        request = RequestFactory().get("/")
        request.COOKIES.update(cookies)
        request.META["HTTP_COOKIE"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        return call(auth, cookies, "/session"), auth.get_server_session_sync(request)

    over_wsgi, in_a_view = await orm(visit)
    assert over_wsgi["user"] == in_a_view["user"] == {"name": None, "email": "ada@example.com", "image": None}


def call(auth: Auth, cookies: dict[str, str], path: str, form: dict[str, str] | None = None) -> Any:
    """Call ``auth.wsgi``, store its cookies in *cookies*, and return the JSON of the response."""
    body = urlencode(form or {}).encode()
    environ = {
        "REQUEST_METHOD": "POST" if form else "GET",
        "PATH_INFO": f"/api/auth{path}",
        "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }

    def keep(status: str, headers: list[tuple[str, str]]) -> None:
        for name, value in headers:
            if name == "Set-Cookie":
                cookies.update({one.key: one.coded_value for one in SimpleCookie(value).values()})

    return json.loads(b"".join(auth.wsgi(environ, keep)))


async def test_a_session_refresh_sets_its_cookie_on_the_django_response(
    auth: Auth, browser: Browser, travel: Callable[[float], None]
) -> None:
    await make()
    await browser.sign_in(username="ada", password="lovelace")
    travel(2 * 86400)

    def visit() -> Any:
        client = Client()
        client.cookies[COOKIE] = browser.cookies[COOKIE]
        return client.get("/who").cookies[COOKIE]["expires"]

    assert await orm(visit)
