"""Invalid input gets a clear error response and changes nothing."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from authwright import Auth
from authwright.http import Request, Response
from authwright.server.protocol.urls import origin_of
from authwright.testing import Outbox
from support.apps import ORIGIN, SECRET, BrokenAdapter, make_auth
from support.browser import Browser, body_of, location_of

HOSTILE_URLS = [
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "http:evil.example",
    "http://localhost:3000@evil.example",
    "http://localhost:3000\\@evil.example",
    "http://localhost:3000.evil.example",
    "javascript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,x",
    "/\t/evil.example",
    "/\n/evil.example",
    "/x\r\nSet-Cookie: a=b",
    "http://localhost:3000/\x00",
    "http://u:p@localhost:3000/",
    "https://localhost:3000/",
    "http://ev\u0131l.example/",
    "/" + "x" * 5000,
    "x",
    "http://",
    "http://[::1",
    "http://localhost:99999/",
]


def stays_on_site(response: Response) -> bool:
    location = response.header("location") or (body_of(response).get("url") if response.body[:1] == b"{" else ORIGIN)
    return location is None or location == ORIGIN or location.startswith(f"{ORIGIN}/")


@pytest.mark.parametrize("url", HOSTILE_URLS)
async def test_a_hostile_callback_url_never_leads_to_another_site(alice: Browser, url: str) -> None:
    from urllib.parse import urlencode

    by_query = await alice.get("/signin?" + urlencode({"callbackUrl": url}))
    by_body = await alice.sign_in("/signout", callbackUrl=url)
    alice.cookies["next-auth.callback-url"] = url
    by_cookie = await alice.sign_out()
    for response in (by_query, by_body, by_cookie):
        assert response.status < 500
        assert stays_on_site(response)
    assert location_of(by_cookie) == ORIGIN


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[1]", 400),
        (b'"x"', 400),
        (b"{", 400),
        (b'{"csrfToken": 1}', 400),
        (b'{"data": NaN}', 400),
        (b'{"data": "\\ud800"}', 400),
        (b'{"data": ' + b"[" * 5000 + b"]" * 5000 + b"}", 400),
        (b'{"data": ' + b"9" * 5000 + b"}", 400),
        (b"\xff\xfe", 400),
        (b'{"data": "' + b"x" * 100_000 + b'"}', 413),
        (b"{}", 400),
    ],
)
async def test_a_body_that_is_not_a_json_object_is_refused(app: Auth, body: bytes, status: int) -> None:
    assert (await Browser(app).post_raw("/session", body, "application/json")).status == status


async def test_a_repeated_parameter_is_refused(browser: Browser) -> None:
    assert (await browser.get("/signin?error=a&error=b")).status == 400
    assert (await browser.get("/signin?error=a&error=b&callbackUrl=/a&callbackUrl=/b")).status == 400
    body = b"csrfToken=a&csrfToken=b"
    assert (await browser.post_raw("/signout", body, "application/x-www-form-urlencoded")).status == 400


async def test_a_body_of_another_type_is_refused(browser: Browser) -> None:
    assert (await browser.post_raw("/signout", b"<x/>", "text/xml")).status == 400


@pytest.mark.parametrize(
    "path", ["/nothing", "/", "", "/signin/unknown", "/callback/unknown", "/callback", "/csrf/x", "/signin/a/b"]
)
async def test_an_unknown_action_or_provider_is_404(browser: Browser, path: str) -> None:
    assert (await browser.get(path)).status == 404


@pytest.mark.parametrize(
    ("path", "method", "allow"),
    [("/csrf", "POST", "GET, HEAD"), ("/_log", "GET", "POST"), ("/session", "DELETE", "GET, POST, HEAD")],
)
async def test_a_wrong_method_is_405_and_names_the_allowed_ones(app: Auth, path: str, method: str, allow: str) -> None:
    response = await app.handle(Request(method, f"/api/auth{path}"))
    assert (response.status, response.header("allow")) == (405, allow)


async def test_an_api_client_gets_json_and_a_browser_gets_a_page(app: Auth) -> None:
    api_client = await Browser(app).get("/nothing")
    page = await Browser(app, headers={"accept": "text/html"}).get("/nothing")
    assert body_of(api_client)["code"] == "NotFound"
    assert (page.header("content-type") or "").startswith("text/html")


async def test_an_error_response_contains_the_url_that_the_v4_client_needs(browser: Browser) -> None:
    response = await browser.sign_in("/signin/unknown")
    assert (response.status, location_of(response).startswith(f"{ORIGIN}/api/auth/error")) == (404, True)


async def test_a_store_that_is_down_causes_a_503_until_it_works_again(
    outbox: Outbox, caplog: pytest.LogCaptureFixture
) -> None:
    adapter = BrokenAdapter()
    browser = Browser(make_auth(outbox, strategy="database", adapter=adapter))
    await browser.sign_in(username="alice", password="wonderland")
    adapter.down = True
    response = await browser.get("/session")
    assert (response.status, response.header("retry-after")) == (503, "5")
    assert (await browser.sign_in(username="alice", password="wonderland")).status == 503
    adapter.down = False
    assert (await browser.session())["user"]["name"] == "Alice"
    assert "hunter2" not in caplog.text


async def test_no_secret_reaches_the_log(outbox: Outbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    browser = Browser(make_auth(outbox, debug=True))
    await browser.sign_in(username="alice", password="wonderland")
    token = browser.cookies["next-auth.session-token"]
    browser.cookies["next-auth.session-token"] = token[:-2] + "AA"
    await browser.session()
    await browser.sign_in("/signin/email", email="bob@example.com")
    for secret in (token[40:80], "wonderland", outbox.links[0].split("token=")[1][:20], SECRET):
        assert secret not in caplog.text


ANYTHING = st.text(max_size=60)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(["GET", "POST", "HEAD", "PUT"]),
    path=st.sampled_from(
        ["session", "csrf", "signin", "signin/email", "callback/email", "callback/credentials", "error"]
    )
    | ANYTHING,
    query=st.dictionaries(st.sampled_from(["callbackUrl", "token", "email", "error", "x"]), ANYTHING, max_size=3),
    cookies=st.dictionaries(
        st.sampled_from(["next-auth.session-token", "next-auth.csrf-token", "next-auth.callback-url"]), ANYTHING
    ),
    body=st.binary(max_size=80) | st.dictionaries(ANYTHING, ANYTHING, max_size=3).map(lambda d: json.dumps(d).encode()),
    content_type=st.sampled_from(["application/json", "application/x-www-form-urlencoded", "text/plain"]),
)
async def test_no_input_causes_a_500_or_a_redirect_to_another_site(
    method: str, path: str, query: dict[str, str], cookies: dict[str, str], body: bytes, content_type: str
) -> None:
    from urllib.parse import quote, urlencode

    auth = make_auth(Outbox())
    header = "; ".join(f"{name}={quote(value, safe='')}" for name, value in cookies.items())
    headers = {"cookie": header, "content-type": content_type}
    request = Request(method, f"/api/auth/{path}", query=urlencode(query), headers=headers, body=body)
    response = await auth.handle(request)
    assert response.status < 500 or query.get("error", "").lower() == "configuration"
    location = response.header("location")
    assert location is None or origin_of(location) == ORIGIN
