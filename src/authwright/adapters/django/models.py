"""Our tables in Django's database, beside the table of its users, which stays as it is.

Rule 1: what identifies a row is unique, and compared exactly.
Rule 2: what belongs to a user goes with the user, whoever deletes it.
Rule 3: an address in ``Profile`` is what somebody signs in by; one that stands in Django's user alone is not.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Profile(models.Model):
    """What Django's user has no place for. A user whom the app made has none, until authwright has something to say."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="authwright")
    email = models.CharField(max_length=320, null=True)
    email_verified = models.DateTimeField(null=True)
    name = models.TextField(null=True)
    image = models.TextField(null=True)
    extra = models.JSONField(default=dict)

    class Meta:
        app_label = "authwright"
        # Not unique=True, which on PostgreSQL makes a second index, for LIKE.
        constraints = (models.UniqueConstraint(fields=["email"], name="authwright_profile_email"),)

    def __str__(self) -> str:
        return self.email or self.name or str(self.pk)


class Account(models.Model):
    """A user's account with a provider."""

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
        # The token is a secret.
        return f"session of {self.user_id}"


class VerificationToken(models.Model):
    """A sent e-mail link."""

    identifier = models.CharField(max_length=320)
    token = models.CharField(max_length=255)
    expires = models.DateTimeField(db_index=True)

    class Meta:
        app_label = "authwright"
        constraints = (models.UniqueConstraint(fields=["identifier", "token"], name="authwright_link"),)

    def __str__(self) -> str:
        return f"link for {self.identifier}"
