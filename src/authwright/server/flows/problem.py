"""Requests that fail: an error page for a browser, JSON for a program, and a line in the log."""

from __future__ import annotations

import re
from contextlib import suppress

from authwright.errors import AdapterError, AmbiguousHost, AuthwrightError, MethodNotAllowed, RequestError
from authwright.http import JSON, NO_STORE, Request, Response
from authwright.server.context import Context
from authwright.server.flows.request import wants_json
from authwright.server.strict_json import dump

_PATH_LIMIT = 200
# A longer segment of a path may be a token.
_SEGMENT_LIMIT = 31


def answer_problem(context: Context, request: Request, error: Exception) -> Response:
    """Return the response to *request*, which failed with *error*."""
    if isinstance(error, AmbiguousHost):
        # Until the proxy is configured, each request fails.
        context.log.error("TRUST_HOST", error.detail)
    elif isinstance(error, RequestError):
        context.log.warning(_log_code(error), f"{request.method} {_shown_path(request.path)}: {error.detail}")
    elif isinstance(error, AdapterError):
        context.log.error("ADAPTER_ERROR", error.detail)
    else:
        context.log.error("UNEXPECTED_ERROR", error)
    known = error if isinstance(error, AuthwrightError) else None
    status, code = (known.status, known.code) if known else (500, "Error")
    response = (
        _json(context, request, known, status, code) if _is_program(request) else _page(context, request, status, code)
    )
    if isinstance(error, MethodNotAllowed):
        response.headers.append(("Allow", ", ".join(error.allow)))
    if isinstance(error, AdapterError):
        response.headers.append(("Retry-After", str(error.retry_after)))
    return response


def _log_code(error: AuthwrightError) -> str:
    """Return the code of *error* as the log writes codes: NOT_FOUND for NotFound."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", error.code).upper()


def _shown_path(path: str) -> str:
    segments = path[:_PATH_LIMIT].split("/")
    return "/".join(segment if len(segment) <= _SEGMENT_LIMIT else "[hidden]" for segment in segments)


def _json(context: Context, request: Request, error: AuthwrightError | None, status: int, code: str) -> Response:
    body = {"message": error.message if error else AuthwrightError.message, "code": code}
    if _wants_url(request):
        # next-auth/react reads data.url of every response to a POST, and throws if it is missing.
        shown = code if isinstance(error, AdapterError) else "Callback"
        # If the request belongs to no site, there is no URL.
        with suppress(AuthwrightError):
            body["url"] = context.site_of(request).base_url.to("error", error=shown)
    return Response(status, [JSON, *NO_STORE], dump(body))


def _page(context: Context, request: Request, status: int, code: str) -> Response:
    pages = context.built_in_pages
    language = request.headers.get("accept-language", "")
    page = pages.problem(accept_language=language, status=status, code=code, origin=context.home_url(request))
    return Response(page.status, list(pages.headers), page.html.encode())


def _is_program(request: Request) -> bool:
    return "text/html" not in request.headers.get("accept", "") or _wants_url(request)


def _wants_url(request: Request) -> bool:
    try:
        return wants_json(request)
    except RequestError:
        return False
