"""Tabs at a ReactPy app, in this very event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import reactpy.executors.asgi as reactpy_asgi

from authwright import Auth
from client.reactpy.page import Status, provided
from client.reactpy.tab import Tab
from contract.browser import chromium as browser_fixtures
from support.apps import ORIGIN
from support.browser import Browser

Open = Callable[..., Tab]


def pytest_configure(config: pytest.Config) -> None:
    if not config.pluginmanager.is_registered(browser_fixtures):
        config.pluginmanager.register(browser_fixtures)


@pytest.fixture
def seen() -> list[str]:
    """What ``Status`` has drawn so far."""
    return []


@pytest.fixture
async def open_tab(app: Auth, browser: Browser, seen: list[str]) -> AsyncIterator[Open]:
    """Opens tabs: at a page of *children*, ``Status`` unless given, in a provider with *options*."""
    before = asyncio.all_tasks()
    tabs: list[Tab] = []

    def open(*children: Any, origin: str | None = ORIGIN, root: Any = None, **options: Any) -> Tab:
        drawn = root or provided(app, *(children or [Status(seen)]), **options)
        tab = Tab(reactpy_asgi.ReactPy(drawn), browser, origin)
        tabs.append(tab)
        return tab.connect()

    yield open
    for tab in tabs:
        await tab.close()
    await nothing_runs(before)


async def nothing_runs(before: set[asyncio.Task[Any]]) -> None:
    """Wait until no task but those of *before* runs, and see that no timer of a provider's is left."""
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    if left:
        await asyncio.wait(left, timeout=3)
    assert [task for task in left if not task.done()] == []
    assert timers_of_providers() == []


def timers_of_providers() -> list[asyncio.TimerHandle]:
    """The timers that stores have in this loop."""
    timers: list[asyncio.TimerHandle] = asyncio.get_running_loop()._scheduled  # type: ignore[attr-defined]
    return [timer for timer in timers if "LoopHost.every" in repr(timer) and not timer.cancelled()]


@pytest.fixture
async def tab(open_tab: Open) -> Tab:
    """A tab in which nobody is signed in, and whose bridge is there."""
    tab = open_tab()
    await tab.shows("unauthenticated:-")
    tab.ready()
    return tab
