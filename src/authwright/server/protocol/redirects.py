"""Callback URLs: the page that the browser is redirected to at the end of a flow.

Rule 1: a callback URL in a request must be a path of this site or an absolute http(s) URL, and short enough for its
        cookie. Any other value is replaced by the origin, and no callback function sees it.
Rule 2: by default only URLs of this site's origin are allowed. Any other URL is replaced by the origin (v4's redirect
        callback).
Rule 3: the app's own ``redirect`` callback may choose any URL, such as ``myapp://done``, except a URL such as
        ``javascript:``, which would run a script in the page that navigates to it.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from authwright.errors import InvalidCallbackUrl
from authwright.server.protocol.urls import ascii_url, is_local_path, origin_of

# Browsers drop a cookie of more than 4096 bytes, including its name and attributes (RFC 6265 section 6.1).
_ENCODED_LIMIT = 3500
# A URL with a space or a control character in front does not match. Browsers would drop that character.
_SCHEME = re.compile(r"(?!(?:javascript|data|vbscript):)[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_AFTER_PATH = re.compile(r"[?#].*", re.DOTALL)


def check_callback_url(url: str) -> str:
    """Check a callback URL from a request and return it in ASCII.

    Raises:
        InvalidCallbackUrl: *url* is neither a path of this site nor an http(s) URL, or is too long.
    """
    # Two harmless characters are allowed: a space, which browsers and v4 read as %20, and a \ after a ? or #. There a
    # browser does not read it as a slash, and window.location.href, the client's default, may contain it.
    plain = _AFTER_PATH.sub(lambda tail: tail[0].replace("\\", "%5C"), url.replace(" ", "%20"))
    checked = ascii_url(plain)
    if len(quote(checked, safe="")) > _ENCODED_LIMIT:
        raise InvalidCallbackUrl("callbackUrl is too long.")
    if not is_local_path(plain) and origin_of(plain) is None:
        raise InvalidCallbackUrl("callbackUrl must be a path of this site or an http(s) URL.")
    return checked


def default_redirect(url: str, origin: str) -> str:
    """Return *url* if it is a path or a URL of *origin*, else *origin* (v4's redirect callback)."""
    if is_local_path(url):
        return origin + url
    return url if origin_of(url) == origin else origin


def is_navigable(url: str) -> bool:
    """Return whether a flow can end at *url*, the result of the app's redirect callback: a path or an absolute URL."""
    return is_local_path(url.replace(" ", "%20")) or _SCHEME.match(url) is not None


def absolute(url: str, origin: str) -> str:
    """Return *url*, the result of the app's redirect callback, as an absolute URL that is valid in a header."""
    url = url.replace(" ", "%20")
    return ascii_url(origin + url if is_local_path(url) else url)
