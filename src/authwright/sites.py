"""Which site a request is for: the configured one, or with ``trust_host`` the one that the proxy names.

Rule 1: where ``base_url`` is known, nothing that a request says can change it: a forged Host or X-Forwarded-Host
        reaches no link, redirect or mail.
Rule 2: only with ``trust_host`` the forwarded host counts, and only if it is a plain host that makes a valid URL.
Rule 3: a header that counts has one value. Of several, the client may have sent any, and the proxy added its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from authwright.config import Site, build_cookies
from authwright.errors import AmbiguousHost, BadRequest, ConfigurationError
from authwright.http import Request
from authwright.protocol.urls import DEFAULT_BASE_URL, BaseURL, origin_of, parse_base_url


class Sites:
    """The sites that one ``Auth`` answers for."""

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
        # Built now even where it is not yet known, so that a bad cookie option is refused at construction.
        self._probe = site(fixed or parse_base_url("https://example.com"))
        # The one site, where it does not depend on the request.
        self.fixed = self._probe if fixed else None
        self._named = lru_cache(maxsize=256)(lambda origin, path: site(parse_base_url(origin + path)))

    @property
    def home(self) -> Site:
        """The one site; where it depends on the request, a stand-in on https."""
        return self._probe

    def of(self, request: Request) -> Site:
        """The site that *request* is for. Raises ``BadRequest`` where the forwarded host makes no URL."""
        if self.fixed:
            return self.fixed
        host = (_only_value(request, "X-Forwarded-Host") or _only_value(request, "Host")).strip()
        scheme = (_only_value(request, "X-Forwarded-Proto") or request.scheme).strip()
        origin = origin_of(f"{'http' if scheme == 'http' else 'https'}://{host}")
        if origin is None or set(host) & set("/?#"):
            raise BadRequest("The forwarded host makes no URL.")
        try:
            return self._named(origin, request.root_path)
        except ValueError as problem:
            if isinstance(problem, ConfigurationError):
                raise
            raise BadRequest("The forwarded host and the mount point make no URL.") from None


def _only_value(request: Request, name: str) -> str:
    """Return the value of the header *name*. Raises ``AmbiguousHost`` if it has several."""
    value = request.headers.get(name.lower(), "")
    # A repeated header is joined with commas.
    if "," in value:
        raise AmbiguousHost(
            f"{name} has more than one value, and a client may have sent one of them. Configure the proxy to overwrite"
            f" the header, not to append to it (nginx: proxy_set_header {name} ...;), or set base_url."
        )
    return value
