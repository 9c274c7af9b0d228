"""Ping Identity, an OpenID Connect server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from authwright.providers.entry import OIDCServer

if TYPE_CHECKING:
    pass


__all__ = ["PingId"]

PingId = OIDCServer(id="ping-id", name="Ping Identity")
