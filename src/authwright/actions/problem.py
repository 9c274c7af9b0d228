"""What cannot be answered: a clear page for a person, JSON for a program, a line in the log; never a traceback."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from authwright.actions.request import wants_json
from authwright.errors import AdapterError, AmbiguousHost, AuthwrightError, MethodNotAllowed, RequestError
from authwright.http import JSON, NO_STORE, Request, Response
from authwright.strict_json import dump

if TYPE_CHECKING:
    from authwright.auth import Auth


def answer_problem(auth: Auth, request: Request, error: Exception) -> Response:
    """The answer to *request* where *error* came of it."""
    if isinstance(error, AmbiguousHost):
        # Until the proxy is configured, each request fails.
        auth.log.error("TRUST_HOST", error.detail)
    elif isinstance(error, RequestError):
        auth.log.debug(error.code, error.detail)
    elif isinstance(error, AdapterError):
        auth.log.error("ADAPTER_ERROR", error.detail)
    else:
        auth.log.error("UNEXPECTED_ERROR", error)
    known = error if isinstance(error, AuthwrightError) else None
    status, code = (known.status, known.code) if known else (500, "Error")
    response = _json(auth, request, known, status, code) if _is_program(request) else _page(auth, request, status, code)
    if isinstance(error, MethodNotAllowed):
        response.headers.append(("Allow", ", ".join(error.allow)))
    if isinstance(error, AdapterError):
        response.headers.append(("Retry-After", str(error.retry_after)))
    return response


def _json(auth: Auth, request: Request, error: AuthwrightError | None, status: int, code: str) -> Response:
    body = {"message": error.message if error else AuthwrightError.message, "code": code}
    if _wants_url(request):
        # next-auth/react reads data.url of whatever a POST answers, and throws where there is none.
        shown = code if isinstance(error, AdapterError) else "Callback"
        # Where the request names no site, there is no URL to name either.
        with suppress(AuthwrightError):
            body["url"] = auth.site_of(request).base_url.to("error", error=shown)
    return Response(status, [JSON, *NO_STORE], dump(body))


def _page(auth: Auth, request: Request, status: int, code: str) -> Response:
    pages = auth.built_in_pages
    language = request.headers.get("accept-language", "")
    page = pages.problem(accept_language=language, status=status, code=code, origin=auth.home_of(request))
    return Response(page.status, list(pages.headers), page.html.encode())


def _is_program(request: Request) -> bool:
    return "text/html" not in request.headers.get("accept", "") or _wants_url(request)


def _wants_url(request: Request) -> bool:
    try:
        return wants_json(request)
    except RequestError:
        return False
