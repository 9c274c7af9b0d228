"""The options of ``Auth``: NextAuth.js v4's in snake_case, with v4's defaults, and the checks that refuse a bad one.

Every refusal is a ``ConfigurationError`` that names the option and the remedy, raised at construction.
See https://next-auth.js.org/configuration/options for what each means in v4.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Literal

from authwright.errors import ConfigurationError
from authwright.hooks import Function
from authwright.protocol.cookies import CookieOption, Cookies, default_cookies
from authwright.protocol.urls import BaseURL, is_local_path, origin_of, parse_base_url
from authwright.types import SessionStrategy

if TYPE_CHECKING:
    from authwright.adapters.revocation import RevocationStore

DEFAULT_MAX_AGE = 30 * 24 * 60 * 60
DEFAULT_UPDATE_AGE = 24 * 60 * 60
SHORT_SECRET = 32
_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})|[a-zA-Z]{3,32}")


@dataclass(frozen=True, kw_only=True)
class SessionOptions:
    """How sessions are kept (v4's ``session``).

    Args:
        strategy: ``"jwt"`` or ``"database"``; ``None`` is ``"database"`` where there is an adapter, else ``"jwt"``.
        max_age: Seconds of idleness after which a session ends.
        update_age: Seconds between two writes of a session's expiry to the database; 0 writes each time.
        generate_session_token: Makes the token of a database session; ``None`` takes 32 random bytes.
        remember_me: Ask at sign-in whether to stay signed in: the built-in page shows a checkbox, and without the form
            field ``rememberMe=true`` the session's cookie ends with the browser.
        record_client: Keep the address and the ``User-Agent`` from which a database session began, to show to its user.
            The address is the one that the server gives: behind a proxy, tell the server to trust its headers.
        absolute_max_age: Seconds after sign-in at which a session ends, however much it is used; ``None`` for never.
        revocation: Where sessions of the jwt strategy are ended before their time; ``None``: a sign-out removes the
            cookie, and a copy of it works until it expires.
        revocation_cache_age: Seconds for which a process may go by what it last read there; 0 asks each time.
        max_cookie_size: Bytes that the cookies of a session of the jwt strategy may have in all, as the browser sends
            them. A sign-in or an update that needs more is refused (``SessionTooLarge``), since servers and proxies
            refuse each request whose headers are too large. ``None``: as much as can be read back, 64 kB.

    Raises:
        ConfigurationError: A value cannot work.
    """

    strategy: SessionStrategy | None = None
    max_age: int = DEFAULT_MAX_AGE
    update_age: int = DEFAULT_UPDATE_AGE
    generate_session_token: Function | None = None
    remember_me: bool = False
    record_client: bool = False
    absolute_max_age: int | None = None
    revocation: RevocationStore | None = None
    revocation_cache_age: int = 0
    max_cookie_size: int | None = 7168

    def __post_init__(self) -> None:
        if self.strategy not in (None, "jwt", "database"):
            raise ConfigurationError("session.strategy", f"is {self.strategy!r}.", "Use 'jwt' or 'database'.")
        check_seconds("session.max_age", self.max_age, least=1)
        check_seconds("session.update_age", self.update_age, least=0)
        check_seconds("session.revocation_cache_age", self.revocation_cache_age, least=0)
        _check_cookie_size(self.max_cookie_size)
        if self.absolute_max_age is not None:
            check_seconds("session.absolute_max_age", self.absolute_max_age, least=1)


@dataclass(frozen=True, kw_only=True)
class JWTOptions:
    """How session tokens are written (v4's ``jwt``).

    Args:
        max_age: Seconds that a token lives after it was written; ``None`` is the session's ``max_age``.
        encode: ``encode(token, secret, max_age)`` answers the cookie's value, in place of v4's encryption.
        decode: ``decode(token, secret)`` answers the claims, or ``None`` where the token is not valid.
    """

    max_age: int | None = None
    encode: Function | None = None
    decode: Function | None = None

    def __post_init__(self) -> None:
        if self.max_age is not None:
            check_seconds("jwt.max_age", self.max_age, least=1)
        if (self.encode is None) != (self.decode is None):
            raise ConfigurationError("jwt", "has one of encode and decode.", "Give both, or neither.")


@dataclass(frozen=True, kw_only=True)
class Callbacks:
    """The app's own functions at v4's four places; see https://next-auth.js.org/configuration/callbacks."""

    sign_in: Function | None = None
    redirect: Function | None = None
    jwt: Function | None = None
    session: Function | None = None


@dataclass(frozen=True, kw_only=True)
class Events:
    """Functions that are told what happened; see https://next-auth.js.org/configuration/events."""

    sign_in: Function | None = None
    sign_out: Function | None = None
    create_user: Function | None = None
    update_user: Function | None = None
    link_account: Function | None = None
    session: Function | None = None


CALLBACK_NAMES: Mapping[str, Sequence[str]] = {
    "sign_in": ("user", "account", "profile", "email", "credentials"),
    "redirect": ("url", "base_url"),
    "jwt": ("token", "user", "account", "profile", "trigger", "session", "is_new_user"),
    "session": ("session", "token", "user", "trigger", "new_session"),
}
# A ``def`` among these runs in a thread. The others run for each read of a session, and stay on the event loop.
BLOCKING_CALLBACKS = frozenset({"sign_in"})
EVENT_NAMES: Mapping[str, Sequence[str]] = {
    "sign_in": ("user", "account", "profile", "is_new_user"),
    "sign_out": ("message", "session", "token"),
    "create_user": ("user",),
    "update_user": ("user",),
    "link_account": ("user", "account", "profile"),
    "session": ("session", "token"),
}


@dataclass(frozen=True, kw_only=True)
class Pages:
    """The app's own pages in place of the built-in ones: paths of this site, or URLs.

    ``new_user`` is where a user's first sign-in leads, with ``callbackUrl`` in the query.
    """

    sign_in: str | None = None
    sign_out: str | None = None
    error: str | None = None
    verify_request: str | None = None
    new_user: str | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            url = getattr(self, field.name)
            if url is not None and not is_local_path(url) and origin_of(url) is None:
                remedy = "Use a path such as '/login', or a full http(s) URL."
                raise ConfigurationError(f"pages.{field.name}", f"is {url!r}.", remedy)


@dataclass(frozen=True, kw_only=True)
class Theme:
    """How the built-in pages and mails look.

    Args:
        color_scheme: ``"auto"`` follows the person's system.
        brand_color: A CSS colour (``#346df1`` or a name) for buttons.
        logo: A path or URL of an image, shown above the heading.
        button_text: A CSS colour for the text on buttons.
    """

    color_scheme: Literal["auto", "light", "dark"] = "auto"
    brand_color: str = ""
    logo: str = ""
    button_text: str = ""

    def __post_init__(self) -> None:
        if self.color_scheme not in ("auto", "light", "dark"):
            raise ConfigurationError("theme.color_scheme", f"is {self.color_scheme!r}.", "Use auto, light or dark.")
        for name in ("brand_color", "button_text"):
            colour = getattr(self, name)
            if colour and not _COLOUR.fullmatch(colour):
                raise ConfigurationError(
                    f"theme.{name}", f"is {colour!r}.", "Use a colour such as '#346df1' or 'teal'."
                )
        if self.logo and not is_local_path(self.logo) and origin_of(self.logo) is None:
            raise ConfigurationError("theme.logo", f"is {self.logo!r}.", "Use a path or a full http(s) URL.")


@dataclass(frozen=True, slots=True)
class Site:
    """Where the REST API stands for a request, and the cookies that it sets there."""

    base_url: BaseURL
    cookies: Cookies


def find_secrets(secret: str | Sequence[str] | None) -> tuple[str, ...]:
    """The secrets to accept, the first of them to encrypt with; else ``NEXTAUTH_SECRET`` or ``AUTH_SECRET``."""
    given = (secret,) if isinstance(secret, str) else tuple(secret or ())
    found = given or tuple(filter(None, [environment("NEXTAUTH_SECRET", "AUTH_SECRET")]))
    if not found or not all(found):
        remedy = "Pass secret=..., or set NEXTAUTH_SECRET; `authwright secret` makes one."
        raise ConfigurationError("secret", "is missing or empty.", remedy)
    return found


def find_base_url(base_url: str | None) -> BaseURL | None:
    """What ``base_url``, else ``NEXTAUTH_URL`` or ``AUTH_URL`` says; None where nothing does."""
    value = base_url or environment("NEXTAUTH_URL", "AUTH_URL")
    if not value:
        return None
    try:
        return parse_base_url(value)
    except ValueError as problem:
        remedy = "Use the public URL of the API, such as 'https://example.com/api/auth'."
        raise ConfigurationError("base_url", f"{problem}.", remedy) from None


def environment(*names: str) -> str | None:
    """The first of the environment variables *names* that is set; an empty one counts as unset."""
    return next((value for name in names if (value := os.environ.get(name))), None)


def build_cookies(secure: bool, given: Mapping[str, Any] | None) -> Cookies:
    """v4's cookies with what the option ``cookies`` says of them, in v4's shape: a name and options for each."""
    cookies = default_cookies(secure)
    for key, value in (given or {}).items():
        option = getattr(cookies, key, None)
        if not isinstance(option, CookieOption):
            known = ", ".join(field.name for field in fields(Cookies))
            raise ConfigurationError(f"cookies[{key!r}]", "is no cookie of ours.", f"Use one of {known}.")
        cookies = replace(cookies, **{key: _cookie_option(key, option, value)})
    return cookies


def _cookie_option(key: str, default: CookieOption, given: Mapping[str, Any]) -> CookieOption:
    where = f"cookies[{key!r}]"
    try:
        parts = dict(given)
        attributes = dict(parts.pop("options", None) or {})
        option = replace(default, **parts, **attributes)
    except (TypeError, ValueError) as problem:
        remedy = "Use {'name': ..., 'options': {'http_only', 'same_site', 'path', 'secure', 'domain', 'max_age'}}."
        raise ConfigurationError(where, f"cannot be read ({problem}).", remedy) from None
    if not re.fullmatch(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+", option.name):
        raise ConfigurationError(f"{where}.name", f"is {option.name!r}.", "Use the characters of an HTTP token.")
    if option.same_site not in ("lax", "strict", "none", None):
        raise ConfigurationError(f"{where}.same_site", f"is {option.same_site!r}.", "Use 'lax', 'strict' or 'none'.")
    # RFC 6265bis section 4.1.3: a browser drops a prefixed cookie that does not keep the prefix's promise.
    if option.name.startswith(("__Secure-", "__Host-")) and not option.secure:
        raise ConfigurationError(where, f"is called {option.name} but not secure.", "Drop the prefix, or secure it.")
    if option.name.startswith("__Host-") and (option.domain or option.path != "/"):
        raise ConfigurationError(where, "is __Host- with a domain or a path.", "Give the cookie another name.")
    if option.same_site == "none" and not option.secure:
        raise ConfigurationError(where, "is SameSite=None but not secure.", "Serve the site over https.")
    for attribute in (option.domain or "", option.path):
        if not re.fullmatch(r"[\x21-\x3a\x3c-\x7e]*", attribute):
            raise ConfigurationError(where, f"has the attribute {attribute!r}.", "Use a plain domain or path in ASCII.")
    if option.max_age is not None:
        check_seconds(f"{where}.max_age", option.max_age, least=1)
    return option


def _check_cookie_size(value: object) -> None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
        remedy = "Use a whole number of bytes, or None for no limit."
        raise ConfigurationError("session.max_cookie_size", f"is {value!r}.", remedy)


def check_seconds(option: str, value: object, *, least: int) -> None:
    """Raises ``ConfigurationError`` where *value* is no whole number of seconds, at least *least*."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ConfigurationError(option, f"is {value!r}.", f"Use a whole number of seconds, at least {least}.")
