"""The ways to sign in. Each loads at first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from authwright.providers.credentials import Credentials
    from authwright.providers.email import Email

__all__ = ["Credentials", "Email"]

if not TYPE_CHECKING:
    _MODULES = {"Credentials": "credentials", "Email": "email"}

    def __getattr__(name: str) -> object:
        if name not in _MODULES:
            raise AttributeError(name)
        from importlib import import_module

        return getattr(import_module(f"authwright.providers.{_MODULES[name]}"), name)
