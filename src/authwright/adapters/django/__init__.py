"""Users, accounts, sessions and e-mail links in Django's database: an app for ``INSTALLED_APPS``, and its adapter."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from authwright.adapters.django.adapter import DjangoAdapter as DjangoAdapter
else:

    def __getattr__(name: str) -> object:
        # Django imports this package before it knows any model.
        if name != "DjangoAdapter":
            raise AttributeError(name)
        from authwright.adapters.django.adapter import DjangoAdapter

        return DjangoAdapter
