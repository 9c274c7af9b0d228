"""The client API for NiceGUI 3, with the names of the v4 client."""

from __future__ import annotations

from authwright.client.nicegui.guard import page_guard
from authwright.client.nicegui.session import (
    PageSession,
    get_csrf_token,
    get_providers,
    get_session,
    session_provider,
    sign_in,
    sign_out,
    use_session,
)

__all__ = [
    "PageSession",
    "get_csrf_token",
    "get_providers",
    "get_session",
    "page_guard",
    "session_provider",
    "sign_in",
    "sign_out",
    "use_session",
]
