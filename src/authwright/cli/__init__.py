"""The command ``authwright``."""

from __future__ import annotations

from authwright.cli.commands import main

__all__ = ["main"]
