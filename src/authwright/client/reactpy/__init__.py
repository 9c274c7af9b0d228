"""The client API for ReactPy 2, with the hooks of the v4 client."""

from __future__ import annotations

from authwright.client.reactpy.hooks import PageGuard, SessionProvider, use_auth, use_session

__all__ = ["PageGuard", "SessionProvider", "use_auth", "use_session"]
