"""``manage.py authwright_cleanup``: for a daily job."""

from __future__ import annotations

import asyncio

from django.core.management.base import BaseCommand

from authwright.adapters.django import DjangoAdapter


class Command(BaseCommand):
    """Deletes the sessions and e-mail links that have expired."""

    help = "Delete the sessions and e-mail links that have expired."

    def handle(self, **options: object) -> str:
        deleted = asyncio.run(DjangoAdapter().delete_expired())
        return f"{deleted} deleted"
