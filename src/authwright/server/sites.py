"""Where the API is, and where a request came from: the configured site or, with ``trust_host``, the one of the proxy.

Rule 1: if ``base_url`` is configured, a request cannot change it: a forged Host or X-Forwarded-Host never appears in a
        link, a redirect or an e-mail.
Rule 2: the forwarded host is used only with ``trust_host``, and only if it is a plain host that forms a valid URL. The
        same holds for ``X-Forwarded-Prefix``, the path that the proxy has removed.
Rule 3: each of these headers must have a single value. If there are several, the client may have sent one of them, and
        the proxy added its own.
Rule 4: the public path of a request is the prefix of the proxy, then the path in the app with the ``root_path`` of the
        server. The prefix is put in front only if the path does not start with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote

from authwright.errors import AmbiguousHost, BadRequest, ConfigurationError, InvalidCallbackUrl
from authwright.http import Request
from authwright.options import Site, build_cookies
from authwright.server.protocol.cookies import Cookies
from authwright.server.protocol.redirects import check_callback_url
from authwright.server.protocol.urls import (
    DEFAULT_BASE_URL,
    BaseURL,
    ascii_url,
    is_local_path,
    origin_of,
    parse_base_url,
)
from authwright.server.web.frameworks import is_below
from authwright.server.web.mounts import find_mount

_DEFAULT = parse_base_url(DEFAULT_BASE_URL)
# A page opens its WebSockets with ws or wss instead of http or https (RFC 6455 section 3).
_SCHEMES = {"http": "http", "ws": "http", "https": "https", "wss": "https"}
# RFC 3986 section 3.3: the characters that a path may contain unencoded, besides letters and digits.
_PATH_CHARACTERS = "/-._~!$&'()*+,;=:@"
_INVALID_SEGMENTS = frozenset({"", ".", ".."})


class Sites:
    """The sites that one ``Auth`` serves.

    Args:
        base_url: The configured base URL, or None.
        cookies: The option ``cookies``.
        use_secure_cookies: Whether cookies are secure; None means that they are if the base URL is https.
        trust_host: Whether to use the forwarded host if *base_url* is None, and the forwarded prefix.

    Raises:
        ConfigurationError: The option ``cookies`` is invalid.
    """

    def __init__(
        self,
        base_url: BaseURL | None,
        cookies: Mapping[str, Mapping[str, Any]] | None,
        use_secure_cookies: bool | None,
        *,
        trust_host: bool,
    ) -> None:
        def site(url: BaseURL) -> Site:
            secure = url.secure if use_secure_cookies is None else use_secure_cookies
            return Site(url, build_cookies(secure, cookies))

        self._trusts = trust_host
        fixed = base_url or (None if trust_host else _DEFAULT)
        # Built now, even if the real site is not known yet, so that an invalid cookie option fails at construction.
        self._probe = site(fixed or parse_base_url("https://example.com"))
        # The only site, or None if the site depends on the request.
        self.fixed: Site | None = self._probe if fixed else None
        self._named = lru_cache(maxsize=256)(lambda origin, path: site(parse_base_url(origin + path)))
        # The path at which an integration has mounted the API in its app.
        self._mounted_at = _DEFAULT.path

    @property
    def home(self) -> Site:
        """The only site, or a placeholder on https if the site depends on the request."""
        return self._probe

    def of(self, request: Request) -> Site:
        """Return the site that *request*, which is for the API, is for.

        Raises:
            BadRequest: The forwarded host, scheme or prefix is not valid.
            AmbiguousHost: A header that names the site has more than one value.
        """
        if self.fixed:
            return self.fixed
        if not request.scheme:
            return self._of_cookies(request.cookies)
        return self._at(self._origin(request), self._prefix(request) + _api_root(request))

    def base_url_for(self, request: Request, api: object, route_name: str) -> str:
        """Return the URL of the API as a page of the app at *request* must use it.

        If the request names no valid site, this is only the path of the API.

        Args:
            request: A request for a page or a WebSocket of the app.
            api: As for ``find_mount``.
            route_name: As for ``find_mount``.
        """
        if self.fixed:
            return self.fixed.base_url.url
        path = self.base_path_for(request, api, route_name)
        try:
            return self._origin(request) + path
        except BadRequest:
            return path

    def base_path_for(self, request: Request, api: object, route_name: str) -> str:
        """Return the path of the API as the browser sees it. The arguments are those of ``base_url_for``."""
        if self.fixed:
            return self.fixed.base_url.path
        mount = find_mount(request.router, api, route_name)
        mount = self._mounted_at if mount is None else mount
        return _as_path(self._valid_prefix(request) + request.app_root + (mount or _DEFAULT.path))

    def return_path(self, request: Request) -> str:
        """Return the public path and the query of *request*, or "/" if they are no callback URL, such as ``//host``."""
        path = quote(self._public_path(request), safe=_PATH_CHARACTERS, errors="replace")
        query = f"?{ascii_url(request.raw_query)}" if request.raw_query else ""
        try:
            return check_callback_url(path + query)
        except InvalidCallbackUrl:
            return "/"

    def check_mount(self, path: str) -> None:
        """Check the *path* at which an integration mounts the API in its app.

        Raises:
            ConfigurationError: The API would not be at ``base_url``, whatever prefix the app has.
        """
        path = path.rstrip("/")
        if "{" not in path:
            self._mounted_at = path
        if self.fixed is None or self.fixed.base_url.decoded_path.endswith(path):
            return
        base = self.fixed.base_url
        problem = f"is {base.url}, but the REST API is mounted at {path}, so that the links on its pages lead nowhere."
        remedy = f"Set base_url={base.origin + path!r}, or mount the API with path={base.path!r}."
        raise ConfigurationError("base_url", problem, remedy)

    def mismatch(self, request: Request, action_path: str) -> str | None:
        """Return a warning with the remedy if *request* reached the API at another path than that of ``base_url``.

        Args:
            request: A request for the API.
            action_path: The path below the API that it asked for, such as ``/signin/github``.
        """
        if self.fixed is None or is_below(request.path, self.fixed.base_url.decoded_path):
            return None
        base = self.fixed.base_url
        public = self._public_path(request)
        if is_below(public, base.decoded_path):
            return None
        seen = public.rstrip("/").removesuffix(action_path)
        problem = f"base_url is {base.url}, but a request reached the API at {seen or '/'}."
        if seen and base.decoded_path.endswith(seen):
            prefix = base.decoded_path.removesuffix(seen)
            remedy = (
                f"If a proxy removes {prefix} from the path, tell the server, such as uvicorn --root-path {prefix}."
            )
            return f"{problem} {remedy} Otherwise set base_url={base.origin + seen!r}. See docs/behind-a-proxy.md."
        remedy = f"If browsers see this path, set base_url={base.origin + seen!r}, because the links on pages lead to"
        return f"{problem} {remedy} base_url. See docs/behind-a-proxy.md."

    def _public_path(self, request: Request) -> str:
        return self._valid_prefix(request) + request.path

    def _at(self, origin: str, path: str) -> Site:
        try:
            site: Site = self._named(origin, path)
        except ValueError as problem:
            if isinstance(problem, ConfigurationError):
                raise
            raise BadRequest("The forwarded host and the mount path do not form a valid URL.") from None
        return site

    def _of_cookies(self, cookies: Mapping[str, str]) -> Site:
        """Return the site whose cookies these are. A mapping of cookies has no host, but the names show the scheme."""
        if any(name in cookies for name in _names(self._probe.cookies)):
            return self._probe
        if self._probe.cookies.session_token.values_in(cookies):
            return self._probe
        return self._at("http://example.com", _DEFAULT.path)

    def _origin(self, request: Request) -> str:
        host = _only_value(request, "X-Forwarded-Host") or _only_value(request, "Host")
        scheme = _SCHEMES.get((_only_value(request, "X-Forwarded-Proto") or request.scheme).lower())
        if scheme is None:
            raise BadRequest("X-Forwarded-Proto is not valid: it must be http or https.")
        origin = origin_of(f"{scheme}://{host}")
        if origin is None or set(host) & set("/?#"):
            raise BadRequest("The forwarded host is not valid: it must be a host name with an optional port.")
        return origin

    def _prefix(self, request: Request) -> str:
        """Return the path that the proxy has removed, decoded, or an empty string."""
        value = _only_value(request, "X-Forwarded-Prefix").rstrip("/") if self._trusts else ""
        if not value:
            return ""
        prefix = unquote(value)
        valid = value.isascii() and is_local_path(value) and not set(value) & set("?#;,")
        if not valid or not _INVALID_SEGMENTS.isdisjoint(prefix.split("/")[1:]) or not prefix.isprintable():
            raise BadRequest("X-Forwarded-Prefix is not valid: it must be a path such as /shop.")
        return "" if is_below(request.path, prefix) else prefix

    def _valid_prefix(self, request: Request) -> str:
        try:
            return self._prefix(request)
        except BadRequest:
            return ""


def _names(cookies: Cookies) -> list[str]:
    return [getattr(cookies, field.name).name for field in fields(cookies)]


def _api_root(request: Request) -> str:
    """Return the path below which the API gets *request*: its mount point, or the default path below a server's."""
    inside = request.root_path + _DEFAULT.path
    return inside if is_below(request.path, inside) else request.root_path or _DEFAULT.path


def _as_path(path: str) -> str:
    """Return a decoded path as the path of a URL. Two slashes at the start would name another host."""
    return quote("/" + path.strip("/"), safe=_PATH_CHARACTERS, errors="replace")


def _only_value(request: Request, name: str) -> str:
    """Return the value of the header *name*, or "" if it is missing. Raises ``AmbiguousHost`` if it has several."""
    value = request.headers.get(name.lower(), "").strip()
    # A repeated header is joined with commas.
    if "," in value:
        raise AmbiguousHost(
            f"{name} has more than one value, and the client may have sent one of them. Configure the proxy to replace"
            f" the header instead of appending to it (nginx: proxy_set_header {name} ...;), or set base_url."
        )
    return value
