"""Finding and creating the user who signs in, by NextAuth.js v4's rules.

Rule 1: an e-mail link signs in the user with that address, who is created if there is none. The address is verified.
Rule 2: credentials sign in the user of the account (provider, id), who is created if there is none. The app's own id
        identifies an existing user only if the e-mail addresses are equal. An address alone never does.
Rule 3: a provider's account signs in its user. A new account is linked to the user who asked for that; without one,
        its e-mail address must be unused, unless the provider is trusted with addresses. An account or an address of
        another user is refused. An address that the provider itself reports as unverified is not stored.
Rule 4: the user, account and session of a first sign-in are created in one transaction, or not at all.
Rule 5: an account is not unlinked if its user could not sign in without it.
Rule 6: addresses are compared by their normal forms. One that has none is neither stored nor looked up.
Rule 7: every sign-in begins a new session. The session that the browser had before ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal, TypeAlias, cast

from authwright.adapters.base import AccountLister, Adapter
from authwright.errors import (
    AccountNotLinked,
    AdapterError,
    ConfigurationError,
    Conflict,
    EmailCreateAccount,
    LastWayIn,
    OAuthCreateAccount,
)
from authwright.providers import Email
from authwright.server.protocol.addresses import normal_form, normal_form_or_none, same_address
from authwright.server.runtime.events import Emit
from authwright.server.sessions.base import SignedIn
from authwright.types import Account, AdapterSession, Profile, User

# How far to trust an e-mail address from a provider: "denied" (reported as unverified), "never", "verified" (only if
# verified here too), "always".
EmailTrust: TypeAlias = Literal["denied", "never", "verified", "always"]


class Accounts:
    """The users of one adapter.

    A parameter ``row`` is the row of the session that begins, without its ``user_id``, or None if sessions are tokens.
    """

    def __init__(self, adapter: Adapter, emit: Emit) -> None:
        self._adapter = adapter
        self._emit = emit

    async def user_of_email(self, email: str) -> User:
        """Return the user with the address *email*, or a new ``User`` with the address as its id, as v4 does.

        Raises:
            InvalidEmail: There is no such user, and *email* is invalid: the app has its own ``normalize_identifier``.
        """
        return await self._adapter.get_user_by_email(email) or User(id=email, email=normal_form(email))

    async def who_signs_in(self, user: User, account: Account, linking: User | None, trust: EmailTrust) -> User | None:
        """Return the stored user as whom *account* signs in, or None if it would create one; parameters as below."""
        return await self._find(account) or linking or await self._trusted(user, trust)

    async def sign_in_by_email(self, email: str, account: Account, row: AdapterSession | None, now: float) -> SignedIn:
        """Sign in the owner of *email*, who has just proved it. *now* is in seconds since the epoch.

        Raises:
            EmailCreateAccount: The store could not create the user.
        """
        verified = datetime.fromtimestamp(now, UTC)
        newcomer = User(id="", email=email, email_verified=verified)
        if await self._adapter.get_user_by_email(email) is None:
            try:
                return await self._sign_up(newcomer, account, row, link=False)
            except AdapterError as error:
                raise EmailCreateAccount(error.detail) from None
            except Conflict:
                # Two links to a new address were opened at the same instant, and the other one created the user.
                pass
        user = await self._adapter.get_user_by_email(email)
        if user is None:
            raise EmailCreateAccount("The user of the e-mail address was deleted during the sign-in.")
        user = await self._adapter.update_user(user.id, {"email_verified": verified})
        await self._emit("update_user", user=user)
        return await self.start_session(user, account, row)

    async def sign_in_by_credentials(self, user: User, account: Account, row: AdapterSession | None) -> SignedIn:
        """Sign in the adapter's user for *user*, which ``authorize`` returned.

        Raises:
            AccountNotLinked: The address belongs to a user who signs in with another method.
        """
        known = await self._find(account)
        if known:
            return await self.start_session(known, account, row)
        own = await self._adapter.get_user(user.id)
        try:
            if own and own.email and same_address(own.email, user.email):
                return await self._link(own, account, row)
            valid = user if normal_form_or_none(user.email) else replace(user, email=None)
            return await self._sign_up(valid, account, row, link=True)
        except Conflict:
            # Of two first sign-ins at the same instant, the other one created the account.
            known = await self._find(account)
            if known is None:
                raise AccountNotLinked("A user with this e-mail address signs in with another method.") from None
            return await self.start_session(known, account, row)

    async def sign_in_by_oauth(
        self,
        user: User,
        account: Account,
        linking: User | None,
        row: AdapterSession | None,
        *,
        trust: EmailTrust,
        profile: Profile | None = None,
    ) -> SignedIn:
        """Sign in the user of a provider's *account*.

        Args:
            user: The user as the provider describes them. The e-mail address is valid or None, and may be in any form:
                an earlier version stored it as it was given.
            account: The account at the provider.
            linking: The signed-in user who asked to link the account; None signs in.
            row: The row of the session that begins.
            trust: How far to trust the e-mail address from the provider.
            profile: The provider's claims, for the event ``link_account``.

        Raises:
            AccountNotLinked: The account, or its e-mail address, belongs to another user.
            OAuthCreateAccount: The store could not create the user.
        """
        try:
            return await self._decide(user, account, linking, row, trust, profile)
        except Conflict:
            # Another first sign-in at the same instant created the account or its address after our look-up. Decide
            # again with what it created.
            try:
                return await self._decide(user, account, linking, row, trust, profile)
            except Conflict:
                raise AccountNotLinked("A user with this e-mail address signs in with another method.") from None

    async def _decide(
        self,
        user: User,
        account: Account,
        linking: User | None,
        row: AdapterSession | None,
        trust: EmailTrust,
        profile: Profile | None,
    ) -> SignedIn:
        owner = await self._find(account)
        if owner and linking and owner.id != linking.id:
            raise AccountNotLinked("The account belongs to another user than the one who asked to link it.")
        if owner:
            return await self.start_session(owner, account, row)
        linked_to = linking or await self._trusted(user, trust)
        if linked_to:
            return await self._link(linked_to, account, row, profile)
        if user.email and await self._adapter.get_user_by_email(user.email):
            # The account may have been created since the first look, with its address.
            owner = await self._find(account)
            if owner is None:
                raise AccountNotLinked("A user with this e-mail address signs in with another method.")
            return await self.start_session(owner, account, row)
        # An e-mail link signs in the user who has the address, with all of that user's accounts. So an address that
        # the provider reports as unverified is not stored (pre-account hijacking, GHSA-qq9h-g4jm-xgf3). v4 stores it.
        email = None if trust == "denied" else user.email
        try:
            # The provider may have verified the address, but we have not. v4 stores it as unverified, too.
            newcomer = replace(user, email=email, email_verified=None)
            return await self._sign_up(newcomer, account, row, link=True, profile=profile)
        except AdapterError as error:
            raise OAuthCreateAccount(error.detail) from None

    async def keep_tokens(self, account: Account) -> None:
        """Store the tokens of a sign-in in place of the account's earlier ones. (v4 keeps the first ones for ever.)"""
        if not hasattr(self._adapter, "list_accounts"):
            return
        wanted = account.provider, account.provider_account_id
        theirs = await self.of_user(account.user_id or "")
        stored = next((one for one in theirs if (one.provider, one.provider_account_id) == wanted), None)
        if stored and stored.access_token != account.access_token:
            # Google, for one, sends a refresh token at the first consent only.
            new = replace(account, refresh_token=account.refresh_token or stored.refresh_token)
            await self._adapter.swap_account_tokens(account, stored.refresh_token, new)

    async def is_stored(self, user: User) -> bool:
        """Return whether *user* is a user of the adapter: its id alone may be one of the app's own."""
        stored = await self._adapter.get_user(user.id)
        return stored is not None and same_address(stored.email or None, user.email or None)

    async def _trusted(self, user: User, trust: EmailTrust) -> User | None:
        """Return the user with the e-mail address of *user*, if the provider is trusted to link by it."""
        if trust not in ("verified", "always") or not user.email:
            return None
        same_address = await self._adapter.get_user_by_email(user.email)
        return same_address if same_address and (trust == "always" or same_address.email_verified) else None

    async def start_session(self, user: User, account: Account, row: AdapterSession | None) -> SignedIn:
        """Begin a session of the stored *user*."""
        if row:
            row = await self._adapter.create_session(replace(row, user_id=user.id))
        return SignedIn(user=user, account=replace(account, user_id=user.id), row=row, stored=True)

    async def unlink(self, user: User, account: Account, configured: Mapping[str, object]) -> None:
        """Unlink *account* of *user*, unless they could not sign in with a *configured* provider without it.

        Raises:
            LastWayIn: They could not. The account stays linked.
        """
        has_links = any(isinstance(provider, Email) for provider in configured.values())
        by_link = has_links and await self._is_found_by_email(user)
        if not by_link and not await self._other_methods(user, account, configured):
            raise LastWayIn(f"The account with {account.provider} is the user's only sign-in method.")
        await self._adapter.unlink_account(account.provider, account.provider_account_id)
        if not by_link and not await self._other_methods(user, account, configured):
            # Another request has unlinked the other account at the same instant.
            await self._adapter.link_account(account)
            raise LastWayIn(f"The account with {account.provider} is the user's only sign-in method.")

    async def of_user(self, user_id: str) -> Sequence[Account]:
        """Return the user's accounts. Raises ``ConfigurationError`` if the adapter cannot list them."""
        if not hasattr(self._adapter, "list_accounts"):
            raise ConfigurationError("adapter", "has no method list_accounts.", "Add it, or use another adapter.")
        return await cast(AccountLister, self._adapter).list_accounts(user_id)

    async def _is_found_by_email(self, user: User) -> bool:
        """Return whether an e-mail link to the address of *user* signs in this user."""
        address = normal_form_or_none(user.email)
        found = await self._adapter.get_user_by_email(address) if address else None
        return found is not None and found.id == user.id

    async def _other_methods(self, user: User, account: Account, configured: Mapping[str, object]) -> bool:
        this = account.provider, account.provider_account_id
        theirs = await self.of_user(user.id)
        return any((one.provider, one.provider_account_id) != this and one.provider in configured for one in theirs)

    async def _find(self, account: Account) -> User | None:
        return await self._adapter.get_user_by_account(account.provider, account.provider_account_id)

    async def _link(
        self, user: User, account: Account, row: AdapterSession | None, profile: Profile | None = None
    ) -> SignedIn:
        account = replace(account, user_id=user.id)
        await self._adapter.link_account(account)
        await self._emit("link_account", user=user, account=account, profile=profile)
        return await self.start_session(user, account, row)

    async def _sign_up(
        self, user: User, account: Account, row: AdapterSession | None, *, link: bool, profile: Profile | None = None
    ) -> SignedIn:
        made = await self._adapter.sign_up(user, account if link else None, row)
        await self._emit("create_user", user=made)
        linked = replace(account, user_id=made.id)
        if link:
            await self._emit("link_account", user=made, account=linked, profile=profile)
        row = row and replace(row, user_id=made.id)
        return SignedIn(user=made, account=linked, is_new_user=True, row=row, stored=True)
