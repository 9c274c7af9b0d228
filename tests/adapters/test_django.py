"""Test that the Django adapter keeps the contract, on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest

from authwright.adapters.base import Adapter
from authwright.adapters.conformance import AdapterConformance
from support.django_site import configure

configure()

from authwright.adapters.django import DjangoAdapter  # noqa: E402


class TestOnADjangoSite(AdapterConformance):
    @pytest.fixture
    def adapter(self, site: str) -> Adapter:
        return DjangoAdapter()
