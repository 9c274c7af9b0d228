"""Migrations of authwright's own tables."""
