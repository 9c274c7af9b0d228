"""The Django app configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:

    class AppConfig:
        """Django has no type annotations."""
else:
    from django.apps import AppConfig


class AuthwrightConfig(AppConfig):
    """The app ``"authwright.adapters.django"``. The names of its tables start with ``authwright_``."""

    name = "authwright.adapters.django"
    label = "authwright"
    default_auto_field = "django.db.models.BigAutoField"
