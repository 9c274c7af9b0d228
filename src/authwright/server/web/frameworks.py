"""Convert the requests of web frameworks into our ``Request``, and set our cookies on their responses.

Requests are recognised by their attributes, so that no framework is imported: Starlette, FastAPI and Litestar requests
have ``scope``, Flask requests have ``environ``, Django requests have ``META``. An ASGI scope, a WSGI environ and a
dictionary of cookies are mappings. Other mappings, such as aiohttp's requests or headers, are refused: read as cookies,
they would make every user look signed out.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from http.cookies import Morsel
from typing import Any

from authwright.http import Cookie, Request, Response
from authwright.server.web import caching


def request_from(source: object) -> Request:
    """Return *source* as a ``Request``, without its body.

    Args:
        source: A request of Starlette, FastAPI, Litestar, Flask or Django, an ASGI scope, a WSGI environ, our own
            ``Request``, or a mapping of cookie names to values.

    Raises:
        TypeError: *source* is none of these.
    """
    if isinstance(source, Request):
        return source
    for attribute in ("scope", "environ", "META"):
        mapping = getattr(source, attribute, None)
        if isinstance(mapping, Mapping):
            return asgi_request(mapping) if attribute == "scope" else wsgi_request(mapping)
    if isinstance(source, Mapping):
        return _from_mapping(source)
    raise _unknown(source)


def _unknown(source: object) -> TypeError:
    return TypeError(
        f"A {type(source).__name__} is not a request. Pass a request of Starlette, FastAPI, Litestar, Flask or Django,"
        " an ASGI scope, a WSGI environ, or a mapping of cookie names to values, such as request.cookies."
    )


def asgi_request(scope: Mapping[str, Any], body: bytes = b"") -> Request:
    """Return the request of an ASGI HTTP or WebSocket *scope*.

    Only the cookies and the host are decoded at once: most requests need no other header.
    """
    query, headers, client = scope.get("query_string"), scope["headers"], scope.get("client")
    cookies, host = _cookies_and_host(headers)
    raw_path = scope.get("raw_path")
    root_path = scope.get("root_path", "").rstrip("/")
    return Request(
        scope.get("method", "GET"),
        full_path(scope.get("path", "/"), root_path),
        query=query.decode("latin-1") if query else "",
        headers=((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers),
        body=body,
        scheme=scope.get("scheme") or "http",
        root_path=root_path,
        client=client[0] if client else None,
        cookies=cookies,
        host=host,
        # Some test clients leave the query in raw_path.
        raw_path=raw_path.partition(b"?")[0].decode("latin-1") if raw_path else None,
        # Starlette's Mount keeps the root path of the outermost app, and its router.
        app_root=scope.get("app_root_path", root_path).rstrip("/"),
        router=scope.get("router"),
    )


def full_path(path: str, root_path: str) -> str:
    """Return *path* with *root_path* in front, if it is not there yet.

    The ASGI specification includes ``root_path`` in ``path``, and so does uvicorn. Granian, Hypercorn, Daphne and
    ``FastAPI(root_path=...)`` pass the path as the proxy sent it. A mount then appends its own path, which *path*
    contains, to *root_path*: so only the missing part is put in front.
    """
    if not root_path or is_below(path, root_path):
        return path
    ends = [index for index, character in enumerate(root_path) if character == "/" and index]
    longer = (root_path[:end] + path for end in (*ends, len(root_path)))
    return next((candidate for candidate in longer if is_below(candidate, root_path)), path)


def is_below(path: str, prefix: str) -> bool:
    """Return whether *path* is *prefix* or a path below it."""
    return path.startswith(prefix) and path[len(prefix) : len(prefix) + 1] in ("", "/")


def _cookies_and_host(headers: Iterable[tuple[bytes, bytes]]) -> tuple[str, str]:
    cookies = host = ""
    for name, value in headers:
        size = len(name)
        if size == 6 and name.lower() == b"cookie":
            # HTTP/2 may split the cookies into several headers (RFC 9113 section 8.2.3).
            cookies = f"{cookies}; {value.decode('latin-1')}" if cookies else value.decode("latin-1")
        elif size == 4 and name.lower() == b"host":
            host = value.decode("latin-1")
    return cookies, host


def wsgi_request(environ: Mapping[str, Any], body: bytes = b"") -> Request:
    """Return the request of a WSGI *environ* (PEP 3333), which holds UTF-8 text decoded as Latin-1."""
    headers = {key[5:].replace("_", "-"): value for key, value in environ.items() if key.startswith("HTTP_")}
    if environ.get("CONTENT_TYPE"):
        headers["content-type"] = environ["CONTENT_TYPE"]
    root_path = _decoded(environ.get("SCRIPT_NAME", ""))
    return Request(
        environ.get("REQUEST_METHOD", "GET"),
        root_path + _decoded(environ.get("PATH_INFO", "/")),
        query=environ.get("QUERY_STRING", ""),
        headers=headers,
        body=body,
        scheme=environ.get("wsgi.url_scheme") or "http",
        root_path=root_path,
        client=environ.get("REMOTE_ADDR"),
        host=environ.get("HTTP_HOST", ""),
        raw_path=_path_of_target(environ.get("REQUEST_URI") or environ.get("RAW_URI")),
    )


def _path_of_target(target: str | None) -> str | None:
    """Return the path of a request target, which may be in absolute form (RFC 9112 section 3.2.2)."""
    if not target:
        return None
    path = target.partition("?")[0]
    scheme, separator, rest = path.partition("://")
    return "/" + rest.partition("/")[2] if separator and "/" not in scheme else path


def set_cookies(response: Any, cookies: Iterable[Cookie]) -> None:
    """Set session *cookies* on a response of Starlette, FastAPI, Flask, Litestar or Django, or on our own ``Response``.

    The response becomes private (``caching``). If there are no cookies, it stays as it is.
    """
    cookies = list(cookies)
    if not cookies:
        return
    cache_control = caching.private(headers_of(response))
    if isinstance(response, Response):
        kept = [header for header in response.headers if not caching.governs_caching(header[0])]
        response.headers = [*kept, ("Cache-Control", cache_control)]
        response.cookies = [*response.cookies, *cookies]
        return
    headers: Any = getattr(response, "headers", None)
    if hasattr(headers, "__setitem__"):
        for name in {name for name, _ in headers_of(response) if caching.governs_caching(name)}:
            if name in headers:
                del headers[name]
        headers["Cache-Control"] = cache_control
    add = getattr(headers, "append", None) or getattr(headers, "add", None)
    for cookie in cookies:
        if callable(add):
            add("Set-Cookie", cookie.serialize())
        else:
            _set_cookie(response, cookie)


def headers_of(response: Any) -> list[tuple[str, str]]:
    """Return the headers of a response, with a separate entry for each value of a repeated header."""
    if isinstance(response, Response):
        return list(response.headers)
    items = getattr(getattr(response, "headers", None), "items", None)
    return [(str(name), str(value)) for name, value in items()] if callable(items) else []


def _set_cookie(response: Any, cookie: Cookie) -> None:
    """Set *cookie* with ``set_cookie``, for a framework that allows only one value for each header (Django)."""
    response.set_cookie(
        cookie.name,
        cookie.value,
        max_age=cookie.max_age,
        expires=None if cookie.expires is None else _utc(cookie.expires),
        path=cookie.path,
        domain=cookie.domain,
        secure=cookie.secure,
        httponly=cookie.http_only,
        samesite=cookie.same_site.capitalize() if cookie.same_site else None,
    )
    if cookie.partitioned:
        response.cookies[cookie.name] = _partitioned(response.cookies[cookie.name])


class _PartitionedMorsel(Morsel[str]):
    """A cookie with the attribute ``Partitioned``, which Django does not have and Python has since 3.14."""

    def OutputString(self, attrs: Container[str] | None = None) -> str:  # noqa: N802
        return f"{super().OutputString(attrs)}; Partitioned"


def _partitioned(cookie: Morsel[str]) -> Morsel[str]:
    partitioned = _PartitionedMorsel()
    partitioned.set(cookie.key, cookie.value, cookie.coded_value)
    partitioned.update(cookie)
    return partitioned


def _utc(timestamp: float) -> object:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(timestamp, UTC)


def _from_mapping(mapping: Mapping[str, Any]) -> Request:
    # A visitor may also send cookies named "type" and "headers", but the values of cookies are strings.
    if mapping.get("type") in ("http", "websocket") and not isinstance(mapping.get("headers", ""), str):
        return asgi_request(mapping)
    if "REQUEST_METHOD" in mapping:
        return wsgi_request(mapping)
    request = Request("GET", "/", scheme="")
    request.cookies = _cookies_in(mapping)
    return request


def _cookies_in(mapping: Mapping[str, Any]) -> dict[str, str]:
    """Return the cookies in *mapping*. Raises ``TypeError`` if it is another mapping, such as a request or headers."""
    # By its class, not by its keys: a visitor chooses the names of cookies, and must not be able to cause an error.
    is_headers = "Headers" in type(mapping).__name__ or type(mapping).__name__.startswith("CIMultiDict")
    if is_headers or hasattr(mapping, "headers") or hasattr(mapping, "cookies"):
        raise _unknown(mapping)
    cookies = {name: value.value if isinstance(value, Morsel) else value for name, value in mapping.items()}
    if not all(isinstance(text, str) for pair in cookies.items() for text in pair):
        raise _unknown(mapping)
    return cookies


def _decoded(text: str) -> str:
    return text.encode("latin-1", "replace").decode("utf-8", "replace")
