"""Which action of the REST API a path names, and which provider."""

from __future__ import annotations

from collections.abc import Container

from authwright.errors import NotFound
from authwright.http import Request
from authwright.options import Site
from authwright.server.actions import ACTIONS, NEEDS_PROVIDER, WITH_PROVIDER
from authwright.server.protocol.paths import segments_below


class Routes:
    """The routes of one ``Auth``.

    Args:
        providers: The ids of the providers.
        site: The site, if it does not depend on the request.
    """

    def __init__(self, providers: Container[str], site: Site | None) -> None:
        self._providers = providers
        # The paths that most requests ask for, and that no request can change.
        known = [action for action in ACTIONS if action not in NEEDS_PROVIDER] if site else []
        self._known = {f"{site.base_url.decoded_path}/{action}": (action, None) for action in known} if site else {}

    def of(self, request: Request, site: Site) -> tuple[str, str | None]:
        """Return the action and the provider that *request* names below the base path or the mount point.

        Raises:
            NotFound: There is no such action or provider.
        """
        path, raw_path = request.path, request.raw_path
        known = self._known.get(path) if raw_path is None or raw_path == path else None
        if known:
            return known
        base_path, root_path = site.base_url.decoded_path, request.root_path.rstrip("/")
        base_paths = (base_path, root_path + base_path, root_path)
        segments = segments_below(path, raw_path, base_paths)
        if segments is None or len(segments) > 2 or segments[0] not in ACTIONS:
            raise NotFound
        action, provider_id = segments[0], segments[1] if len(segments) == 2 else None
        if provider_id is None:
            if action in NEEDS_PROVIDER:
                raise NotFound
        elif action not in WITH_PROVIDER or provider_id not in self._providers:
            raise NotFound
        return action, provider_id
