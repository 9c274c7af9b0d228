"""Test that the memory adapter keeps the contract."""

import pytest

from authwright.adapters.base import Adapter
from authwright.adapters.conformance import AdapterConformance
from authwright.adapters.memory import MemoryAdapter


@pytest.fixture
def adapter() -> Adapter:
    return MemoryAdapter()


class TestMemoryAdapter(AdapterConformance):
    pass
