"""examples/client_browser.py in a browser, and the documentation page that shows its program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext
from starlette.applications import Starlette

from client.browser.conftest import shows
from client.browser.site import PACKAGES
from contract.browser.servers import serve

ROOT = Path(__file__).parents[3]


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    def build(origin: str) -> Starlette:
        monkeypatch.setenv("NEXTAUTH_URL", origin)
        monkeypatch.setenv("NODE_MODULES", str(PACKAGES))
        spec = spec_from_file_location("client_browser", ROOT / "examples" / "client_browser.py")
        assert spec
        assert spec.loader
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        app: Starlette = module.app
        return app

    with serve(build) as origin:
        yield origin


@pytest.mark.e2e
@pytest.mark.asyncio(loop_scope="session")
async def test_the_example_signs_in_renames_and_signs_out(profile: BrowserContext, example: str) -> None:
    page = await profile.new_page()
    await page.goto(example)
    await shows(page, "unauthenticated")
    await page.click("#enter")
    await shows(page, "Alice", "who")
    await page.click("#rename")
    await shows(page, "Alice Liddell", "who")
    await page.click("#leave")
    await shows(page, "no one", "who")


@pytest.mark.e2e
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("origin", ["micropython"], indirect=True)
async def test_the_pyscript_on_the_client_api_page_works_as_documented(profile: BrowserContext, origin: str) -> None:
    page = await profile.new_page()
    await page.goto(f"{origin}/documented")
    told = "[['Credentials'], 'Signed out', 'Signed in', 'alice@example.com', 'Hello Alice L.']"
    await shows(page, told, "message")
    # profile() requires a session, and leave() ends it.
    await page.click("#leave")
    await page.wait_for_url("**/api/auth/signin?*error=SessionRequired*")


def test_the_documentation_shows_the_program_of_the_example() -> None:
    first = re.search(r"^```py\n(.*?)^```$", (ROOT / "docs" / "client-browser.md").read_text(), re.M | re.S)
    assert first
    assert (ROOT / "examples" / "client_browser_page.py").read_text().endswith(first[1])
