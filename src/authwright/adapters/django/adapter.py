"""The adapter for a Django site. It uses Django's user model, and stores additional data in separate tables.

Rule 1: a user whose ``is_active`` is False is never found and has no valid session. The user's e-mail address and
        accounts stay taken, and a sign-in with one of them raises ``AccessDenied``.
Rule 2: an e-mail address that is only in Django's user model is not enough to sign in as that user, because Django has
        never verified it. Other users cannot take the address. To allow sign-in with it, the app calls ``update_user``.
Rule 3: reads use the database that the routers choose for writes, never a replica, which may not know yet that a
        session has ended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
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
from authwright.adapters.django.database import DjangoDatabase
from authwright.adapters.django.rows import columns_of, email_field, fill, key_of, user_of, value_of
from authwright.adapters.records import as_utc, json_extra, session_in_utc, token_fields, user_changes
from authwright.adapters.tidying import BATCH, Tidying, delete_in_batches
from authwright.errors import AccessDenied, ConfigurationError, Conflict
from authwright.server.protocol.addresses import same_address
from authwright.types import Account, AdapterSession, User, VerificationToken

_PROFILE = ("email", "email_verified", "name", "image", "extra")


class DjangoAdapter:
    """An ``Adapter`` on Django's user model. ``Adapter`` describes the methods.

    Create it in a module that your views import, not in the settings: Django must be set up first.

    Args:
        timeout: The deadline for all store work of one request, in seconds.

    Raises:
        ConfigurationError: The app is not in ``INSTALLED_APPS``, ``USE_TZ`` is False, the database is neither
            PostgreSQL nor SQLite, or *timeout* is not positive.
    """

    def __init__(self, *, timeout: float = TIMEOUT) -> None:
        self.timeout: float = check_timeout(timeout)
        if not apps.is_installed("authwright.adapters.django"):
            problem = "the app of DjangoAdapter is missing."
            remedy = "Add 'authwright.adapters.django', then run manage.py migrate."
            raise ConfigurationError("INSTALLED_APPS", problem, remedy)
        if not settings.USE_TZ:
            problem = "the setting is False, so Django would store datetimes without a time zone."
            raise ConfigurationError("USE_TZ", problem, "Set USE_TZ = True.")
        self._alias: str = router.db_for_write(models.Session)
        vendor = connections[self._alias].vendor
        if vendor not in ("postgresql", "sqlite"):
            problem = f"{vendor} is not supported, because it does not compare text exactly by default."
            remedy = "Use PostgreSQL or SQLite, or use SQLAlchemyAdapter with this database."
            raise ConfigurationError("DATABASES", problem, remedy)
        self._database = DjangoDatabase(self._alias, timeout)
        self._tidying = Tidying()
        # The users that the default manager of the user model returns.
        self._rows: QuerySet[AbstractBaseUser] = get_user_model()._default_manager.using(self._alias)
        self._users = self._rows.select_related("authwright")
        self._profiles: QuerySet[models.Profile] = models.Profile.objects.using(self._alias)
        self._accounts: QuerySet[models.Account] = models.Account.objects.using(self._alias)
        self._sessions: QuerySet[models.Session] = models.Session.objects.using(self._alias)
        self._links: QuerySet[models.VerificationToken] = models.VerificationToken.objects.using(self._alias)

    def new_user(self, user: User) -> Any:
        """Return an unsaved row of Django's user model for *user*, who signs in for the first time.

        The row has a random username and an unusable password. Override this method if your user model has other
        required fields.

        Raises:
            AccessDenied: *user* has no e-mail address, but the ``USERNAME_FIELD`` of the user model is the address.
        """
        row = get_user_model()()
        field = row._meta.get_field(row.USERNAME_FIELD)
        if field != email_field():
            setattr(row, field.name, uuid4().hex[: field.max_length])
        fill(row, {"name": user.name, "email": user.email})
        row.set_unusable_password()
        return row

    async def authenticate(self, *, provider: str = "credentials", **credentials: str) -> User | None:
        """Check credentials with ``django.contrib.auth.authenticate``. Use it in ``authorize`` of ``Credentials``.

        The account with the id (*provider*, primary key) is linked to Django's user, so that the sign-in does not
        create a new user.

        Args:
            provider: The id of the ``Credentials`` provider.
            credentials: The arguments of ``authenticate``, usually ``username`` and ``password``. Pass them by name;
                do not pass all fields of a form.

        Returns:
            The user, or None if the credentials do not match.
        """

        def check() -> AbstractBaseUser | None:
            return authenticate(**credentials)

        row = await self._database.read_as_hook(check)
        if row is None:
            return None
        own = str(row.pk)
        found = await self.get_user_by_account(provider, own)
        if found is None:
            # Conflict: another sign-in links the account at the same time.
            with suppress(Conflict):
                await self.link_account(
                    Account(provider=provider, type="credentials", provider_account_id=own, user_id=own)
                )
            found = await self.get_user_by_account(provider, own)
        # If the account is linked to another user, that is not the user whose password was checked.
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
        """Change some fields of a user, in the profile and in Django's columns, and return the user.

        The user can sign in with an e-mail address that is set here.

        Raises:
            Conflict: Another user has this e-mail address.
            KeyError: There is no user with this id.
            AccessDenied: The new e-mail address is None, but the ``USERNAME_FIELD`` of the user model is the address.
        """
        checked, key = user_changes(changes), key_of(user_id)
        if "extra" in checked:
            checked["extra"] = json_extra(checked["extra"])

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
            # A sign-in at the same time waits for this lock, and then finds no user.
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
        created = session_in_utc(session)
        await self._database.write(lambda: self._insert(self._sessions, created, key_of(created.user_id)))
        await self._tidy()
        return created

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
        """Return the sessions of the user, in any order.

        This includes the sessions of an inactive user: they are valid again if the user becomes active.
        """
        rows = self._sessions.filter(user_id=key_of(user_id))
        return await self._database.read(lambda: [value_of(AdapterSession, row) for row in rows.all()])

    async def list_accounts(self, user_id: str) -> Sequence[Account]:
        """Return the accounts of the user, in any order."""
        rows = self._accounts.filter(user_id=key_of(user_id))
        return await self._database.read(lambda: [value_of(Account, row) for row in rows.all()])

    async def now(self) -> datetime:
        """Return the current time of the database's clock, in UTC."""
        return await self._database.read(self._database.now)

    async def delete_expired(self, now: datetime | None = None) -> int:
        """Delete the sessions and e-mail links that have expired by the database's clock.

        Args:
            now: An additional limit: delete only those that expired before this time.

        Returns:
            The number of deleted rows.
        """
        return await delete_in_batches(self._delete_some_expired, await self.now(), now)

    async def create_verification_token(self, token: VerificationToken) -> None:
        columns = {**columns_of(token), "expires": as_utc(token.expires)}
        await self._database.write(lambda: self._links.create(**columns))
        await self._tidy()

    async def use_verification_token(self, identifier: str, token: str) -> VerificationToken | None:
        row = await self._take(self._links.filter(identifier=identifier, token=token))
        return value_of(VerificationToken, row) if row else None

    async def sign_up(self, user: User, account: Account | None, session: AdapterSession | None) -> User:
        """Create a user and, if given, an account and a session of the user, in one transaction.

        Returns:
            The user with the new id.

        Raises:
            Conflict: The e-mail address, the account or the session token is taken. Nothing is created.
            AccessDenied: The e-mail address or the account belongs to an inactive user.
        """
        copied = replace(deepcopy(user), extra=json_extra(user.extra))
        verified = copied.email_verified and as_utc(copied.email_verified)
        new_session = session and session_in_utc(session)

        def work() -> User:
            if copied.email:
                self._refuse_if_taken(copied.email)
            row = self.new_user(copied)
            row.save(using=self._alias, force_insert=True)
            columns = {name: getattr(copied, name) for name in _PROFILE}
            self._profiles.create(user=row, **{**columns, "email_verified": verified if copied.email else None})
            if account:
                self._insert(self._accounts, account, row.pk)
            if new_session:
                self._insert(self._sessions, new_session, row.pk)
            return user_of(row)

        try:
            created = await self._database.write(work)
        except Conflict:
            if await self._database.read(lambda: self._is_of_the_inactive(copied.email, account)):
                raise AccessDenied("The user is not active (is_active is False).") from None
            raise
        if new_session:
            await self._tidy()
        return created

    async def swap_account_tokens(self, account: Account, expected: str | None, new: Account) -> bool:
        this = self._accounts.filter(provider=account.provider, provider_account_id=account.provider_account_id)
        # If expected is None, Django's filter matches NULL.
        unchanged = this.filter(refresh_token=expected)
        return await self._database.write(lambda: unchanged.update(**token_fields(new)) == 1)

    async def _tidy(self) -> None:
        if not self._tidying.is_due():
            return
        # Cleaning up is optional: the write before it has succeeded, and a later clean-up deletes what this one could
        # not.
        with suppress(Error, Conflict):
            await self._delete_some_expired(await self.now())

    async def _delete_some_expired(self, now: datetime) -> int:
        def work() -> int:
            deleted = 0
            for rows in (self._sessions, self._links):
                expired = rows.filter(expires__lt=now)
                # The second query checks the expiry again, because a session may have been renewed since the first.
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
        """Delete the row, and return it only to the caller that deleted it."""

        def work() -> Any | None:
            row = rows.first()
            return row if row and rows.delete()[0] == 1 else None

        return await self._database.write(work)

    def _insert(self, rows: QuerySet[Any], value: Account | AdapterSession, key: Any | None) -> None:
        if key is None:
            raise Conflict("The user of the account or session does not exist.")
        rows.create(**{**columns_of(value), "user_id": key})

    def _refuse_if_taken(self, email: str, but: AbstractBaseUser | None = None) -> None:
        """Raise ``Conflict`` if a user of Django has the address *email*, except for the user *but*.

        Django's addresses are neither unique nor normalised, so case is ignored. If the address may be stored with
        non-ASCII characters, normal forms are compared.
        """
        field = email_field()
        if field is None:
            return
        others = self._rows.exclude(pk=but.pk) if but else self._rows.all()
        taken = others.filter(**{f"{field.name}__iexact": email}).exists()
        if not taken and ("xn--" in email or not email.isascii()):
            international = others.filter(**{f"{field.name}__regex": "[^ -~]"})
            taken = any(same_address(one, email) for one in international.values_list(field.name, flat=True))
        if taken:
            raise Conflict("Another user in Django's user model has this e-mail address.")

    def _is_of_the_inactive(self, email: str | None, account: Account | None) -> bool:
        owners = [self._users.filter(authwright__email=email)] if email else []
        if account:
            owners.append(self._of_account(account.provider, account.provider_account_id))
        return any(not row.is_active for rows in owners for row in rows)
