"""A store in Django's database: an app for ``INSTALLED_APPS``, and its adapter ``DjangoAdapter``."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["DjangoAdapter"]

if TYPE_CHECKING:
    from authwright.adapters.django.adapter import DjangoAdapter as DjangoAdapter
else:

    def __getattr__(name: str) -> object:
        # Import late: Django imports this package before the models are ready.
        if name != "DjangoAdapter":
            raise AttributeError(name)
        from authwright.adapters.django.adapter import DjangoAdapter

        return DjangoAdapter
