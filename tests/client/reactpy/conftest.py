"""Tabs connected to a ReactPy app that runs in the event loop of the test."""

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
    """The texts that ``Status`` has rendered so far."""
    return []


@pytest.fixture
async def open_tab(app: Auth, browser: Browser, seen: list[str]) -> AsyncIterator[Open]:
    """A function that opens a tab: a provider with *options* around *children*, or around ``Status``."""
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
    """Wait until only the tasks in *before* run, and check that no timer of a provider is left."""
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    if left:
        await asyncio.wait(left, timeout=3)
    assert [task for task in left if not task.done()] == []
    assert timers_of_providers() == []


def timers_of_providers() -> list[asyncio.TimerHandle]:
    """Return the timers of session stores in this event loop."""
    timers: list[asyncio.TimerHandle] = asyncio.get_running_loop()._scheduled  # type: ignore[attr-defined]
    return [timer for timer in timers if "LoopHost.every" in repr(timer) and not timer.cancelled()]


@pytest.fixture
async def tab(open_tab: Open) -> Tab:
    """A tab of an anonymous visitor whose bridge is ready."""
    tab = open_tab()
    await tab.shows("unauthenticated:-")
    tab.ready()
    return tab
