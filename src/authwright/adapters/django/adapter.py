"""The adapter of a Django site: Django's own user model, and beside it what authwright knows of a user.

Rule 1: a user whose ``is_active`` is False is nobody: found by nothing, and without sessions. What they have stays
        taken, and a sign-in by it is ``AccessDenied``.
Rule 2: a user whom the app made is nobody's to sign in as for an address alone: Django never saw it proved. Such an
        address is refused to others, until the app itself gives it to its user.
Rule 3: the tables are asked where the routers write, never at a replica, which may not know yet that a session ended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.conf import settings
from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import Error, connections, router
from django.db.models import QuerySet

from authwright.adapters.deadline import TIMEOUT, check_timeout
from authwright.adapters.django import models
from authwright.adapters.django.database import Database
from authwright.adapters.django.rows import columns_of, email_field, fill, key_of, user_of, value_of
from authwright.adapters.records import as_utc, session_in_utc, token_fields, user_changes
from authwright.adapters.tidying import BATCH, Tidying
from authwright.errors import AccessDenied, ConfigurationError, Conflict
from authwright.types import Account, AdapterSession, User, VerificationToken

_PROFILE = ("email", "email_verified", "name", "image", "extra")


class DjangoAdapter:
    """An ``Adapter`` on Django's user model; see ``Adapter`` for what each method does.

    Make it where Django is set up: in a module that views import, not in the settings.

    Args:
        timeout: How long the store work of one request may take, in seconds.

    Raises:
        ConfigurationError: The app is not installed, or the database or a setting is none that can keep the contract.
    """

    def __init__(self, *, timeout: float = TIMEOUT) -> None:
        self.timeout = check_timeout(timeout)
        if not apps.is_installed("authwright.adapters.django"):
            remedy = "Add 'authwright.adapters.django', and run manage.py migrate."
            raise ConfigurationError("INSTALLED_APPS", "lacks the app of the adapter.", remedy)
        if not settings.USE_TZ:
            raise ConfigurationError("USE_TZ", "is off, so instants are stored without a zone.", "Set USE_TZ = True.")
        self._alias: str = router.db_for_write(models.Session)
        vendor = connections[self._alias].vendor
        if vendor not in ("postgresql", "sqlite"):
            remedy = "Use PostgreSQL or SQLite, or SQLAlchemyAdapter on this one."
            raise ConfigurationError("DATABASES", f"{vendor} does not compare text exactly.", remedy)
        self._database = Database(self._alias, timeout)
        self._tidying = Tidying()
        # Django's users, as far as the model's own manager shows them.
        self._rows: QuerySet[AbstractBaseUser] = get_user_model()._default_manager.using(self._alias)
        self._users = self._rows.select_related("authwright")
        self._profiles: QuerySet[models.Profile] = models.Profile.objects.using(self._alias)
        self._accounts: QuerySet[models.Account] = models.Account.objects.using(self._alias)
        self._sessions: QuerySet[models.Session] = models.Session.objects.using(self._alias)
        self._links: QuerySet[models.VerificationToken] = models.VerificationToken.objects.using(self._alias)

    def new_user(self, user: User) -> AbstractBaseUser:
        """The row of Django's, not saved yet, for *user*, who signs in for the first time.

        Its username is random and its password unusable. Override it where your model asks for more.

        Raises:
            AccessDenied: The model's ``USERNAME_FIELD`` is the e-mail address, and *user* has none.
        """
        row = get_user_model()()
        field = row._meta.get_field(row.USERNAME_FIELD)
        if field != email_field():
            setattr(row, field.name, uuid4().hex[: field.max_length])
        fill(row, {"name": user.name, "email": user.email})
        row.set_unusable_password()
        return row

    async def authenticate(self, *, provider: str = "credentials", **credentials: str) -> User | None:
        """Whom ``django.contrib.auth.authenticate(**credentials)`` finds: for the ``authorize`` of a ``Credentials``.

        The account (*provider*, primary key) is linked to that user, so that nobody is made for a user whom Django has.

        Args:
            provider: The id of the ``Credentials``.
            credentials: ``username`` and ``password``, as a rule. Name them; do not pass on what a form brings.
        """

        def check() -> AbstractBaseUser | None:
            return authenticate(**credentials)

        row = await self._database.read_as_hook(check)
        if row is None:
            return None
        own = str(row.pk)
        found = await self.get_user_by_account(provider, own)
        if found is None:
            # Another sign-in may do so at the same instant.
            with suppress(Conflict):
                await self.link_account(
                    Account(provider=provider, type="credentials", provider_account_id=own, user_id=own)
                )
            found = await self.get_user_by_account(provider, own)
        # Whoever else has this account is not who gave the password.
        return found if found and found.id == own else None

    async def create_user(self, user: User) -> User:
        return await self.sign_up(user, None, None)

    async def get_user(self, user_id: str) -> User | None:
        return await self._find(self._users.filter(pk=key_of(user_id)))

    async def get_user_by_email(self, email: str) -> User | None:
        return await self._find(self._users.filter(authwright__email=email))

    async def get_user_by_account(self, provider: str, provider_account_id: str) -> User | None:
        return await self._find(self._of_account(provider, provider_account_id))

    async def update_user(self, user_id: str, changes: Mapping[str, Any]) -> User:
        """Change the named fields, in the profile and in Django's columns. Raises ``Conflict`` and ``KeyError``.

        An address given here is the user's to sign in by.
        """
        checked, key = user_changes(changes), key_of(user_id)

        def work() -> User:
            row = self._users.filter(pk=key).first()
            if row is None:
                raise KeyError(user_id)
            if checked.get("email"):
                self._refuse_if_taken(checked["email"], but=row)
            columns = fill(row, checked)
            if columns:
                row.save(using=self._alias, update_fields=columns)
            if checked:
                self._profiles.update_or_create(user=row, defaults=checked)
                self._profiles.filter(user=row, email=None).update(email_verified=None)
            return user_of(self._users.get(pk=key))

        return await self._database.write(work)

    async def delete_user(self, user_id: str) -> None:
        key = key_of(user_id)

        def work() -> None:
            # A sign-in at the same instant waits for the lock, and finds nobody then.
            row = self._rows.select_for_update().filter(pk=key).first()
            if row:
                row.delete()

        await self._database.write(work)

    async def link_account(self, account: Account) -> None:
        await self._database.write(lambda: self._insert(self._accounts, account, key_of(account.user_id)))

    async def unlink_account(self, provider: str, provider_account_id: str) -> None:
        this = self._accounts.filter(provider=provider, provider_account_id=provider_account_id)
        await self._database.write(this.delete)

    async def create_session(self, session: AdapterSession) -> AdapterSession:
        made = session_in_utc(session)
        await self._database.write(lambda: self._insert(self._sessions, made, key_of(made.user_id)))
        await self._tidy()
        return made

    async def get_session_and_user(self, session_token: str) -> tuple[AdapterSession, User] | None:
        this = self._sessions.filter(session_token=session_token).select_related("user__authwright")

        def work() -> tuple[AdapterSession, User] | None:
            row = this.first()
            return (value_of(AdapterSession, row), user_of(row.user)) if row and row.user.is_active else None

        return await self._database.read(work)

    async def update_session(
        self, session_token: str, expires: datetime, expected: datetime | None = None
    ) -> AdapterSession | None:
        this = self._sessions.filter(session_token=session_token)
        unmoved = this.filter(expires=as_utc(expected)) if expected else this
        until = as_utc(expires)

        def work() -> AdapterSession | None:
            unmoved.update(expires=until)
            row = this.first()
            return value_of(AdapterSession, row) if row else None

        return await self._database.write(work)

    async def delete_session(self, session_token: str) -> AdapterSession | None:
        row = await self._take(self._sessions.filter(session_token=session_token))
        return value_of(AdapterSession, row) if row else None

    async def list_sessions(self, user_id: str) -> Sequence[AdapterSession]:
        """The user's sessions, in any order; also those of a user who is not active, which work again if they are."""
        theirs = self._sessions.filter(user_id=key_of(user_id))
        return await self._database.read(lambda: [value_of(AdapterSession, row) for row in theirs.all()])

    async def list_accounts(self, user_id: str) -> Sequence[Account]:
        """The user's accounts, in any order."""
        theirs = self._accounts.filter(user_id=key_of(user_id))
        return await self._database.read(lambda: [value_of(Account, row) for row in theirs.all()])

    async def now(self) -> datetime:
        """Return the time by the database's clock."""
        return await self._database.read(self._database.now)

    async def delete_expired(self, now: datetime | None = None) -> int:
        """Delete the sessions and e-mail links that have expired by the database's clock, and return their number.

        With *now*, only those that expired before *now*.
        """
        theirs = await self.now()
        end = min(as_utc(now), theirs) if now else theirs
        total = 0
        while deleted := await self._delete_some_expired(end):
            total += deleted
        return total

    async def create_verification_token(self, token: VerificationToken) -> None:
        columns = {**columns_of(token), "expires": as_utc(token.expires)}
        await self._database.write(lambda: self._links.create(**columns))
        await self._tidy()

    async def use_verification_token(self, identifier: str, token: str) -> VerificationToken | None:
        row = await self._take(self._links.filter(identifier=identifier, token=token))
        return value_of(VerificationToken, row) if row else None

    async def sign_up(self, user: User, account: Account | None, session: AdapterSession | None) -> User:
        """Make all that is given, or nothing. Raises ``Conflict``.

        Raises:
            AccessDenied: The address or the account is that of a user who is not active.
        """
        given = deepcopy(user)
        verified = given.email_verified and as_utc(given.email_verified)
        begun = session and session_in_utc(session)

        def work() -> User:
            if given.email:
                self._refuse_if_taken(given.email)
            row = self.new_user(given)
            row.save(using=self._alias, force_insert=True)
            columns = {name: getattr(given, name) for name in _PROFILE}
            self._profiles.create(user=row, **{**columns, "email_verified": verified if given.email else None})
            if account:
                self._insert(self._accounts, account, row.pk)
            if begun:
                self._insert(self._sessions, begun, row.pk)
            return user_of(row)

        try:
            made = await self._database.write(work)
        except Conflict:
            if await self._database.read(lambda: self._is_of_the_inactive(given.email, account)):
                raise AccessDenied("The user is not active: is_active is False.") from None
            raise
        if begun:
            await self._tidy()
        return made

    async def swap_account_tokens(self, account: Account, expected: str | None, new: Account) -> bool:
        this = self._accounts.filter(provider=account.provider, provider_account_id=account.provider_account_id)
        # A filter for None asks for NULL.
        unchanged = this.filter(refresh_token=expected)
        return await self._database.write(lambda: unchanged.update(**token_fields(new)) == 1)

    async def _tidy(self) -> None:
        if not self._tidying.is_due():
            return
        # What was written stands. What cannot be deleted now is left for the next time.
        with suppress(Error, Conflict):
            await self._delete_some_expired(await self.now())

    async def _delete_some_expired(self, now: datetime) -> int:
        def work() -> int:
            deleted = 0
            for rows in (self._sessions, self._links):
                expired = rows.filter(expires__lt=now)
                # Asked again, since a session may have been renewed meanwhile.
                deleted += expired.filter(pk__in=[row.pk for row in expired.only("pk")[:BATCH]]).delete()[0]
            return deleted

        return await self._database.write(work)

    def _of_account(self, provider: str, provider_account_id: str) -> QuerySet[AbstractBaseUser]:
        return self._users.filter(
            authwright_accounts__provider=provider, authwright_accounts__provider_account_id=provider_account_id
        )

    async def _find(self, users: QuerySet[AbstractBaseUser]) -> User | None:
        def work() -> User | None:
            row = users.first()
            return user_of(row) if row and row.is_active else None

        return await self._database.read(work)

    async def _take(self, rows: QuerySet[Any]) -> Any | None:
        """Delete the row, and answer it to the one caller who did."""

        def work() -> Any | None:
            row = rows.first()
            return row if row and rows.delete()[0] == 1 else None

        return await self._database.write(work)

    def _insert(self, rows: QuerySet[Any], value: Account | AdapterSession, key: Any | None) -> None:
        if key is None:
            raise Conflict("There is no such user.")
        rows.create(**{**columns_of(value), "user_id": key})

    def _refuse_if_taken(self, email: str, but: AbstractBaseUser | None = None) -> None:
        """Django's addresses are neither unique nor normalised, so they are compared without case."""
        field = email_field()
        others = self._rows.filter(**{f"{field.name}__iexact": email}) if field else self._rows.none()
        if (others.exclude(pk=but.pk) if but else others).exists():
            raise Conflict("A user whom Django has already has this e-mail address.")

    def _is_of_the_inactive(self, email: str | None, account: Account | None) -> bool:
        owners = [self._users.filter(authwright__email=email)] if email else []
        if account:
            owners.append(self._of_account(account.provider, account.provider_account_id))
        return any(not row.is_active for rows in owners for row in rows)
