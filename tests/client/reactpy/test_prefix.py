"""A ReactPy page whose public path has a prefix, on a server that gets its host from a proxy."""

from __future__ import annotations

import pytest
import reactpy.executors.asgi as reactpy_asgi

from client.reactpy.page import Status, provided
from client.reactpy.tab import Tab
from support.apps import ORIGIN, make_auth
from support.browser import Browser


@pytest.mark.parametrize(("root_path", "base_path"), [("", "/api/auth"), ("/shop", "/shop/api/auth")])
async def test_the_page_knows_the_session_and_the_path_of_the_api(root_path: str, base_path: str) -> None:
    auth = make_auth(base_url=None, trust_host=True)
    browser = Browser(auth, headers={"host": "localhost:3000"})
    await browser.sign_in(username="alice", password="wonderland")
    tab = Tab(reactpy_asgi.ReactPy(provided(auth, Status([]))), browser, ORIGIN)
    tab.root_path = root_path
    await tab.connect().shows("authenticated:Alice")
    assert tab.bridges()[0]["attributes"]["basePath"] == base_path
    await tab.close()
