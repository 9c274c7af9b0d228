"""Control over sessions: absolute lifetime, revocation, and the methods for a user's sessions."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from starlette.responses import Response

from authwright import Auth, Callbacks, Events, SessionOptions
from authwright.adapters.base import Adapter
from authwright.adapters.memory import MemoryAdapter
from authwright.adapters.revocation import MemoryRevocation
from authwright.errors import ConfigurationError
from authwright.server.sessions.presented import PresentedToken
from authwright.types import JWT, User
from support.apps import make_auth
from support.browser import Browser, body_of

SESSION = "next-auth.session-token"
ALICE = {"username": "alice", "password": "wonderland"}
Travel = Callable[[float], None]


def auth_with(strategy: Any, **options: Any) -> Auth:
    session_options = {name: options.pop(name) for name in list(options) if name in SessionOptions.__dataclass_fields__}
    return make_auth(strategy=strategy, session=SessionOptions(strategy=strategy, **session_options), **options)


async def signed_in(auth: Auth) -> Browser:
    browser = Browser(auth)
    await browser.sign_in(**ALICE)
    return browser


async def user_name(browser: Browser) -> str | None:
    return (await browser.session()).get("user", {}).get("name")


def copy_of(browser: Browser) -> Browser:
    """Return a browser with the same cookies, as if they had been stolen."""
    thief = Browser(browser.auth)
    thief.cookies = dict(browser.cookies)
    return thief


async def user_id_of(browser: Browser) -> str:
    claims = await browser.auth.get_token(browser.cookies)
    if claims:
        return claims["sub"]
    user_id = await browser.auth._context.sessions.adapter_user_id(PresentedToken(browser.cookies[SESSION]), 0)
    assert user_id
    return user_id


# -- absolute lifetime ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("strategy", ["jwt", "database"])
async def test_a_session_ends_at_its_absolute_age_even_if_it_is_used(strategy: str, travel: Travel) -> None:
    browser = await signed_in(auth_with(strategy, max_age=7 * 86400, absolute_max_age=10 * 86400))
    for _ in range(3):
        travel(3 * 86400)
        assert await user_name(browser) == "Alice"
    travel(86400 + 1)
    assert await user_name(browser) is None
    assert SESSION not in browser.cookies


@pytest.mark.parametrize("strategy", ["jwt", "database"])
async def test_expires_is_never_later_than_the_absolute_age(strategy: str, travel: Travel) -> None:
    browser = await signed_in(auth_with(strategy, max_age=7 * 86400, absolute_max_age=10 * 86400))
    first = (await browser.session())["expires"]
    travel(5 * 86400)
    second = (await browser.session())["expires"]
    travel(4 * 86400)
    assert first < second == (await browser.session())["expires"]


@pytest.mark.parametrize("strategy", ["jwt", "database"])
async def test_a_new_sign_in_restarts_the_absolute_age(strategy: str, travel: Travel) -> None:
    browser = await signed_in(auth_with(strategy, absolute_max_age=86400))
    travel(80000)
    await browser.sign_in(**ALICE)
    travel(80000)
    assert await user_name(browser) == "Alice"


async def test_the_age_of_a_token_from_before_the_option_starts_when_it_was_issued(travel: Travel) -> None:
    browser = await signed_in(make_auth())
    browser.auth = auth_with("jwt", absolute_max_age=86400)
    travel(80000)
    assert await user_name(browser) == "Alice"
    travel(7000)
    assert await user_name(browser) is None


async def test_a_jwt_callback_cannot_make_a_session_younger(travel: Travel) -> None:
    def jwt(token: JWT) -> JWT:
        return {"name": token["name"], "sub": token["sub"]}

    browser = await signed_in(auth_with("jwt", absolute_max_age=86400, callbacks=Callbacks(jwt=jwt)))
    for _ in range(3):
        travel(30000)
        last = await user_name(browser)
    assert last is None


async def test_the_token_itself_expires_with_the_session(travel: Travel) -> None:
    auth = auth_with("jwt", absolute_max_age=86400)
    browser = await signed_in(auth)
    travel(50000)
    await browser.session()
    claims = await auth.get_token(browser.cookies)
    assert claims
    assert claims["exp"] == pytest.approx(claims["auth_time"] + 86400, abs=2)


# -- revocation of sessions in tokens ---------------------------------------------------------------------------------


async def test_a_sign_out_ends_every_copy_of_the_session_with_a_revocation_store() -> None:
    browser = await signed_in(auth_with("jwt", revocation=MemoryRevocation()))
    thief = copy_of(browser)
    await thief.session()  # a renewed copy
    await browser.sign_out()
    assert await user_name(thief) is None
    assert await browser.auth.get_token(copy_of(thief).cookies) is None


async def test_a_sign_out_ends_no_other_session_of_the_user() -> None:
    auth = auth_with("jwt", revocation=MemoryRevocation())
    phone, laptop = await signed_in(auth), await signed_in(auth)
    await phone.sign_out()
    assert await user_name(laptop) == "Alice"


async def test_a_revoked_bearer_token_is_refused() -> None:
    auth = auth_with("jwt", revocation=MemoryRevocation())
    browser = await signed_in(auth)
    header = {"type": "http", "headers": [(b"authorization", f"Bearer {browser.cookies[SESSION]}".encode())]}
    assert await auth.get_token(header)
    await browser.sign_out()
    assert await auth.get_token(header) is None


async def test_a_cached_revocation_check_is_used_only_for_the_configured_seconds(travel: Travel) -> None:
    store, seen_elsewhere = MemoryRevocation(), MemoryRevocation()
    seen_elsewhere._entries = store._entries  # like one store that is used by two processes
    here, elsewhere = (auth_with("jwt", revocation=one, revocation_cache_age=5) for one in (store, seen_elsewhere))
    browser = await signed_in(here)
    thief = copy_of(browser)
    await thief.session()
    await Browser(elsewhere).get("/session")
    await elsewhere.sign_out_user("1")
    assert await user_name(copy_of(thief)) == "Alice"
    travel(5)
    assert await user_name(thief) is None


async def test_a_revocation_takes_effect_at_once_in_the_process_that_made_it() -> None:
    auth = auth_with("jwt", revocation=MemoryRevocation(), revocation_cache_age=60)
    browser = await signed_in(auth)
    await browser.session()
    await auth.sign_out_user("1")
    assert await user_name(browser) is None


async def test_a_store_that_is_down_refuses_requests_but_ends_no_session() -> None:
    class Down(MemoryRevocation):
        async def revoked_before(self, keys: Any, now: float) -> float | None:
            raise ConnectionError("redis://:hunter2@db is down")

    browser = await signed_in(make_auth())
    browser.auth = auth_with("jwt", revocation=Down())
    response = await browser.get("/session")
    assert (response.status, response.header("retry-after")) == (503, "5")
    assert b"hunter2" not in response.body
    assert SESSION in browser.cookies


async def test_signing_a_user_out_requires_a_revocation_store() -> None:
    for auth in (make_auth(), auth_with("jwt", absolute_max_age=86400)):
        with pytest.raises(ConfigurationError, match=r"session\.revocation"):
            await auth.sign_out_user("1")


async def test_a_revocation_is_deleted_when_no_earlier_session_can_still_be_valid() -> None:
    store = MemoryRevocation()
    await store.revoke("user:1", 100, 200, 100)
    assert await store.revoked_before(["user:1"], 199) == 100
    assert await store.revoked_before(["user:1"], 201) is None
    await store.revoke("user:2", 300, 400, 300)
    assert list(store._entries) == ["user:2"]


# -- a user's sessions ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("strategy", ["jwt", "database"])
async def test_signing_a_user_out_ends_all_of_their_sessions_and_no_others(strategy: str) -> None:
    auth = auth_with(strategy, revocation=MemoryRevocation(), adapter=MemoryAdapter())
    phone, laptop = await signed_in(auth), await signed_in(auth)
    response = Response()
    bob = await auth.adapter.create_user(User(id="", name="Bob", email="bob@example.com"))
    await auth.sign_in_user({}, bob, response)
    await auth.sign_out_user(await user_id_of(phone))
    assert [await user_name(browser) for browser in (phone, laptop, browser_of(auth, response))] == [None, None, "Bob"]


def browser_of(auth: Auth, response: Response) -> Browser:
    """Return a browser with the cookies of *response*."""
    browser = Browser(auth)
    for name, value in response.headers.items():
        if name == "set-cookie":
            cookie = value.partition(";")[0].partition("=")
            browser.cookies[cookie[0]] = cookie[2]
    return browser


async def test_all_other_sessions_of_a_user_can_be_ended() -> None:
    auth = auth_with("database")
    phone, laptop = await signed_in(auth), await signed_in(auth)
    await auth.sign_out_user(await user_id_of(phone), keep=phone.cookies)
    assert [await user_name(phone), await user_name(laptop)] == ["Alice", None]


async def test_sessions_are_listed_without_tokens_the_most_recently_used_first(travel: Travel) -> None:
    auth = auth_with("database", update_age=0)
    phone = await signed_in(auth)
    travel(100)
    laptop = await signed_in(auth)
    travel(100)
    await phone.session()
    one, two = await auth.list_sessions(await user_id_of(phone))
    assert (one.last_seen - two.last_seen).total_seconds() == pytest.approx(100, abs=1)
    assert one.created
    assert two.created
    assert one.created < two.created
    assert laptop.cookies[SESSION] not in repr([one, two])


async def test_a_session_is_listed_with_the_expiry_set_by_the_absolute_age() -> None:
    auth = auth_with("database", max_age=7 * 86400, absolute_max_age=86400)
    (listed,) = await auth.list_sessions(await user_id_of(await signed_in(auth)))
    assert listed.created
    assert listed.expires == listed.created + timedelta(days=1)


@pytest.mark.parametrize("record_client", [True, False])
async def test_the_address_and_browser_of_a_session_are_stored_if_the_option_is_set(record_client: bool) -> None:
    auth = auth_with("database", record_client=record_client)
    scope = {
        "type": "http",
        "client": ("203.0.113.7", 50123),
        "headers": [(b"user-agent", b"Firefox\x1b[2J" + b"!" * 1000)],
    }
    alice = await auth.adapter.create_user(User(id="", name="Alice"))
    await auth.sign_in_user(scope, alice, Response())
    (session,) = await auth.list_sessions(alice.id)
    seen = session.ip, session.user_agent
    assert seen == (("203.0.113.7", "Firefox[2J" + "!" * 501) if record_client else (None, None))


async def test_one_session_can_be_ended_by_its_id() -> None:
    auth = auth_with("database")
    phone, laptop = await signed_in(auth), await signed_in(auth)
    user_id = await user_id_of(phone)
    _, first = await auth.list_sessions(user_id)
    assert await auth.revoke_session(user_id, first.id)
    assert not await auth.revoke_session(user_id, first.id)
    assert {await user_name(phone), await user_name(laptop)} == {"Alice", None}


async def test_a_session_is_not_ended_with_the_id_of_another_user() -> None:
    auth = auth_with("database")
    alice = await signed_in(auth)
    (session,) = await auth.list_sessions(await user_id_of(alice))
    assert not await auth.revoke_session("another user", session.id)
    assert await user_name(alice) == "Alice"


async def test_an_expired_session_is_not_listed(travel: Travel) -> None:
    auth = auth_with("database", absolute_max_age=86400)
    user_id = await user_id_of(await signed_in(auth))
    travel(86400 + 1)
    assert await auth.list_sessions(user_id) == []


async def test_listing_sessions_raises_an_error_if_it_is_not_supported() -> None:
    with pytest.raises(ConfigurationError, match="jwt"):
        await make_auth().list_sessions("1")
    with pytest.raises(ConfigurationError, match="jwt"):
        await make_auth().revoke_session("1", "2")
    with pytest.raises(ConfigurationError, match="list_sessions"):
        await auth_with("database", adapter=V4Adapter()).list_sessions("1")


class V4Adapter:
    """An adapter that has only the methods of v4."""

    def __init__(self) -> None:
        self._store = MemoryAdapter()

    def __getattr__(self, name: str) -> Any:
        if name == "list_sessions":
            raise AttributeError(name)
        return getattr(self._store, name)


@pytest.mark.parametrize("strategy", ["jwt", "database"])
async def test_sign_in_user_signs_in_the_user_and_emits_the_event(strategy: str) -> None:
    signed_in_names: list[str] = []
    adapter: Adapter = MemoryAdapter()
    auth = auth_with(strategy, adapter=adapter, events=Events(sign_in=lambda user: signed_in_names.append(user.name)))
    carol = await adapter.create_user(User(id="", name="Carol", email="carol@example.com"))
    response = Response()
    await auth.sign_in_user({}, carol, response)
    assert await user_name(browser_of(auth, response)) == "Carol"
    assert signed_in_names == ["Carol"]


async def test_sign_in_user_ends_the_previous_session() -> None:
    auth = auth_with("database", adapter=MemoryAdapter())
    alice = await signed_in(auth)
    bob = await auth.adapter.create_user(User(id="", name="Bob", email="bob@example.com"))
    await auth.sign_in_user(alice.cookies, bob, Response())
    assert body_of(await alice.get("/session")) == {}


def test_each_method_has_a_synchronous_version() -> None:
    adapter = MemoryAdapter()
    auth = auth_with("database", adapter=adapter)
    alice = asyncio.run(adapter.create_user(User(id="", name="Alice")))
    auth.sign_in_user_sync({}, alice, Response())
    (first,) = auth.list_sessions_sync(alice.id)
    auth.sign_in_user_sync({}, alice, Response())
    assert auth.revoke_session_sync(alice.id, first.id)
    assert len(auth.list_sessions_sync(alice.id)) == 1
    auth.sign_out_user_sync(alice.id)
    assert auth.list_sessions_sync(alice.id) == []
