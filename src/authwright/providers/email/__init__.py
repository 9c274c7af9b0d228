"""``Email``: sign-in with a link that is sent by e-mail."""

from __future__ import annotations

from authwright.providers.email.addresses import normalize_email
from authwright.providers.email.provider import Email

__all__ = ["Email", "normalize_email"]
