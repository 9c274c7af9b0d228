"""The client API in a page, for PyScript on Pyodide and MicroPython."""

from authwright.client.browser.page import (
    SessionProvider,
    bind,
    get_csrf_token,
    get_providers,
    get_session,
    page_guard,
    sign_in,
    sign_out,
    use_session,
)

__all__ = [
    "SessionProvider",
    "bind",
    "get_csrf_token",
    "get_providers",
    "get_session",
    "page_guard",
    "sign_in",
    "sign_out",
    "use_session",
]
