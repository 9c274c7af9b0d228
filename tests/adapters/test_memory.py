"""The store in memory keeps the contract."""

import pytest

from adapters.contract import AdapterContract
from authwright.adapters.base import Adapter
from authwright.adapters.memory import MemoryAdapter


@pytest.fixture
def adapter() -> Adapter:
    return MemoryAdapter()


class TestMemoryAdapter(AdapterContract):
    pass
