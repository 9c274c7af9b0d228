"""A wrapper around a store. It passes on e-mail addresses in their normal form, and None instead of an empty address.

Rule 1: the normal form (``protocol.addresses``) is stored. The store compares exactly what it is given.
Rule 2: a row that an earlier version or another program stored in another form stays reachable by the address as it is
        stored, and keeps it: another user cannot take it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from authwright.adapters.base import Adapter
from authwright.errors import Conflict
from authwright.server.protocol.addresses import normal_form, normal_form_or_none
from authwright.types import Account, AdapterSession, User


class _NormalAddresses:
    def __init__(self, store: Adapter) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def get_user_by_email(self, email: str) -> User | None:
        normal = normal_form_or_none(email)
        found = await self._store.get_user_by_email(normal) if normal else None
        if found or not email or email == normal:
            return found
        return await self._store.get_user_by_email(email)

    async def create_user(self, user: User) -> User:
        return await self._store.create_user(replace(user, email=await self._stored(user.email)))

    async def sign_up(self, user: User, account: Account | None, session: AdapterSession | None) -> User:
        return await self._store.sign_up(replace(user, email=await self._stored(user.email)), account, session)

    async def update_user(self, user_id: str, changes: Mapping[str, Any]) -> User:
        if "email" in changes:
            changes = {**changes, "email": await self._stored(changes["email"], user_id)}
        return await self._store.update_user(user_id, changes)

    async def _stored(self, email: str | None, user_id: str | None = None) -> str | None:
        """Return the form of *email* that is stored for the user *user_id*, or for a new user.

        Raises:
            Conflict: Another user's row contains *email* exactly as it is given.
            InvalidEmail: The address is invalid.
        """
        if email is None or not email.strip():
            return None
        normal = normal_form(email)
        owner = await self._store.get_user_by_email(email) if email != normal else None
        if owner and owner.id != user_id:
            raise Conflict("Another user has this e-mail address.")
        return normal


def with_normal_addresses(store: Adapter) -> Adapter:
    """Return *store* with methods that convert e-mail addresses to their normal form.

    ``create_user``, ``sign_up`` and ``update_user`` raise ``InvalidEmail`` if an address is invalid.
    """
    return cast(Adapter, _NormalAddresses(store))
