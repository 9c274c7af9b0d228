"""The cookie file: it keeps cookies between runs of a program, and only its owner can read it."""

from __future__ import annotations

import json
import os
import stat
import tempfile
from collections.abc import Iterable, Mapping
from http.cookiejar import Cookie, CookieJar
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, cast
from urllib.parse import urlsplit

from authwright.client.native.cookies import is_sendable
from authwright.errors import ConfigurationError

if TYPE_CHECKING:
    import httpx2

CookieSource: TypeAlias = "Mapping[str, str] | httpx2.Cookies | str | os.PathLike[str] | None"

_PLAIN = ("name", "value", "domain", "path", "secure", "expires")
_OWNER_ONLY = stat.S_IRUSR | stat.S_IWUSR


def load_cookies(cookies: CookieSource, url: str) -> tuple[CookieJar, Path | None]:
    """Load a cookie jar.

    Args:
        cookies: A mapping of names to values for the host of *url*, a cookie jar of httpx2, or the path of a file,
            which is created at the first change.
        url: The base of the API.

    Returns:
        The jar, and the path of the file that stores it, or None if *cookies* is not a path.

    Raises:
        ConfigurationError: Other users can read the file, the file is not a cookie file, its folder does not exist, or
            a cookie contains a character that a header cannot carry.
    """
    jar = CookieJar()
    if isinstance(cookies, (str, os.PathLike)):
        path = Path(cookies).absolute()
        if not path.parent.is_dir():
            raise ConfigurationError("cookies", f"the folder of {path} does not exist.", "Create the folder first.")
        for fields in _read(path):
            jar.set_cookie(_cookie(**fields))
        jar.clear_expired_cookies()
        return jar, path
    if isinstance(cookies, Mapping) and not hasattr(cookies, "jar"):
        parts = urlsplit(url)
        for name, value in cookies.items():
            if not is_sendable(name) or not is_sendable(value):
                raise ConfigurationError(
                    "cookies", "a name or value contains a control character.", "Pass each value as the server set it."
                )
            jar.set_cookie(_cookie(name, value, _jar_domain(parts.hostname or ""), "/", name.startswith("__"), None))
        return jar, None
    return (jar if cookies is None else cast("httpx2.Cookies", cookies).jar), None


def save_cookies(jar: Iterable[Cookie], path: Path) -> None:
    """Write *jar* to *path* atomically, with mode 600."""
    rows = [{field: getattr(cookie, field) for field in _PLAIN} for cookie in jar]
    # mkstemp creates the file with mode 600.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(rows, file)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        mode = path.stat().st_mode
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError):
        raise _refusal(path, "cannot be read.") from None
    if os.name == "posix" and stat.S_IMODE(mode) & ~_OWNER_ONLY:
        raise ConfigurationError(
            "cookies", f"other users can read {path}.", f"Run chmod 600 {path}, or delete the file."
        )
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        raise _refusal(path, "is not a cookie file.") from None
    if not isinstance(rows, list) or not all(map(_is_row, rows)):
        raise _refusal(path, "is not a cookie file.")
    return rows


def _is_row(row: object) -> bool:
    if not isinstance(row, dict) or set(row) != set(_PLAIN):
        return False
    expires = row["expires"]
    return (
        all(isinstance(row[field], str) and is_sendable(row[field]) for field in ("name", "domain", "path"))
        # A cookie that was set without "=" has no value.
        and (row["value"] is None or (isinstance(row["value"], str) and is_sendable(row["value"])))
        and isinstance(row["secure"], bool)
        and (expires is None or type(expires) is int)
    )


def _refusal(path: Path, problem: str) -> ConfigurationError:
    return ConfigurationError("cookies", f"{path} {problem}", "Delete the file, and sign in again.")


def _jar_domain(host: str) -> str:
    # The standard library's jar adds ".local" to a host without a dot (RFC 2965), also to an IPv6 address.
    if ":" in host:
        return f"[{host}].local"
    return host if "." in host else f"{host}.local"


def _cookie(name: str, value: str | None, domain: str, path: str, secure: bool, expires: int | None) -> Cookie:
    return Cookie(
        version=0, name=name, value=value, port=None, port_specified=False, domain=domain, domain_specified=False,
        domain_initial_dot=False, path=path, path_specified=True, secure=secure, expires=expires,
        discard=expires is None, comment=None, comment_url=None, rest={},
    )  # fmt: skip
