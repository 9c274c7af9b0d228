"""Stores in an SQL database: ``SQLAlchemyAdapter``, ``SQLAlchemyRevocation``, and mixins for an app's own models."""

from __future__ import annotations

from authwright.adapters.sqlalchemy.adapter import SQLAlchemyAdapter
from authwright.adapters.sqlalchemy.models import AccountMixin, Models, SessionMixin, UserMixin, VerificationTokenMixin
from authwright.adapters.sqlalchemy.revocation import SQLAlchemyRevocation
from authwright.adapters.sqlalchemy.tables import metadata

__all__ = [
    "AccountMixin",
    "Models",
    "SQLAlchemyAdapter",
    "SQLAlchemyRevocation",
    "SessionMixin",
    "UserMixin",
    "VerificationTokenMixin",
    "metadata",
]
