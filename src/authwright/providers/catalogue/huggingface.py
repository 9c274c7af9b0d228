"""Hugging Face, an OpenID Connect provider.

Documentation: https://huggingface.co/docs/hub/en/oauth#creating-an-oauth-app
Register an app: https://huggingface.co/settings/applications/new
"""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OIDCService

__all__ = ["HuggingFace"]

HuggingFace: OIDCService = OIDCService(
    id="huggingface",
    name="Hugging Face",
    issuer="https://huggingface.co",
    checks=("pkce", "state"),
    style=Style("#FFD21E", "#000"),
)
