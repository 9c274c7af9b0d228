"""Django migrations of authwright's tables."""
