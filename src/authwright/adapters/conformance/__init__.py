"""What every adapter does, as tests that run over yours. It needs pytest and pytest-asyncio.

Three lines take them, beside a fixture ``adapter`` that gives an empty store, asynchronous or not::

    from authwright.adapters.conformance import AdapterConformance

    class TestMyAdapter(AdapterConformance):
        pass

``V4Conformance`` leaves out what only tables with authwright's own columns can keep.
"""

from __future__ import annotations

import pytest

# Before they are imported, so that a failing assert tells what it compared.
_FILES = ("accounts", "clock", "copies", "own_fields", "races", "sessions", "sign_up", "users", "verification_tokens")
pytest.register_assert_rewrite(*(f"{__name__}.{file}" for file in _FILES))

from authwright.adapters.base import Adapter  # noqa: E402
from authwright.adapters.conformance.accounts import Accounts  # noqa: E402
from authwright.adapters.conformance.clock import Clock  # noqa: E402
from authwright.adapters.conformance.copies import Copies  # noqa: E402
from authwright.adapters.conformance.own_fields import OwnFields  # noqa: E402
from authwright.adapters.conformance.races import Races  # noqa: E402
from authwright.adapters.conformance.sessions import Sessions  # noqa: E402
from authwright.adapters.conformance.sign_up import SignUp  # noqa: E402
from authwright.adapters.conformance.users import Users  # noqa: E402
from authwright.adapters.conformance.verification_tokens import VerificationTokens  # noqa: E402
from authwright.adapters.synchronous import SyncAdapter, asynchronous  # noqa: E402

__all__ = ["AdapterConformance", "V4Conformance"]


class V4Conformance(Users, Accounts, Sessions, VerificationTokens, SignUp, Clock, Copies, Races):
    """The contract over v4's fields, for a store whose tables are those of a Node adapter."""

    pytestmark = pytest.mark.asyncio

    @pytest.fixture
    def store(self, adapter: Adapter | SyncAdapter) -> Adapter:
        """The author's ``adapter``, as ``Auth`` would use it."""
        return asynchronous(adapter)


class AdapterConformance(V4Conformance, OwnFields):
    """All of the contract."""
