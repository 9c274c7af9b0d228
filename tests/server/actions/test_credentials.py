"""Signing in by password."""

from authwright import Auth, Callbacks, Events
from support.apps import ALICE, BASE_URL, ORIGIN, make_auth
from support.browser import Browser, body_of, location_of


async def test_the_right_password_signs_in(browser: Browser) -> None:
    response = await browser.sign_in(username="alice", password="wonderland")
    assert (response.status, body_of(response)) == (200, {"url": ORIGIN})
    assert (await browser.session())["user"] == {name: ALICE[name] for name in ("name", "email", "image")}


async def test_a_wrong_password_gets_a_401_with_the_url_of_the_error(browser: Browser) -> None:
    response = await browser.sign_in(username="alice", password="wrong")
    assert response.status == 401
    assert body_of(response) == {"url": f"{BASE_URL}/error?error=CredentialsSignin&provider=credentials"}
    assert await browser.session() == {}


async def test_a_plain_form_post_is_redirected_to_the_same_urls(browser: Browser) -> None:
    fields = {"csrfToken": await browser.csrf(), "callbackUrl": "/home", "username": "alice"}
    wrong = await browser.post("/callback/credentials", fields | {"password": "wrong"})
    right = await browser.post("/callback/credentials", fields | {"password": "wonderland"})
    assert (wrong.status, location_of(wrong)) == (302, f"{BASE_URL}/error?error=CredentialsSignin&provider=credentials")
    assert (right.status, location_of(right)) == (302, f"{ORIGIN}/home")


async def test_only_a_credentials_error_reaches_the_browser(browser: Browser) -> None:
    locked = await browser.sign_in(username="locked", password="x")
    broken = await browser.sign_in(username="broken", password="x")
    assert (locked.status, broken.status) == (401, 401)
    assert "error=This+account+is+locked.&code=locked" in location_of(locked)
    assert location_of(broken).endswith("error=CredentialsSignin&provider=credentials")


async def test_only_the_apps_own_message_is_shown_on_the_sign_in_page(browser: Browser) -> None:
    response = await browser.post("/callback/credentials", {"csrfToken": await browser.csrf(), "username": "locked"})
    signin = await browser.get(location_of(await browser.get(location_of(response))))
    assert b"This account is locked." in signin.body
    forged = await browser.get("/error?error=Call+555&message=Call+555")
    assert b"555" not in forged.body


async def test_signing_in_needs_a_verified_csrf_token(browser: Browser) -> None:
    await browser.csrf()
    fields = {"csrfToken": "0" * 64, "username": "alice", "password": "wonderland"}
    response = await browser.post("/callback/credentials", fields)
    assert location_of(response) == f"{BASE_URL}/signin?csrf=true"
    assert await browser.session() == {}


async def test_a_credential_that_is_not_a_string_is_refused(browser: Browser) -> None:
    credentials = {"csrfToken": await browser.csrf(), "username": "alice", "password": {"$ne": None}}
    assert (await browser.post_json("/callback/credentials", credentials)).status == 400


async def test_authorize_receives_the_form_without_the_protocols_own_fields() -> None:
    seen = []
    auth = make_auth(events=Events(), callbacks=Callbacks(sign_in=lambda user, credentials: seen.append(credentials)))
    await Browser(auth).sign_in(username="alice", password="wonderland", callbackUrl="/x", redirect="false")
    assert seen == [{"username": "alice", "password": "wonderland"}]


async def test_the_sign_in_callback_can_refuse_or_redirect() -> None:
    outcomes = {False: "/error?error=AccessDenied", "/apply": "/apply"}
    for result, expected in outcomes.items():
        auth = make_auth(callbacks=Callbacks(sign_in=lambda user, result=result: result))
        browser = Browser(auth)
        response = await browser.sign_in(username="alice", password="wonderland")
        assert location_of(response).endswith(expected)
        assert response.status == (403 if result is False else 200)
        assert await browser.session() == {}


async def test_a_failing_sign_in_callback_refuses_without_showing_its_exception() -> None:
    def fails(user: object) -> bool:
        raise RuntimeError("hunter2")

    response = await Browser(make_auth(callbacks=Callbacks(sign_in=fails))).sign_in(
        username="alice", password="wonderland"
    )
    assert (response.status, location_of(response)) == (403, f"{BASE_URL}/error?error=AccessDenied")


async def test_a_second_sign_in_finds_the_same_user() -> None:
    created = []
    auth = make_auth(strategy="database", events=Events(create_user=created.append))
    for _ in range(2):
        await Browser(auth).sign_in(username="alice", password="wonderland")
    assert [user.email for user in created] == ["alice@example.com"]


async def test_signing_in_again_ends_the_previous_session() -> None:
    auth = make_auth(strategy="database")
    browser = Browser(auth)
    await browser.sign_in(username="alice", password="wonderland")
    before = dict(browser.cookies)
    await browser.sign_in(username="alice", password="wonderland")
    assert (await browser.session())["user"]["name"] == "Alice"
    assert await auth.get_server_session(before) is None


async def test_a_get_request_is_refused(app: Auth) -> None:
    response = await Browser(app).get("/callback/credentials")
    assert (response.status, response.header("allow")) == (405, "POST")


async def test_a_failing_event_handler_changes_nothing() -> None:
    def fails(user: object) -> None:
        raise RuntimeError("no")

    browser = Browser(make_auth(events=Events(sign_in=fails, session=fails)))
    assert (await browser.sign_in(username="alice", password="wonderland")).status == 200
    assert (await browser.session())["user"]["name"] == "Alice"
