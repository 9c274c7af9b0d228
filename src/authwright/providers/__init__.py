"""The ways to sign in. Each loads at first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from authwright.providers.credentials import Credentials
    from authwright.providers.email import Email
    from authwright.providers.github import GitHub
    from authwright.providers.google import Google
    from authwright.providers.oauth import OAuth
    from authwright.providers.oauth1 import OAuth1
    from authwright.providers.oidc import OIDC

__all__ = ["OIDC", "Credentials", "Email", "GitHub", "Google", "OAuth", "OAuth1"]

if not TYPE_CHECKING:
    _MODULES = {name: name.lower() for name in __all__}

    def __getattr__(name: str) -> object:
        if name not in _MODULES:
            raise AttributeError(name)
        from importlib import import_module

        return getattr(import_module(f"authwright.providers.{_MODULES[name]}"), name)
