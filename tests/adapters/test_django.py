"""The store of a Django site keeps the contract, on a file of SQLite and on PostgreSQL."""

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
