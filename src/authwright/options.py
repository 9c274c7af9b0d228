"""The options of ``Auth``: NextAuth.js v4's options in snake_case, with v4's defaults, and their checks.

An invalid option raises a ``ConfigurationError`` at construction. The error names the option and the remedy.
See https://next-auth.js.org/configuration/options for the meaning of each option in v4.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Literal

from authwright.errors import ConfigurationError
from authwright.server.protocol.cookies import CookieOption, Cookies, default_cookies
from authwright.server.protocol.urls import BaseURL, is_local_path, origin_of
from authwright.server.runtime.hooks import Function
from authwright.types import SessionStrategy

if TYPE_CHECKING:
    from authwright.adapters.revocation import RevocationStore

DEFAULT_MAX_AGE = 30 * 24 * 60 * 60
DEFAULT_UPDATE_AGE = 24 * 60 * 60
SHORT_SECRET = 32
# The secrets of our README, documentation and examples, which anyone can read.
PUBLISHED_SECRETS = frozenset(
    {
        "create one with `authwright secret` and keep it out of git",
        "replace me with what `authwright secret` prints",
        "c7nFDnmPBqrCjE5TzIYQ6bYgkx2bRfPGSDOJhFWNdqo",
        "YpKHTuy7f2xS5rKtIPnBsS1hN0vVDPnGVfJDuoAfQnk",
        "the secret of last year, 32 or longer",
    }
)
# A date has four digits for the year. Until 2077, the date that is this many seconds ahead is before the year 10,000.
LONGEST = 250_000_000_000
_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})|[a-zA-Z]{3,32}")


@dataclass(frozen=True, kw_only=True)
class SessionOptions:
    """Options for sessions (v4's ``session``).

    Args:
        strategy: ``"jwt"`` or ``"database"``. ``None`` means ``"database"`` if there is an adapter, else ``"jwt"``.
        max_age: The time, in seconds, after which an idle session expires.
        update_age: The minimum time, in seconds, between two writes of a session's expiry to the database; 0 writes the
            expiry at every use.
        generate_session_token: A function that returns the token of a new database session. With ``None``, the token is
            32 random bytes.
        remember_me: If true, the built-in sign-in page shows a checkbox "stay signed in". Without the form field
            ``rememberMe=true``, the session cookie expires when the browser closes.
        record_client: If true, a database session stores the IP address and the ``User-Agent`` of the sign-in, to show
            them to its user. The address comes from the server: behind a proxy, configure the server to trust the
            proxy's headers.
        absolute_max_age: The time, in seconds, after which a session expires even if it is in use. ``None`` means no
            such limit.
        revocation: A store that lets sessions of the jwt strategy end early. With ``None``, a sign-out only deletes
            the cookie, and a copy of the cookie works until it expires.
        revocation_cache_age: The time, in seconds, for which a process may reuse the result of its last look-up in the
            revocation store; 0 looks up at every request.
        max_cookie_size: The maximum total size, in bytes, of the session cookies of the jwt strategy in a request. A
            sign-in or an update that exceeds it fails with ``SessionTooLarge``, because servers and proxies reject
            requests with larger headers. ``None`` means 64 kB, the most that can be read back.

    Raises:
        ConfigurationError: A value is invalid.
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
            problem = f"{self.strategy!r} is not a session strategy."
            raise ConfigurationError("session.strategy", problem, "Use 'jwt' or 'database'.")
        check_seconds("session.max_age", self.max_age, least=1)
        check_seconds("session.update_age", self.update_age, least=0)
        for method in ("revoke", "revoked_before"):
            if self.revocation is not None and not callable(getattr(self.revocation, method, None)):
                problem = f"is of type {type(self.revocation).__name__}, without the method {method}."
                remedy = "Pass a store, such as MemoryRevocation() or RedisRevocation(...)."
                raise ConfigurationError("session.revocation", problem, remedy)
        check_seconds("session.revocation_cache_age", self.revocation_cache_age, least=0)
        _check_cookie_size(self.max_cookie_size)
        if self.absolute_max_age is not None:
            check_seconds("session.absolute_max_age", self.absolute_max_age, least=1)


@dataclass(frozen=True, kw_only=True)
class JWTOptions:
    """Options for the session tokens of the jwt strategy (v4's ``jwt``).

    Args:
        max_age: The lifetime of a token in seconds. ``None`` uses the session's ``max_age``.
        encode: ``encode(token, secret, max_age)`` returns the value of the cookie. It replaces v4's encryption.
        decode: ``decode(token, secret)`` returns the claims, or ``None`` if the token is invalid.

    Raises:
        ConfigurationError: A value is invalid, or only one of *encode* and *decode* is set.
    """

    max_age: int | None = None
    encode: Function | None = None
    decode: Function | None = None

    def __post_init__(self) -> None:
        if self.max_age is not None:
            check_seconds("jwt.max_age", self.max_age, least=1)
        if (self.encode is None) != (self.decode is None):
            raise ConfigurationError("jwt", "only one of encode and decode is set.", "Set both of them, or neither.")


@dataclass(frozen=True, kw_only=True)
class Callbacks:
    """The app's callbacks, as in v4; see https://next-auth.js.org/configuration/callbacks."""

    sign_in: Function | None = None
    redirect: Function | None = None
    jwt: Function | None = None
    session: Function | None = None


@dataclass(frozen=True, kw_only=True)
class Events:
    """The app's event listeners, as in v4; see https://next-auth.js.org/configuration/events."""

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
# If one of these is a plain ``def``, it runs in a thread. The others run at every read of a session, so they stay on
# the event loop.
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
    """Pages of the app that replace the built-in pages: paths on this site, or URLs (v4's ``pages``).

    Args:
        sign_in: The sign-in page.
        sign_out: The sign-out page.
        error: The error page. The error code is in the query parameter ``error``.
        verify_request: The page that asks the user to check their e-mail.
        new_user: The page to which a new user is redirected after the first sign-in, with ``callbackUrl`` in the query.

    Raises:
        ConfigurationError: A value is neither a path on this site nor an http(s) URL.
    """

    sign_in: str | None = None
    sign_out: str | None = None
    error: str | None = None
    verify_request: str | None = None
    new_user: str | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            url = getattr(self, field.name)
            if url is not None and not _is_address(url):
                problem = f"{url!r} is neither a path on this site nor an http(s) URL."
                remedy = "Use a path such as '/login', or a full http(s) URL."
                raise ConfigurationError(f"pages.{field.name}", problem, remedy)


@dataclass(frozen=True, kw_only=True)
class Theme:
    """The look of the built-in pages and e-mails (v4's ``theme``).

    Args:
        color_scheme: ``"auto"``, ``"light"`` or ``"dark"``. ``"auto"`` follows the user's system setting.
        brand_color: A CSS colour for buttons, such as ``#346df1`` or ``teal``.
        logo: The path or URL of an image that is shown above the heading.
        button_text: A CSS colour for the text on buttons.

    Raises:
        ConfigurationError: A value is invalid.
    """

    color_scheme: Literal["auto", "light", "dark"] = "auto"
    brand_color: str = ""
    logo: str = ""
    button_text: str = ""

    def __post_init__(self) -> None:
        if self.color_scheme not in ("auto", "light", "dark"):
            problem = f"{self.color_scheme!r} is not a color scheme."
            raise ConfigurationError("theme.color_scheme", problem, "Use 'auto', 'light' or 'dark'.")
        for name in ("brand_color", "button_text"):
            colour = getattr(self, name)
            if colour and not (isinstance(colour, str) and _COLOUR.fullmatch(colour)):
                problem = f"{colour!r} is not a CSS colour."
                raise ConfigurationError(f"theme.{name}", problem, "Use a colour such as '#346df1' or 'teal'.")
        if self.logo and not _is_address(self.logo):
            problem = f"{self.logo!r} is neither a path on this site nor an http(s) URL."
            raise ConfigurationError("theme.logo", problem, "Use a path such as '/logo.svg', or a full http(s) URL.")


def _is_address(value: object) -> bool:
    """Return whether *value* is a path on this site or an http(s) URL."""
    return isinstance(value, str) and (is_local_path(value) or origin_of(value) is not None)


@dataclass(frozen=True, slots=True)
class Site:
    """The base URL of the REST API for a request, and the cookies that the API sets there."""

    base_url: BaseURL
    cookies: Cookies


def find_secrets(secret: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the secrets of the option, or else of ``NEXTAUTH_SECRET`` or ``AUTH_SECRET``.

    All of them are accepted for decryption; new values are encrypted with the first.

    Raises:
        ConfigurationError: There is no secret, or one is empty.
    """
    given: object = secret
    if given is not None and (isinstance(given, bytes) or not isinstance(given, Sequence)):
        problem = f"is of type {type(given).__name__}, not a string."
        raise ConfigurationError("secret", problem, "Pass a string, or a list of strings: [new, old, ...].")
    from_option = (secret,) if isinstance(secret, str) else tuple(secret or ())
    if not all(isinstance(one, str) for one in from_option):
        raise ConfigurationError("secret", "one of the secrets is not a string.", "Pass strings: [new, old, ...].")
    found = from_option or tuple(filter(None, [environment("NEXTAUTH_SECRET", "AUTH_SECRET")]))
    if not found or not all(one.strip() for one in found):
        remedy = "Pass secret=..., or set NEXTAUTH_SECRET. The command `authwright secret` creates one."
        raise ConfigurationError("secret", "the secret is missing or empty.", remedy)
    return found


def find_base_url(base_url: str | None) -> BaseURL | None:
    """Return the base URL of the option, or else of ``NEXTAUTH_URL`` or ``AUTH_URL``. Return None if none is set.

    Raises:
        ConfigurationError: The value is not an http(s) URL, or has a query or a fragment.
    """
    return BaseURL.configured(base_url, "NEXTAUTH_URL", "AUTH_URL")


def environment(*names: str) -> str | None:
    """Return the first of the environment variables *names* that is set. An empty variable counts as unset."""
    return next((value for name in names if (value := os.environ.get(name))), None)


def build_cookies(secure: bool, given: Mapping[str, Any] | None) -> Cookies:
    """Return v4's cookies, changed as the option ``cookies`` says.

    Args:
        secure: Whether the default cookies are secure and have prefixed names, as v4's are on https.
        given: The option, in v4's shape: for each cookie ``{"name": ..., "options": {...}}``.

    Raises:
        ConfigurationError: A cookie is unknown, or a browser would reject or misread it.
    """
    cookies = default_cookies(secure)
    option: object = given
    if option is not None and not isinstance(option, Mapping):
        remedy = "Use {'session_token': {'name': ...}}."
        raise ConfigurationError("cookies", f"is of type {type(option).__name__}, not a dict.", remedy)
    for key, value in (given or {}).items():
        cookie = getattr(cookies, str(key), None)
        if not isinstance(cookie, CookieOption):
            known = ", ".join(field.name for field in fields(Cookies))
            problem = "there is no cookie with this name."
            raise ConfigurationError(f"cookies[{key!r}]", problem, f"Use one of: {known}.")
        cookies = replace(cookies, **{key: _cookie_option(key, cookie, value)})
    return cookies


def _cookie_option(key: str, default: CookieOption, given: Mapping[str, Any]) -> CookieOption:
    where = f"cookies[{key!r}]"
    try:
        parts = dict(given)
        attributes = dict(parts.pop("options", None) or {})
        option = replace(default, **parts, **attributes)
    except (TypeError, ValueError) as error:
        known = "'http_only', 'same_site', 'path', 'secure', 'domain', 'max_age', 'partitioned'"
        remedy = f"Use {{'name': ..., 'options': {{{known}}}}}."
        raise ConfigurationError(where, f"the value has the wrong shape ({error}).", remedy) from None
    if not re.fullmatch(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+", option.name):
        problem = f"{option.name!r} is not a valid cookie name."
        raise ConfigurationError(f"{where}.name", problem, "Use only ASCII letters, digits and !#$%&'*+-.^_`|~.")
    if option.same_site not in ("lax", "strict", "none", None):
        problem = f"{option.same_site!r} is not a valid value."
        raise ConfigurationError(f"{where}.same_site", problem, "Use 'lax', 'strict', 'none' or None.")
    # RFC 6265bis section 4.1.3: a browser rejects a cookie whose attributes do not match the prefix of its name.
    if option.name.startswith(("__Secure-", "__Host-")) and not option.secure:
        problem = f"the cookie {option.name} is not secure, and browsers reject this prefix without secure."
        raise ConfigurationError(where, problem, "Set 'secure' to True, or choose a name without the prefix.")
    if option.name.startswith("__Host-") and (option.domain or option.path != "/"):
        problem = "browsers reject a __Host- cookie that has a domain or a path other than '/'."
        raise ConfigurationError(where, problem, "Choose a name without the prefix, or remove the domain and the path.")
    if option.same_site == "none" and not option.secure:
        problem = "browsers reject a cookie that is SameSite=None but not secure."
        raise ConfigurationError(where, problem, "Serve the site over https, or set 'secure' to True.")
    if option.partitioned and not option.secure:
        problem = "browsers reject a cookie that is partitioned but not secure."
        raise ConfigurationError(where, problem, "Serve the site over https, or set 'secure' to True.")
    for attribute in (option.domain or "", option.path):
        if not re.fullmatch(r"[\x21-\x3a\x3c-\x7e]*", attribute):
            problem = f"{attribute!r} is not a valid domain or path."
            raise ConfigurationError(where, problem, "Use only printable ASCII characters, without ';' and spaces.")
    if option.max_age is not None:
        check_seconds(f"{where}.max_age", option.max_age, least=1)
    return option


def _check_cookie_size(value: object) -> None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
        remedy = "Use a positive integer (bytes), or None for the largest possible size."
        raise ConfigurationError("session.max_cookie_size", f"{value!r} is not a valid size.", remedy)


def check_seconds(option: str, value: object, *, least: int) -> None:
    """Raise ``ConfigurationError`` unless *value* is an integer (seconds), at least *least* and at most ``LONGEST``."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        problem = f"{value!r} is not a valid number of seconds."
        raise ConfigurationError(option, problem, f"Use an integer, at least {least}.")
    if value > LONGEST:
        # Do not show the value: it may have too many digits.
        raise ConfigurationError(option, "no date is that far in the future.", f"Use at most {LONGEST:_} seconds.")
