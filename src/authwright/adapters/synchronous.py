"""Adapters without ``async``: each call runs in one of our worker threads, so that it does not block other requests."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol, cast

from authwright.adapters.base import Adapter
from authwright.server.runtime.threads import STORES
from authwright.types import Account, AdapterSession, User, VerificationToken


class SyncAdapter(Protocol):
    """An ``Adapter`` whose methods are plain functions. Several threads call them at the same time."""

    def create_user(self, user: User) -> User: ...

    def get_user(self, user_id: str) -> User | None: ...

    def get_user_by_email(self, email: str) -> User | None: ...

    def get_user_by_account(self, provider: str, provider_account_id: str) -> User | None: ...

    def update_user(self, user_id: str, changes: Mapping[str, Any]) -> User: ...

    def delete_user(self, user_id: str) -> None: ...

    def link_account(self, account: Account) -> None: ...

    def unlink_account(self, provider: str, provider_account_id: str) -> None: ...

    def create_session(self, session: AdapterSession) -> AdapterSession: ...

    def get_session_and_user(self, session_token: str) -> tuple[AdapterSession, User] | None: ...

    def update_session(
        self, session_token: str, expires: datetime, expected: datetime | None = None
    ) -> AdapterSession | None: ...

    def delete_session(self, session_token: str) -> AdapterSession | None: ...

    def create_verification_token(self, token: VerificationToken) -> None: ...

    def use_verification_token(self, identifier: str, token: str) -> VerificationToken | None: ...

    def sign_up(self, user: User, account: Account | None, session: AdapterSession | None) -> User: ...

    def swap_account_tokens(self, account: Account, expected: str | None, new: Account) -> bool: ...


# The time limit, in seconds, for an adapter that is used without a guard. ``Auth`` always uses a guard, whose deadline
# is shorter.
_LIMIT = 60.0


class _InThreads:
    def __init__(self, adapter: SyncAdapter) -> None:
        self._adapter = adapter

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._adapter, name)
        if not callable(method):
            return method

        @functools.wraps(method)
        async def in_a_thread(*args: object, **named: object) -> object:
            result = await STORES.run(functools.partial(method, *args, **named), _LIMIT)
            # The function may be plain and still return an awaitable, for example because of a decorator.
            return await result if inspect.isawaitable(result) else result

        setattr(self, name, in_a_thread)
        return in_a_thread


def asynchronous(adapter: Adapter | SyncAdapter) -> Adapter:
    """Return *adapter* if its methods are coroutine functions, else a wrapper that runs them in worker threads."""
    if inspect.iscoroutinefunction(adapter.get_user):
        return cast(Adapter, adapter)
    return cast(Adapter, _InThreads(cast(SyncAdapter, adapter)))
