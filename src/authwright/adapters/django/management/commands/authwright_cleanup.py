"""The command ``manage.py authwright_cleanup``, to run once a day."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from authwright.adapters.django import DjangoAdapter

if TYPE_CHECKING:

    class BaseCommand:
        """Django has no type annotations."""
else:
    from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Delete expired sessions and e-mail links."""

    help = "Delete expired sessions and e-mail links."

    def handle(self, **options: object) -> str:
        deleted = asyncio.run(DjangoAdapter().delete_expired())
        return f"Deleted {deleted} expired sessions and e-mail links."
