"""Adapters without ``async``: each call runs in a worker thread of ours, so that no other request waits for it."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol, cast

from authwright.adapters.base import Adapter
from authwright.threads import STORES
from authwright.types import Account, AdapterSession, User, VerificationToken


class SyncAdapter(Protocol):
    """An ``Adapter`` whose methods are plain functions, called from several threads at once."""

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


# What a store without a guard may take, of which ``Auth`` has none. A guard's deadline comes first.
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
            answer = await STORES.run(functools.partial(method, *args, **named), _LIMIT)
            # A plain function around a coroutine, such as a decorator's.
            return await answer if inspect.isawaitable(answer) else answer

        setattr(self, name, in_a_thread)
        return in_a_thread


def asynchronous(adapter: Adapter | SyncAdapter) -> Adapter:
    """*adapter* itself where its methods are coroutines; else one that runs them in worker threads."""
    if inspect.iscoroutinefunction(adapter.get_user):
        return cast(Adapter, adapter)
    return cast(Adapter, _InThreads(cast(SyncAdapter, adapter)))
