"""authwright's tables in Django's database. Django's own table of users does not change.

Rule 1: columns that identify a row are unique and compared exactly.
Rule 2: if Django deletes a user, it also deletes everything that belongs to the user, whatever code calls ``delete``.
Rule 3: a user can sign in with the e-mail address in ``Profile``, but not with an address that is only in Django's
        user model.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Profile(models.Model):
    """The fields of a user that Django's user model lacks.

    A user created by the app has no profile until authwright stores something about the user.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="authwright")
    email = models.CharField(max_length=320, null=True)
    email_verified = models.DateTimeField(null=True)
    name = models.TextField(null=True)
    image = models.TextField(null=True)
    extra = models.JSONField(default=dict)

    class Meta:
        app_label = "authwright"
        # Not unique=True, which on PostgreSQL creates a second index, for LIKE.
        constraints = (models.UniqueConstraint(fields=["email"], name="authwright_profile_email"),)

    def __str__(self) -> str:
        return self.email or self.name or str(self.pk)


class Account(models.Model):
    """A user's account at an identity provider."""

    provider = models.CharField(max_length=255)
    type = models.CharField(max_length=32)
    provider_account_id = models.CharField(max_length=255)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="authwright_accounts")
    access_token = models.TextField(null=True)
    refresh_token = models.TextField(null=True)
    id_token = models.TextField(null=True)
    expires_at = models.BigIntegerField(null=True)
    token_type = models.CharField(max_length=255, null=True)
    scope = models.TextField(null=True)
    session_state = models.TextField(null=True)

    class Meta:
        app_label = "authwright"
        constraints = (
            models.UniqueConstraint(fields=["provider", "provider_account_id"], name="authwright_account_of_provider"),
        )

    def __str__(self) -> str:
        return f"{self.provider}:{self.provider_account_id}"


class Session(models.Model):
    """A session of a user."""

    session_token = models.CharField(max_length=255, primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="authwright_sessions")
    expires = models.DateTimeField(db_index=True)
    provider = models.CharField(max_length=255, null=True)
    sid = models.CharField(max_length=255, null=True)
    created = models.DateTimeField(null=True)
    ip = models.CharField(max_length=512, null=True)
    user_agent = models.CharField(max_length=512, null=True)

    class Meta:
        app_label = "authwright"

    def __str__(self) -> str:
        # Do not show the token, which is a secret.
        return f"session of {self.user_id}"


class VerificationToken(models.Model):
    """The token of a sign-in link that was sent by e-mail."""

    identifier = models.CharField(max_length=320)
    token = models.CharField(max_length=255)
    expires = models.DateTimeField(db_index=True)

    class Meta:
        app_label = "authwright"
        constraints = (models.UniqueConstraint(fields=["identifier", "token"], name="authwright_link"),)

    def __str__(self) -> str:
        return f"link for {self.identifier}"
