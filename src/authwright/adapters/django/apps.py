"""What Django knows of the app."""

from __future__ import annotations

from django.apps import AppConfig


class AuthwrightConfig(AppConfig):
    """The app ``"authwright.adapters.django"``, whose tables are called ``authwright_...``."""

    name = "authwright.adapters.django"
    label = "authwright"
    default_auto_field = "django.db.models.BigAutoField"
