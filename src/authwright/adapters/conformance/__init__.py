"""Tests that your adapter fulfils the contract that ``Auth`` relies on. They need pytest and pytest-asyncio.

Subclass ``AdapterConformance``, and define a fixture ``adapter`` that returns an empty store, asynchronous or not::

    from authwright.adapters.conformance import AdapterConformance

    class TestMyAdapter(AdapterConformance):
        pass

Subclass ``V4Conformance`` instead if your tables have only the columns of NextAuth.js v4.
"""

from __future__ import annotations

import pytest

# This must run before the imports below. It makes a failing assert show the values that it compared.
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
    """The contract over the fields of NextAuth.js v4, for a store that uses the tables of a Node adapter."""

    pytestmark: pytest.MarkDecorator = pytest.mark.asyncio

    @pytest.fixture
    def store(self, adapter: Adapter | SyncAdapter) -> Adapter:
        """The fixture ``adapter`` as ``Auth`` uses it: with asynchronous methods."""
        return asynchronous(adapter)


class AdapterConformance(V4Conformance, OwnFields):
    """The whole contract, including the fields that only authwright stores."""
