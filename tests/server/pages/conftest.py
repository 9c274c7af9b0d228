"""The built-in pages without a theme."""

from __future__ import annotations

import pytest

from authwright.options import Theme
from authwright.server.pages import BuiltInPages
from server.pages.shown import Shown


@pytest.fixture(scope="session")
def shown() -> Shown:
    return Shown(BuiltInPages(Theme(), {}))
