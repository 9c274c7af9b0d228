"""Who may pass: the rule behind every framework's required session.

Rule 1: nobody signed in: a person's page redirects to sign-in and comes back, a program's call is told 401.
Rule 2: somebody signed in who is not authorised is told 403, whoever asks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from authwright.auth import Auth
from authwright.http import Request
from authwright.types import Session

Authorized: TypeAlias = Callable[[Session], bool]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request may not pass: its HTTP status, a message that is safe to show, and where to send a person."""

    status: int
    message: str
    for_page: bool
    location: str | None = None


def has_role(role: str) -> Authorized:
    """An ``authorized`` that looks at ``session["user"]["role"]``, which the app's ``session`` callback sets."""

    def authorized(session: Session) -> bool:
        return session.get("user", {}).get("role") == role

    return authorized


def admit(auth: Auth, request: Request, session: Session | None, authorized: Authorized | None) -> Session | Refusal:
    """*session* where *request* may pass with it, else why it may not."""
    for_page = "text/html" in request.headers.get("accept", "")
    if session is None:
        if request.method not in ("GET", "HEAD") or not for_page:
            return Refusal(401, "Sign in first.", for_page)
        here = request.path + (f"?{request.raw_query}" if request.raw_query else "")
        return Refusal(302, "Sign in first.", for_page, auth.site_of(request).base_url.to("signin", callbackUrl=here))
    if authorized and not authorized(session):
        return Refusal(403, "You may not do this.", for_page)
    return session
