"""The two session strategies, ``jwt`` and ``database``."""
