"""A revocation takes effect at once in the process that made it, even if that process caches its checks."""

from __future__ import annotations

import asyncio
from typing import Any

from authwright import Auth, SessionOptions
from authwright.adapters.revocation import MemoryRevocation
from support.apps import make_auth
from support.browser import Browser


def caching(store: MemoryRevocation) -> Auth:
    return make_auth(session=SessionOptions(strategy="jwt", revocation=store, revocation_cache_age=60))


async def signed_in(auth: Auth) -> Browser:
    browser = Browser(auth)
    await browser.sign_in(username="alice", password="wonderland")
    return browser


async def user_name(browser: Browser) -> str | None:
    return (await browser.session()).get("user", {}).get("name")


def copy_of(browser: Browser) -> Browser:
    copy = Browser(browser.auth)
    copy.cookies = dict(browser.cookies)
    return copy


class SlowRevocation(MemoryRevocation):
    """A store that revokes slowly, and whose slow reads return the state from before the delay."""

    def __init__(self) -> None:
        super().__init__()
        self.read, self.pause = asyncio.Event(), 0.0

    async def revoke(self, key: str, before: float, until: float, now: float) -> None:
        await asyncio.sleep(self.pause)
        await super().revoke(key, before, until, now)

    async def revoked_before(self, keys: Any, now: float) -> float | None:
        found = await super().revoked_before(keys, now)
        self.read.set()
        await asyncio.sleep(2 * self.pause)
        return found


async def test_a_revocation_takes_effect_at_once_in_every_auth_of_the_process_with_the_same_store() -> None:
    store = MemoryRevocation()
    here, there = (caching(store) for _ in range(2))
    browser = await signed_in(here)
    await browser.session()
    await there.sign_out_user("1")
    assert await user_name(browser) is None


async def test_a_read_that_began_before_a_revocation_is_not_cached_after_it() -> None:
    store = SlowRevocation()
    auth = caching(store)
    browser = await signed_in(auth)
    reader, thief = copy_of(browser), copy_of(browser)
    store.pause = 0.05
    store.read.clear()
    reading = asyncio.create_task(reader.session())
    await store.read.wait()
    await auth.sign_out_user("1")
    await reading
    assert await user_name(thief) is None


async def test_a_read_during_a_revocation_is_not_cached_after_it() -> None:
    store = SlowRevocation()
    auth = caching(store)
    browser = await signed_in(auth)
    store.pause = 0.05
    revoking = asyncio.create_task(auth.sign_out_user("1"))
    await asyncio.sleep(0)
    reading = asyncio.create_task(copy_of(browser).session())
    await asyncio.gather(revoking, reading)
    assert await user_name(browser) is None


async def test_a_store_that_is_not_hashable_works_too() -> None:
    class Unhashable(MemoryRevocation):
        __hash__ = None  # type: ignore[assignment]

    auth = caching(Unhashable())
    browser = await signed_in(auth)
    await auth.sign_out_user("1")
    assert await user_name(browser) is None
