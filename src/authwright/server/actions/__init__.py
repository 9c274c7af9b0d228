"""The REST API: the function that handles each action and method."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from authwright.http import Response
from authwright.server.actions import callback, csrf, logout, pages, providers, session, signin, signout
from authwright.server.context import Context
from authwright.server.flows.request import ActionRequest

Action: TypeAlias = "Callable[[Context, ActionRequest], Awaitable[Response]]"

ACTIONS: Mapping[str, Mapping[str, Action]] = {
    "session": {"GET": session.show, "POST": session.update},
    "csrf": {"GET": csrf.show},
    "providers": {"GET": providers.show},
    "signin": {"GET": signin.show, "POST": signin.start},
    "callback": {"GET": callback.by_get, "POST": callback.by_post},
    "signout": {"GET": signout.show, "POST": signout.end},
    "backchannel-logout": {"POST": logout.by_provider},
    "verify-request": {"GET": pages.verify_request},
    "error": {"GET": pages.error},
    "_log": {"POST": pages.log},
}
# The actions whose name may be followed by a provider's id.
WITH_PROVIDER = frozenset({"signin", "callback", "backchannel-logout"})
# Those that need a provider's id.
NEEDS_PROVIDER = frozenset({"callback", "backchannel-logout"})
