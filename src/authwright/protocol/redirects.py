"""Callback URLs: where a flow ends.

Rule 1: what a request says is a path of this site or an absolute http(s) URL, short enough for its cookie; anything
        else is refused before any callback sees it (v4: INVALID_CALLBACK_URL_ERROR).
Rule 2: by default only this site's origin is allowed; any other URL leads to the origin (v4's redirect callback).
"""

from __future__ import annotations

import re
from urllib.parse import quote

from authwright.errors import InvalidCallbackUrl
from authwright.protocol.urls import ascii_url, is_local_path, origin_of

# A browser drops a cookie of over 4096 bytes with its name and attributes (RFC 6265 section 6.1).
_ENCODED_LIMIT = 3500
_BEHIND_PATH = re.compile(r"[?#].*", re.DOTALL)


def check_callback_url(url: str) -> str:
    """*url* in ASCII, if a flow may be asked to end there.

    Raises:
        InvalidCallbackUrl: It is neither a path of this site nor an http(s) URL, or is too long.
    """
    # None of Rule 1's tricks: a space, which browsers and v4 read as %20, and a \ behind a ? or #, where it is no slash
    # and where window.location.href, the client's default, has it as it is.
    plain = _BEHIND_PATH.sub(lambda tail: tail[0].replace("\\", "%5C"), url.replace(" ", "%20"))
    checked = ascii_url(plain)
    if len(quote(checked, safe="")) > _ENCODED_LIMIT:
        raise InvalidCallbackUrl("callbackUrl is too long.")
    if not is_local_path(plain) and origin_of(plain) is None:
        raise InvalidCallbackUrl("callbackUrl is neither a path of this site nor an http(s) URL.")
    return checked


def default_redirect(url: str, origin: str) -> str:
    """v4's redirect callback: a path or a URL of *origin* as it is, anything else *origin*."""
    if is_local_path(url):
        return origin + url
    return url if origin_of(url) == origin else origin


def absolute(url: str, origin: str) -> str:
    """What the app's own redirect callback answered, as an absolute URL that may stand in a header."""
    if is_local_path(url):
        url = origin + url
    return ascii_url(url)
