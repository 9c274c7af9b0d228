"""The administration of a store from the command line: users, their sessions, and expired rows.

The results contain no secrets: no session tokens, and no tokens of a provider.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Protocol, TypeAlias

from authwright.adapters.addresses import with_normal_addresses
from authwright.adapters.base import AccountLister, Adapter, SessionLister
from authwright.adapters.clock import store_time
from authwright.errors import ConfigurationError
from authwright.server.sessions.database import id_of
from authwright.types import Account, AdapterSession, User

Result: TypeAlias = list[dict[str, Any]] | dict[str, Any]
# RFC 6749 section 5.1, and the provider's own session state.
_SECRETS = frozenset({"access_token", "refresh_token", "id_token", "session_state"})


class Store(Adapter, SessionLister, AccountLister, Protocol):
    """An adapter that can list the sessions and accounts of a user."""


async def cleanup(adapter: Store) -> Result:
    """Delete expired sessions and e-mail links.

    Returns:
        The number of deleted rows.

    Raises:
        ConfigurationError: The adapter has no ``delete_expired``.
    """
    delete_expired = getattr(adapter, "delete_expired", None)
    if delete_expired is None:
        raise ConfigurationError(
            "adapter", "the adapter has no delete_expired.", "Redis needs no cleanup: its entries expire by themselves."
        )
    # Use the store's clock: the clock of this host may differ.
    now = await store_time(adapter, time.time())
    return {"deleted": await delete_expired(datetime.fromtimestamp(now, UTC))}


async def list_sessions(adapter: Store, user: User) -> Result:
    """Return the user's sessions."""
    return [_session(row) for row in await adapter.list_sessions(user.id)]


async def revoke_sessions(adapter: Store, user: User) -> Result:
    """End all sessions of the user, and return their number."""
    rows = await adapter.list_sessions(user.id)
    ended = [await adapter.delete_session(row.session_token) for row in rows]
    return {"ended": sum(row is not None for row in ended)}


async def show_user(adapter: Store, user: User) -> Result:
    """Return the user, and the accounts that they can sign in with."""
    accounts = await adapter.list_accounts(user.id)
    return {"user": _plain(asdict(user)), "accounts": [f"{one.provider}:{one.provider_account_id}" for one in accounts]}


async def export_user(adapter: Store, user: User) -> Result:
    """Return all data that is stored about the user, as the user may request it, without secrets."""
    accounts, sessions = await adapter.list_accounts(user.id), await adapter.list_sessions(user.id)
    return {
        "user": _plain(asdict(user)),
        "accounts": [_account(account) for account in accounts],
        "sessions": [_session(row) for row in sessions],
    }


async def delete_user(adapter: Store, user: User) -> Result:
    """Delete the user, with their accounts and sessions."""
    await adapter.delete_user(user.id)
    return {"deleted": user.id}


OF_A_USER: Mapping[tuple[str, str], Callable[[Store, User], Awaitable[Result]]] = {
    ("sessions", "list"): list_sessions,
    ("sessions", "revoke"): revoke_sessions,
    ("users", "show"): show_user,
    ("users", "export"): export_user,
    ("users", "delete"): delete_user,
}


async def find_user(adapter: Store, name: str) -> User | None:
    """Return the user with the id or the e-mail address *name*, or None."""
    return await adapter.get_user(name) or await with_normal_addresses(adapter).get_user_by_email(name)


def _account(account: Account) -> dict[str, Any]:
    return {name: value for name, value in _plain(asdict(account)).items() if name not in _SECRETS}


def _session(row: AdapterSession) -> dict[str, Any]:
    shown = {name: getattr(row, name) for name in ("created", "expires", "provider", "ip", "user_agent")}
    return {"id": id_of(row), **_plain(shown)}


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}
