"""sign_in, sign_out and the reads: the client functions of v4, tested on three Python implementations."""

from authwright.client.core.text import query_of
from client.core.fakes import ALICE, Scene

BACK = "http%3A%2F%2Flocalhost%3A3000%2Fpage"
HERE = "http://localhost:3000/page"


def answering(action, url, status=200):
    scene = Scene(session=None)
    scene.server.answers[action] = (status, {"url": url})
    return scene


async def test_get_session_notifies_the_other_tabs_unless_broadcast_is_false():
    scene = Scene()
    assert await scene.api.get_session() is None
    await scene.api.get_session(broadcast=False)
    assert scene.page.triggers() == ["getSession"]


async def test_a_message_has_the_format_of_v4_and_a_unique_id():
    scene = Scene()
    scene.api.tell_tabs("getSession")
    scene.api.tell_tabs("getSession")
    one, other = scene.page.posted
    assert (one["event"], one["data"], type(one["timestamp"])) == ("session", {"trigger": "getSession"}, int)
    assert one["id"] != other["id"]


async def test_the_reads_return_none_if_the_response_is_invalid():
    for answer in (OSError("down"), (500, {"csrfToken": "x"}), (200, None), (200, [1]), (200, {})):
        scene = Scene()
        scene.server.answers.update({"session": answer, "csrf": answer, "providers": answer})
        reads = await scene.api.get_session(), await scene.api.get_csrf_token(), await scene.api.get_providers()
        assert reads == (None, None, None)


async def test_a_sign_in_posts_the_fields_with_the_csrf_token():
    scene = answering("callback/credentials", HERE)
    await scene.api.sign_in("credentials", redirect=False, callback_url="/home", username="al&ice", password="p w")
    method, _, body = scene.server.asked("callback/credentials")[0]
    fields = dict(pair.split("=") for pair in body.split("&"))
    assert method == "POST"
    assert (fields["username"], fields["password"], fields["csrfToken"]) == ("al%26ice", "p%20w", "token")
    assert (fields["callbackUrl"], fields["json"], fields["redirect"]) == ("%2Fhome", "true", "false")


async def test_a_sign_in_without_redirect_refreshes_the_store_and_notifies_the_tabs():
    scene = answering("callback/credentials", HERE)
    await scene.start()
    scene.server.answers["session"] = (200, ALICE)
    result = await scene.api.sign_in("credentials", redirect=False)
    assert (result.error, result.status, result.ok, result.url) == (None, 200, True, HERE)
    assert (scene.status, scene.page.triggers(), scene.page.went) == ("authenticated", ["signin"], [])


async def test_a_refused_sign_in_returns_the_reason_and_changes_nothing():
    scene = answering("callback/credentials", "http://x/api/auth/error?error=The%20account&code=locked", 401)
    await scene.start()
    result = await scene.api.sign_in("credentials", redirect=False)
    assert (result.error, result.code, result.status, result.ok, result.url) == (
        "The account",
        "locked",
        401,
        False,
        None,
    )
    assert (scene.server.asked("session"), scene.page.posted) == ([], [])


async def test_a_sign_in_with_redirect_navigates_to_the_url_from_the_server():
    scene = answering("callback/credentials", "http://localhost:3000/home#top")
    await scene.api.sign_in("credentials")
    assert scene.page.went == ["http://localhost:3000/home#top"]


async def test_a_sign_in_with_an_oauth_provider_always_leaves_the_page():
    scene = answering("signin/corp", "https://idp.example/authorize?state=1")
    await scene.api.sign_in("corp", redirect=False, authorization_params={"prompt": "login", "hint": "a b"})
    assert scene.page.went == ["https://idp.example/authorize?state=1"]
    url = scene.server.asked("signin/corp")[0][1]
    assert query_of(url) == {"prompt": "login", "hint": "a b"}
    assert "hint=a%20b" in url


async def test_an_account_is_linked_only_if_the_caller_asks_for_it():
    for link in (True, False):
        scene = answering("signin/corp", "https://idp.example/authorize?state=1")
        await scene.api.sign_in("corp", link=link)
        body = scene.server.asked("signin/corp")[0][2]
        assert query_of("?" + body).get("link") == ("true" if link else None)


async def test_a_missing_or_unknown_provider_goes_to_the_sign_in_page():
    for provider in (None, "unknown"):
        scene = Scene()
        await scene.api.sign_in(provider)
        assert scene.page.went == ["/api/auth/signin?callbackUrl=" + BACK]


async def test_a_sign_in_without_any_provider_goes_to_the_error_page():
    scene = Scene()
    scene.server.answers["providers"] = (200, {})
    await scene.api.sign_in("credentials")
    assert scene.page.went == ["/api/auth/error"]


async def test_a_sign_in_without_a_server_returns_an_error():
    scene = Scene()
    scene.server.answers["callback/credentials"] = OSError("down")
    result = await scene.api.sign_in("credentials", redirect=False, password="x")
    assert (result.error, result.status, result.ok, result.url) == ("FetchError", 0, False, None)


async def test_a_sign_in_without_a_csrf_token_is_not_sent():
    scene = answering("callback/credentials", HERE)
    scene.server.answers["csrf"] = (503, {})
    result = await scene.api.sign_in("credentials", redirect=False, password="x")
    assert (result.error, result.ok) == ("FetchError", False)
    assert scene.server.asked("callback/credentials") == []


async def test_a_page_never_navigates_to_a_script():
    for url in ("javascript:alert(1)", "java\nscript:alert(1)", " javascript:alert(1)", "data:text/html,x"):
        scene = answering("signin/corp", url)
        await scene.api.sign_in("corp")
        assert scene.page.went == []


async def test_a_sign_out_without_redirect_clears_the_store_and_notifies_the_tabs():
    scene = answering("signout", "http://localhost:3000/foo")
    await scene.start()
    result = await scene.api.sign_out(redirect=False, callback_url="/foo")
    assert result == {"url": "http://localhost:3000/foo", "ok": True, "status": 200, "error": None}
    assert (scene.status, scene.page.triggers(), scene.page.went) == ("unauthenticated", ["signout"], [])


async def test_a_sign_out_with_redirect_leaves_the_page():
    scene = answering("signout", "http://localhost:3000/foo")
    await scene.api.sign_out(callback_url="/foo")
    assert scene.page.went == ["http://localhost:3000/foo"]


async def test_passwords_are_not_kept_in_memory():
    scene = answering("callback/credentials", HERE)
    result = await scene.api.sign_in("credentials", redirect=False, password="hunter2")
    assert "hunter2" in str(scene.server.requests)
    assert "hunter2" not in str([scene.api.__dict__, scene.store.__dict__, result.__dict__, scene.page.__dict__])


async def test_a_page_with_a_very_long_address_still_reaches_the_sign_in_page():
    scene = Scene()

    async def here():
        return "http://localhost:3000/?q=" + "x" * 10000

    scene.page.here = here
    await scene.api.require()
    await scene.api.sign_in()
    assert [query_of(url) for url in scene.page.went] == [
        {"error": "SessionRequired", "callbackUrl": "/"},
        {"callbackUrl": "/"},
    ]
