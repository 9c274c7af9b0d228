"""The arguments of a native client: wrong types are refused with a message that names the right ones."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping

from authwright.errors import ConfigurationError


def check_client(client: object, expected: type, http_client: object, base_url: object, base_path: object) -> None:
    """Refuse an HTTP client or an address of the wrong type.

    Args:
        client: The client that is being constructed.
        expected: The class of httpx2 that *http_client* must have.
        http_client: The argument of that name.
        base_url: The argument of that name.
        base_path: The argument of that name.

    Raises:
        ConfigurationError: *http_client* is closed.
        TypeError: An argument has the wrong type.
    """
    if base_url is not None and not isinstance(base_url, str):
        raise _wrong("base_url", "a URL such as 'http://localhost:3000'", base_url)
    if base_path is not None and not isinstance(base_path, str):
        raise _wrong("base_path", "a path such as '/api/auth'", base_path)
    if http_client is None:
        return
    if not isinstance(http_client, expected):
        raise _wrong("http_client", f"an httpx2.{expected.__name__} for {type(client).__name__}", http_client)
    if getattr(http_client, "is_closed", False):
        raise closed("http_client")


def check_options(cookies: object, on_navigate: object, bearer: object, timeout: object) -> None:
    """Refuse another argument of the wrong type.

    Raises:
        TypeError: The error names the argument and the type that it must have.
    """
    if isinstance(cookies, Mapping) and not hasattr(cookies, "jar"):
        for name, value in cookies.items():
            if not isinstance(name, str) or not isinstance(value, str):
                raise _wrong("cookies", "a mapping of strings to strings", name if isinstance(value, str) else value)
    elif cookies is not None and not isinstance(cookies, (str, os.PathLike)) and not hasattr(cookies, "jar"):
        raise _wrong("cookies", "a mapping, an httpx2.Cookies or the path of a file", cookies)
    check_callable("on_navigate", on_navigate)
    if bearer is not None and not isinstance(bearer, str):
        raise _wrong("bearer", "a session token as text", bearer)
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float)):
        raise _wrong("timeout", "a number of seconds", timeout)
    if not 0 < timeout < math.inf:
        raise ConfigurationError("timeout", f"is {timeout}.", "Set it to a positive number of seconds.")


def check_callable(name: str, value: object) -> None:
    """Refuse a *value* that is neither a function nor None.

    Raises:
        TypeError: The error contains *name*.
    """
    if value is not None and not callable(value):
        raise _wrong(name, "a function", value)


def closed(option: str) -> ConfigurationError:
    """Return the error for a client that has been closed."""
    return ConfigurationError(option, "is closed.", "Use the client inside its `with` block, or create a new one.")


def _wrong(name: str, expected: str, value: object) -> TypeError:
    # Name the class only: the value may be a secret.
    kind = type(value)
    given = (
        kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__.split('.')[0]}.{kind.__qualname__}"
    )
    return TypeError(f"{name} must be {expected}, not {given}.")
