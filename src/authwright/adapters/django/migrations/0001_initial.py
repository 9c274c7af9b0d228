"""Create the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import migrations, models

if TYPE_CHECKING:

    class _Migration:
        """Django has no type annotations."""
else:
    _Migration = migrations.Migration


class Migration(_Migration):
    """Create all four tables."""

    initial = True

    dependencies: tuple[Any, ...] = (migrations.swappable_dependency(settings.AUTH_USER_MODEL),)

    operations: tuple[Any, ...] = (
        migrations.CreateModel(
            name="Profile",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=models.CASCADE,
                        primary_key=True,
                        related_name="authwright",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("email", models.CharField(max_length=320, null=True)),
                ("email_verified", models.DateTimeField(null=True)),
                ("name", models.TextField(null=True)),
                ("image", models.TextField(null=True)),
                ("extra", models.JSONField(default=dict)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("email",), name="authwright_profile_email")],
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                ("session_token", models.CharField(max_length=255, primary_key=True, serialize=False)),
                ("expires", models.DateTimeField(db_index=True)),
                ("provider", models.CharField(max_length=255, null=True)),
                ("sid", models.CharField(max_length=255, null=True)),
                ("created", models.DateTimeField(null=True)),
                ("ip", models.CharField(max_length=512, null=True)),
                ("user_agent", models.CharField(max_length=512, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=models.CASCADE, related_name="authwright_sessions", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="VerificationToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("identifier", models.CharField(max_length=320)),
                ("token", models.CharField(max_length=255)),
                ("expires", models.DateTimeField(db_index=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("identifier", "token"), name="authwright_link")],
            },
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.CharField(max_length=255)),
                ("type", models.CharField(max_length=32)),
                ("provider_account_id", models.CharField(max_length=255)),
                ("access_token", models.TextField(null=True)),
                ("refresh_token", models.TextField(null=True)),
                ("id_token", models.TextField(null=True)),
                ("expires_at", models.BigIntegerField(null=True)),
                ("token_type", models.CharField(max_length=255, null=True)),
                ("scope", models.TextField(null=True)),
                ("session_state", models.TextField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=models.CASCADE, related_name="authwright_accounts", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "provider_account_id"), name="authwright_account_of_provider"
                    )
                ],
            },
        ),
    )
