"""Hosts that requests name and that are not the host of ``base_url``. Each is logged once, with the remedy.

A request for another host still gets its response, because a proxy may change the host. But if the browser is on that
host, links lead away from it, and cookies do not come back.
"""

from __future__ import annotations

from authwright.http import Request
from authwright.options import Site
from authwright.server.protocol.urls import origin_of
from authwright.server.runtime.log import Log

# Any client can name any host, so only the first ones are logged and kept.
_LIMIT = 20
_HOST_LIMIT = 100


class ForeignHosts:
    """Logs the hosts of requests to *site*. None means that the site depends on the request.

    ``own`` is the host of the site.
    """

    def __init__(self, site: Site | None, log: Log) -> None:
        self._site = site
        self.own: str | None = site.base_url.host if site else None
        self._log = log
        self._seen: set[str] = set()

    def notice(self, request: Request) -> None:
        """Log the host of *request* if it is a new one that is not the site's."""
        host = request.host
        if self._site is None or not host:
            return
        named = [request.headers.get("x-forwarded-host") or host, host]
        if any(self._is_ours(self._site, each) for each in named):
            return
        foreign = named[0][:_HOST_LIMIT]
        if foreign in self._seen or len(self._seen) >= _LIMIT:
            return
        self._seen.add(foreign)
        more = "" if len(self._seen) < _LIMIT else " Further hosts are not logged."
        self._log.warning(
            "FOREIGN_HOST",
            f"A request is for the host {foreign!r}, but base_url is {self._site.base_url.url}. If browsers use that"
            " host, set base_url to it, or redirect them. If only a proxy or a server uses it, ignore this."
            f"{more}",
        )

    def _is_ours(self, site: Site, host: str) -> bool:
        base_url = site.base_url
        scheme = base_url.origin.partition("://")[0]
        return origin_of(f"{scheme}://{host.strip()}") == base_url.origin
