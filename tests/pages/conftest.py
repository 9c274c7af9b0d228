"""The built-in pages without a theme."""

from __future__ import annotations

import pytest

from authwright.config import Theme
from authwright.pages import BuiltInPages
from pages.shown import Shown


@pytest.fixture(scope="session")
def shown() -> Shown:
    return Shown(BuiltInPages(Theme(), {}))
