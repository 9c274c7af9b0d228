"""The origin of the API is the configured one, never the one that a request claims."""

import pytest

from authwright import Auth
from authwright.errors import ConfigurationError
from authwright.http import Request
from authwright.providers import Credentials
from authwright.testing import Outbox
from support.apps import SECRET, make_auth
from support.browser import Browser, body_of, location_of

FORGED = {"host": "evil.example", "x-forwarded-host": "evil.example", "x-forwarded-proto": "https"}


async def test_a_forged_host_appears_in_no_link_redirect_or_mail(outbox: Outbox) -> None:
    browser = Browser(make_auth(outbox), headers=FORGED)
    responses = [
        await browser.get("/providers"),
        await browser.get("/signin"),
        await browser.get("/error?error=Callback"),
    ]
    responses.append(await browser.sign_in("/signin/email", email="bob@example.com"))
    seen = "".join(str(response.headers) + response.body.decode() for response in responses) + outbox.links[0]
    assert "evil" not in seen


async def test_the_forwarded_host_is_used_only_if_it_is_trusted() -> None:
    headers = {"host": "internal:8000", "x-forwarded-host": "app.example.com", "x-forwarded-proto": "https"}
    auth = Auth(secret=SECRET, providers=[Credentials(authorize=lambda c: None)], trust_host=True)
    browser = Browser(auth, headers=headers)
    providers = body_of(await browser.get("/providers"))
    assert providers["credentials"]["signinUrl"] == "https://app.example.com/api/auth/signin/credentials"
    await browser.get("/csrf")
    assert "__Host-next-auth.csrf-token" in browser.cookies


@pytest.mark.parametrize("host", ["a b", "evil\\@good", "x/../y", "", "a@b", "ev\u0131l.example", "[::1", "a:99999"])
async def test_an_invalid_forwarded_host_is_refused(host: str) -> None:
    auth = Auth(secret=SECRET, providers=[Credentials(authorize=lambda c: None)], trust_host=True)
    response = await Browser(auth, headers={"x-forwarded-host": host, "host": host}).get("/providers")
    assert response.status == 400


@pytest.mark.parametrize("name", ["X-Forwarded-Host", "X-Forwarded-Proto", "Host"])
async def test_several_values_of_a_forwarded_header_are_refused_and_the_solution_is_logged(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    auth = Auth(secret=SECRET, providers=[Credentials(authorize=lambda c: None)], trust_host=True)
    # The client's header and the proxy's header, as an appending proxy sends them.
    sent = [("Host", "app.example.com"), ("X-Forwarded-Proto", "https"), (name, "http"), (name, "evil.example")]
    response = await auth.handle(Request("GET", "/api/auth/providers", headers=sent))
    assert response.status == 400
    assert f"proxy_set_header {name}" in caplog.text
    assert "evil.example" not in caplog.text


async def test_with_a_base_url_forwarded_headers_are_ignored() -> None:
    headers = {"x-forwarded-host": "evil.example, app.example.com", "x-forwarded-proto": "http, https"}
    assert (await Browser(make_auth(trust_host=True), headers=headers).get("/providers")).status == 200


async def test_the_environment_is_used_if_nothing_is_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEXTAUTH_URL", "https://app.example.com/auth")
    monkeypatch.setenv("NEXTAUTH_SECRET", SECRET)
    browser = Browser(Auth(providers=[Credentials(authorize=lambda c: None)]), base_path="/auth")
    assert location_of(await browser.get("/error?error=Callback")).startswith("https://app.example.com/auth/signin")


def test_an_empty_environment_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEXTAUTH_SECRET", "")
    monkeypatch.delenv("AUTH_SECRET", raising=False)
    with pytest.raises(ConfigurationError, match="secret"):
        Auth(providers=[])


async def test_on_https_cookies_without_the_prefix_are_not_read() -> None:
    auth = make_auth(base_url="https://example.com")
    browser = Browser(auth)
    await browser.sign_in(username="alice", password="wonderland")
    token = browser.cookies["__Secure-next-auth.session-token"]
    assert await auth.get_server_session({"next-auth.session-token": token}) is None
    assert await auth.get_server_session({"__Secure-next-auth.session-token": token}) is not None


@pytest.mark.parametrize("path", ["/api/auth", "/mounted"])
async def test_the_mount_point_and_the_base_path_are_both_stripped(path: str) -> None:
    response = await make_auth().handle(Request("GET", f"{path}/csrf", root_path=path))
    assert response.status == 200
