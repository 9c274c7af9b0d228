"""No result of the client claims a success that it did not have. Tested on three Python implementations."""

from authwright.client.core.api import Api
from authwright.client.core.body import HTML, parse_body
from authwright.client.core.store import SessionStore
from authwright.errors import SignInError
from client.core.fakes import ALICE, PROVIDERS, Scene, raised

BASE = "http://localhost:3000/api/auth"
HERE = "http://localhost:3000/page"
# Server down, slow (the transport gives up), 500, HTML with each status, redirect, truncated JSON, and JSON of others.
FAILURES = (
    OSError("down"),
    RuntimeError("slow"),
    (500, {"message": "There is a problem with the server configuration."}),
    (502, HTML),
    (200, HTML),
    (404, HTML),
    (404, {"detail": "Not Found"}),
    (302, HTML),
    (302, {"url": HERE}),
    (200, None),
    (200, [1]),
    (200, {}),
    (200, {"message": "ok"}),
    (200, {"url": 7}),
)
GOOD = {
    "callback/credentials": (200, {"url": HERE}),
    "signin/email": (200, {"url": BASE + "/verify-request?provider=email&type=email"}),
    "signin/corp": (200, {"url": "https://idp.example/authorize?state=1"}),
    "signout": (200, {"url": HERE}),
}


def scene_with(**answers):
    scene = Scene(session=None)
    scene.server.answers.update(GOOD)
    scene.server.answers.update(answers)
    return scene


def with_public_base(base, **answers):
    """Return a scene whose server knows its own URL, as each real one does."""
    details = {name: dict(one, signinUrl=base + "/signin/" + name) for name, one in PROVIDERS.items()}
    return scene_with(providers=(200, details), **answers)


async def check_refused(scene, provider, redirect):
    result = await scene.api.sign_in(provider, redirect=redirect, password="x")
    assert (result.ok, result.url) == (False, None), result
    assert result.error
    failure = await raised(result.raise_for_error)
    assert isinstance(failure, SignInError)
    assert failure.code == result.error
    return result


async def test_without_a_failure_each_call_succeeds():
    for provider in ("credentials", "email", "corp", None):
        result = await scene_with().api.sign_in(provider)
        assert (result.error, result.ok) == (None, True)
        assert result.url
        result.raise_for_error()
    assert (await scene_with().api.sign_out())["ok"]


async def test_a_sign_in_claims_no_success_if_any_of_its_requests_fails():
    for failure in FAILURES:
        for redirect in (True, False):
            for provider, action in (("credentials", "callback"), ("email", "signin"), ("corp", "signin")):
                for broken in ("providers", "csrf", action + "/" + provider):
                    await check_refused(scene_with(**{broken: failure}), provider, redirect)


async def test_a_sign_out_claims_no_success_if_any_of_its_requests_fails():
    for failure in FAILURES:
        for redirect in (True, False):
            for broken in ("csrf", "signout"):
                result = await scene_with(**{broken: failure}).api.sign_out(redirect=redirect)
                assert (result["ok"], result["url"]) == (False, None), (failure, broken)
                assert result["error"]


async def test_the_reads_and_an_update_claim_no_success_without_a_server():
    for failure in FAILURES[:11]:
        scene = scene_with(session=failure, csrf=failure, providers=failure)
        reads = await scene.api.get_session(), await scene.api.get_csrf_token(), await scene.api.get_providers()
        assert reads == (None, None, None), failure
        store = SessionStore(scene.api, session=ALICE, clock=lambda: 0)
        assert await store.update({"name": "Bob"}) is None
        assert store.snapshot.data == ALICE


async def test_the_sign_in_page_is_no_success_without_the_api():
    for failure in FAILURES:
        assert not (await scene_with(providers=failure).api.sign_in()).ok


async def test_an_unknown_provider_is_an_error_and_the_page_still_goes_to_the_sign_in_page():
    for provider in ("unknown", ""):
        scene = scene_with()
        result = await check_refused(scene, provider, redirect=False)
        assert result.error == "UnknownProvider"
        assert scene.page.went[0].startswith("/api/auth/signin?callbackUrl=")


async def test_a_csrf_cookie_that_did_not_come_back_is_an_error():
    for provider, action in (("credentials", "callback"), ("email", "signin"), ("corp", "signin")):
        scene = scene_with(**{action + "/" + provider: (200, {"url": BASE + "/signin?csrf=true"})})
        assert (await check_refused(scene, provider, redirect=True)).error == "MissingCSRF"
        assert scene.page.went == [BASE + "/signin?csrf=true"]
        assert scene.page.posted == []


async def test_a_sign_out_whose_csrf_cookie_did_not_come_back_is_an_error():
    for base in (BASE, "https://public.example/prefix/api/auth"):
        scene = scene_with(signout=(200, {"url": base + "/signout?csrf=true"}))
        result = await scene.api.sign_out()
        assert result == {"url": None, "ok": False, "status": 200, "error": "MissingCSRF"}
        assert scene.page.went == [base + "/signout?csrf=true"]
        assert scene.page.posted == []


async def test_a_response_without_a_token_is_an_error_that_leads_to_the_page_of_v4():
    scene = scene_with(csrf=(200, {}))
    assert (await check_refused(scene, "credentials", redirect=True)).error == "MissingCSRF"
    assert (await scene.api.sign_out())["error"] == "MissingCSRF"
    assert scene.page.went == ["/api/auth/signin?csrf=true", "/api/auth/signout?csrf=true"]


async def test_a_throttled_call_says_so():
    for broken in ("providers", "csrf", "callback/credentials"):
        scene = scene_with(**{broken: (429, {"url": BASE + "/error?error=Callback"})})
        result = await check_refused(scene, "credentials", redirect=False)
        assert (result.error, result.status) == ("RateLimited", 429)
    for broken in ("csrf", "signout"):
        assert (await scene_with(**{broken: (429, {})}).api.sign_out())["error"] == "RateLimited"


async def test_only_a_url_of_the_api_itself_is_an_error():
    pages = (
        HERE + "?error=OAuthCallback",
        HERE + "?error=x&code=y#error=z",
        "http://localhost:3000/error?error=x",
        "http://localhost:3000/signin?error=x",
        "http://localhost:3000/api/auth/errors?error=x",
        "http://localhost:3000/app/api/auth/error?error=x",
        "https://other.example/api/auth/signin?error=x",
        "/page?error=x",
        "http://localhost:3000",
    )
    for page in pages:
        scene = with_public_base(BASE, **{"callback/credentials": (200, {"url": page})})
        result = await scene.api.sign_in("credentials", redirect=False, callback_url=page)
        assert (result.error, result.code, result.ok, result.url) == (None, None, True, page)


async def test_an_error_of_the_api_is_found_below_its_public_url():
    for base in (BASE, "https://public.example/prefix/api/auth", "https://public.example/%EC%9D%B8%EC%A6%9D"):
        for page in ("/error?error=AccessDenied", "/error/?error=AccessDenied", "/signin?error=AccessDenied#top"):
            for provider, action in (("credentials", "callback"), ("email", "signin"), ("corp", "signin")):
                scene = with_public_base(base, **{action + "/" + provider: (200, {"url": base + page})})
                assert (await check_refused(scene, provider, redirect=False)).error == "AccessDenied"


async def test_an_error_page_without_a_code_is_an_error():
    for page in ("/error", "/signin", "/signin/credentials", "/error?error="):
        scene = scene_with(**{"callback/credentials": (200, {"url": BASE + page})})
        assert (await check_refused(scene, "credentials", redirect=False)).error == "Signin"


async def test_an_oauth_provider_at_the_same_path_on_another_host_is_no_error():
    page = "https://idp.example/api/auth/signin?client_id=1"
    scene = with_public_base(BASE, **{"signin/corp": (200, {"url": page})})
    assert (await scene.api.sign_in("corp")).url == page


async def test_an_oauth_sign_in_needs_the_providers_page():
    for url in ("javascript:alert(1)", "/", "data:text/html,x", "http://idp.example/\nx"):
        result = await check_refused(scene_with(**{"signin/corp": (200, {"url": url})}), "corp", redirect=True)
        assert result.error == "OAuthSignin"


async def test_a_sign_in_callback_that_sends_the_user_elsewhere_has_not_signed_in():
    elsewhere = {"url": "http://localhost:3000/waitlist?error=full&code=7"}
    scene = scene_with(**{"callback/credentials": (200, elsewhere), "signin/email": (200, elsewhere)})
    for provider in ("credentials", "email"):
        result = await check_refused(scene, provider, redirect=True)
        assert (result.error, result.code) == ("AccessDenied", None)
    assert scene.page.went == [elsewhere["url"]] * 2
    scene.server.answers["session"] = (200, ALICE)
    assert (await scene.api.sign_in("credentials")).ok


async def test_raise_for_error_carries_what_the_app_said():
    url = BASE + "/error?error=Your%20account%20is%20locked&code=locked"
    scene = scene_with(**{"callback/credentials": (401, {"url": url})})
    result = await scene.api.sign_in("credentials", redirect=False)
    failure = await raised(result.raise_for_error)
    assert (str(failure), failure.message) == ("Your account is locked", "Your account is locked")
    assert (failure.code, failure.status) == ("locked", 401)


async def test_a_keyword_of_v4_is_refused_and_ours_is_named():
    scene = scene_with()
    calls = (
        ("callback_url", lambda: scene.api.sign_in("credentials", callbackUrl="/x")),
        ("callback_url", lambda: scene.api.sign_in("credentials", callbackURL="/x")),
        ("authorization_params", lambda: scene.api.sign_in("corp", authorizationParams={})),
        ("callback_url", lambda: scene.api.sign_out(callbackUrl="/x")),
        ("refetch_interval", lambda: SessionStore(scene.api, refetchInterval=5)),
        ("refetch_when_offline", lambda: SessionStore(scene.api, refetchWhenOffline=False)),
    )
    for ours, call in calls:
        failure = await raised(call)
        assert isinstance(failure, TypeError)
        assert ours in str(failure), failure
    assert scene.server.requests == []


async def test_a_form_field_in_camel_case_is_sent():
    scene = scene_with()
    assert (await scene.api.sign_in("credentials", redirect=False, firstName="Al", baseUrl="x")).ok
    sent = scene.server.asked("callback/credentials")[0][2].split("&")
    assert "firstName=Al" in sent
    assert "baseUrl=x" in sent


async def test_an_argument_of_the_wrong_type_is_refused():
    api = scene_with().api
    calls = (
        ("provider", lambda: api.sign_in({"redirect": False})),
        ("callback_url", lambda: api.sign_in("credentials", callback_url=5)),
        ("authorization_params", lambda: api.sign_in("corp", authorization_params=[("prompt", "login")])),
        ("callback_url", lambda: api.sign_out(callback_url=["/x"])),
        ("session", lambda: SessionStore(api, session=5)),
        ("refetch_interval", lambda: SessionStore(api, refetch_interval="60")),
    )
    for name, call in calls:
        failure = await raised(call)
        assert isinstance(failure, TypeError)
        assert str(failure).startswith(name + " must be"), failure


def test_a_body_is_json_html_or_neither():
    assert parse_body('{"a": 1}') == {"a": 1}
    assert parse_body(" \n<!doctype html><p>hello") is HTML
    assert parse_body(b"<html>") is HTML
    for text in ("", '{"a": ', "Bad gateway", "[" * 20):
        assert parse_body(text) is None


async def test_the_api_of_another_path_is_asked_there():
    scene = scene_with()
    api = Api(scene.server, scene.page, "/custom/auth/")
    scene.server.answers["/custom/auth/session"] = (200, ALICE)
    assert await api.get_session() == ALICE
