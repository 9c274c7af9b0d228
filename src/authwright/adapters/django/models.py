"""authwright's tables in Django's database. Django's own table of users does not change.

Rule 1: columns that identify a row are unique and compared exactly.
Rule 2: if Django deletes a user, it also deletes everything that belongs to the user, whatever code calls ``delete``.
Rule 3: a user can sign in with the e-mail address in ``Profile``, but not with an address that is only in Django's
        user model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models

if TYPE_CHECKING:

    class _Model:
        # Django has no type annotations.
        objects: Any
        pk: Any
        user_id: Any
else:
    _Model = models.Model


class Profile(_Model):
    """The fields of a user that Django's user model lacks.

    A user created by the app has no profile until authwright stores something about the user.
    """

    user: Any = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="authwright"
    )
    email: Any = models.CharField(max_length=320, null=True)
    email_verified: Any = models.DateTimeField(null=True)
    name: Any = models.TextField(null=True)
    image: Any = models.TextField(null=True)
    extra: Any = models.JSONField(default=dict)

    class Meta:
        app_label = "authwright"
        # Not unique=True, which on PostgreSQL creates a second index, for LIKE.
        constraints: tuple[Any, ...] = (models.UniqueConstraint(fields=["email"], name="authwright_profile_email"),)

    def __str__(self) -> str:
        return self.email or self.name or str(self.pk)


class Account(_Model):
    """A user's account at an identity provider."""

    provider: Any = models.CharField(max_length=255)
    type: Any = models.CharField(max_length=32)
    provider_account_id: Any = models.CharField(max_length=255)
    user: Any = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="authwright_accounts")
    access_token: Any = models.TextField(null=True)
    refresh_token: Any = models.TextField(null=True)
    id_token: Any = models.TextField(null=True)
    expires_at: Any = models.BigIntegerField(null=True)
    token_type: Any = models.CharField(max_length=255, null=True)
    scope: Any = models.TextField(null=True)
    session_state: Any = models.TextField(null=True)

    class Meta:
        app_label = "authwright"
        constraints: tuple[Any, ...] = (
            models.UniqueConstraint(fields=["provider", "provider_account_id"], name="authwright_account_of_provider"),
        )

    def __str__(self) -> str:
        return f"{self.provider}:{self.provider_account_id}"


class Session(_Model):
    """A session of a user."""

    session_token: Any = models.CharField(max_length=255, primary_key=True)
    user: Any = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="authwright_sessions")
    expires: Any = models.DateTimeField(db_index=True)
    provider: Any = models.CharField(max_length=255, null=True)
    sid: Any = models.CharField(max_length=255, null=True)
    created: Any = models.DateTimeField(null=True)
    ip: Any = models.CharField(max_length=512, null=True)
    user_agent: Any = models.CharField(max_length=512, null=True)

    class Meta:
        app_label = "authwright"

    def __str__(self) -> str:
        # Do not show the token, which is a secret.
        return f"session of {self.user_id}"


class VerificationToken(_Model):
    """The token of a sign-in link that was sent by e-mail."""

    identifier: Any = models.CharField(max_length=320)
    token: Any = models.CharField(max_length=255)
    expires: Any = models.DateTimeField(db_index=True)

    class Meta:
        app_label = "authwright"
        constraints: tuple[Any, ...] = (
            models.UniqueConstraint(fields=["identifier", "token"], name="authwright_link"),
        )

    def __str__(self) -> str:
        return f"link for {self.identifier}"
