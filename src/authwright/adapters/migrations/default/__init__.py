"""Revisions of authwright's own tables."""
