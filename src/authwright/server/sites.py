"""The site that a request is for: the configured site or, with ``trust_host``, the site that the proxy names.

Rule 1: if ``base_url`` is configured, a request cannot change it: a forged Host or X-Forwarded-Host never appears in a
        link, a redirect or an e-mail.
Rule 2: the forwarded host is used only with ``trust_host``, and only if it is a plain host that forms a valid URL.
Rule 3: each of these headers must have a single value. If there are several, the client may have sent one of them, and
        the proxy added its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from authwright.errors import AmbiguousHost, BadRequest, ConfigurationError
from authwright.http import Request
from authwright.options import Site, build_cookies
from authwright.server.protocol.urls import DEFAULT_BASE_URL, BaseURL, origin_of, parse_base_url


class Sites:
    """The sites that one ``Auth`` serves.

    Args:
        base_url: The configured base URL, or None.
        cookies: The option ``cookies``.
        use_secure_cookies: Whether cookies are secure; None means that they are if the base URL is https.
        trust_host: Whether to use the forwarded host if *base_url* is None.

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

        fixed = base_url or (None if trust_host else parse_base_url(DEFAULT_BASE_URL))
        # Built now, even if the real site is not known yet, so that an invalid cookie option fails at construction.
        self._probe = site(fixed or parse_base_url("https://example.com"))
        # The only site, or None if the site depends on the request.
        self.fixed = self._probe if fixed else None
        self._named = lru_cache(maxsize=256)(lambda origin, path: site(parse_base_url(origin + path)))

    @property
    def home(self) -> Site:
        """The only site, or a placeholder on https if the site depends on the request."""
        return self._probe

    def of(self, request: Request) -> Site:
        """Return the site that *request* is for.

        Raises:
            BadRequest: The forwarded host is not valid.
            AmbiguousHost: A header that names the site has more than one value.
        """
        if self.fixed:
            return self.fixed
        host = (_only_value(request, "X-Forwarded-Host") or _only_value(request, "Host")).strip()
        scheme = (_only_value(request, "X-Forwarded-Proto") or request.scheme).strip()
        origin = origin_of(f"{'http' if scheme == 'http' else 'https'}://{host}")
        if origin is None or set(host) & set("/?#"):
            raise BadRequest("The forwarded host is not valid: it must be a host name with an optional port.")
        try:
            return self._named(origin, request.root_path)
        except ValueError as problem:
            if isinstance(problem, ConfigurationError):
                raise
            raise BadRequest("The forwarded host and the mount path do not form a valid URL.") from None


def _only_value(request: Request, name: str) -> str:
    """Return the value of the header *name*, or "" if it is missing. Raises ``AmbiguousHost`` if it has several."""
    value = request.headers.get(name.lower(), "")
    # A repeated header is joined with commas.
    if "," in value:
        raise AmbiguousHost(
            f"{name} has more than one value, and the client may have sent one of them. Configure the proxy to replace"
            f" the header instead of appending to it (nginx: proxy_set_header {name} ...;), or set base_url."
        )
    return value
