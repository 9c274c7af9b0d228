"""Ping Identity, an OpenID Connect server."""

from __future__ import annotations

from authwright.providers.entry import OIDCServer

__all__ = ["PingId"]

PingId: OIDCServer = OIDCServer(id="ping-id", name="Ping Identity")
