"""What the server's response to a sign-in or a sign-out means. Runs on MicroPython too.

Rule 1: a URL is an error only if it is below the API's own ``/error`` or ``/signin`` (for a sign-out also
        ``/signout``). ``?error=`` in any other URL belongs to the app.
Rule 2: the API's own URL is the one that the server writes into ``signinUrl`` of its providers. The client may reach
        the server by another URL, such as ``NEXTAUTH_URL_INTERNAL``.
Rule 3: a sign-in by e-mail has succeeded only if the server shows that it has sent the mail, and one with an OAuth
        provider only if the server names the provider's page.
"""

from authwright.client.core.text import is_navigable, query_of, unquote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

# The server has not received the cookie of the CSRF token, or the client has no token to send.
MISSING_CSRF = "MissingCSRF"
# There is no response, or it is not one of the REST API.
FETCH_ERROR = "FetchError"


def failure_of_status(status: "int") -> "str":
    """Return the error for a response whose status or body is not that of a success."""
    return "RateLimited" if status == 429 else FETCH_ERROR


def public_base(details: "Mapping[str, object]", default: "str") -> "str":
    """Return the URL of the API according to the server's *details* of a provider, or *default* if it is missing."""
    url = details.get("signinUrl")
    base = url.rpartition("/signin/")[0] if isinstance(url, str) else ""
    return base or default


def sign_in_failure(kind: "object", base: "str", status: "int", url: "object") -> "str | None":
    """Return the error code of a sign-in, or None if it succeeded.

    Args:
        kind: The provider's type: ``credentials``, ``email`` or another.
        base: The URL of the API, from ``public_base``.
        status: The HTTP status.
        url: The URL in the response.
    """
    if not isinstance(url, str) or status == 429:
        return failure_of_status(status)
    error = _error_of(base, url)
    if error or not 200 <= status < 300:
        return error or failure_of_status(status)
    if kind == "email":
        # Any other page comes from the app's sign_in callback, which has refused to send the mail.
        return None if _page_of(base, url) == "verify-request" else "AccessDenied"
    if kind != "credentials" and not (is_navigable(url) and "://" in url):
        return "OAuthSignin"
    return None


def sign_out_failure(base: "str", status: "int", url: "object") -> "str | None":
    """Return the error code of a sign-out, or None if it succeeded."""
    if not isinstance(url, str) or not 200 <= status < 300:
        return failure_of_status(status)
    # v4 returns SIGNOUT?csrf=true if the token is refused. The API's public URL is unknown here.
    if _parts(url)[1].endswith("/signout") and query_of(url).get("csrf") == "true":
        return MISSING_CSRF
    return _error_of(base, url)


def leads_to(url: "str", end: "str", base: "str") -> "bool":
    """Return whether *url* is the callback URL *end*, which may be a path of the site of *base*."""
    origin, path = _parts(url)
    expected_origin, expected_path = _parts(end)
    expected_origin = expected_origin or _parts(base)[0]
    return (path, query_of(url)) == (expected_path, query_of(end)) and (
        not origin or not expected_origin or origin == expected_origin
    )


def _error_of(base: "str", url: "str") -> "str | None":
    if _page_of(base, url) not in ("error", "signin"):
        return None
    query = query_of(url)
    if query.get("csrf") == "true":
        return MISSING_CSRF
    return query.get("error") or "Signin"


def _page_of(base: "str", url: "str") -> "str | None":
    """Return the first segment of the path below *base*, or None if *url* is not below *base*."""
    origin, path = _parts(url)
    base_origin, base_path = _parts(base)
    if origin and base_origin and origin != base_origin:
        return None
    below = base_path if base_path.endswith("/") else base_path + "/"
    return path[len(below) :].partition("/")[0] if path.startswith(below) else None


def _parts(url: "str") -> "tuple[str, str]":
    """Return the origin of *url*, or "" if there is none, and its decoded path."""
    plain = url.partition("#")[0].partition("?")[0]
    scheme, mark, rest = plain.partition("://")
    if not mark:
        return "", unquote(plain) or "/"
    host, slash, path = rest.partition("/")
    return (scheme + mark + host).lower(), unquote(slash + path) or "/"
