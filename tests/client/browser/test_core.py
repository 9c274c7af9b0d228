"""Run the tests of the core on MicroPython and on Pyodide in Chromium, from the same files as on CPython."""

from __future__ import annotations

import ast
import json
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from client.browser.site import HERE

MODULES = ("test_api", "test_clock", "test_store", "test_truth", "test_consumers", "test_context")
pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]


def names_in(module: str) -> list[str]:
    tree = ast.parse((HERE.parent / "core" / f"{module}.py").read_text())
    functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [f"{module}.{name}" for name in functions if name.startswith("test_")]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def results(chromium: Browser, origin: str) -> Any:
    page = await chromium.new_page()
    await page.goto(f"{origin}/tests")
    await expect(page.locator("#results")).not_to_be_empty(timeout=90_000)
    results = json.loads(await page.locator("#results").inner_text())
    await page.close()
    return results


@pytest.mark.parametrize("name", [each for module in MODULES for each in names_in(module)])
async def test_the_core_test_passes_on_this_interpreter(results: dict[str, str | None], name: str) -> None:
    assert name in results, "The test did not run."
    assert results[name] is None
