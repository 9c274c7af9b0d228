"""Errors of a token endpoint (RFC 6749 section 5.2), and which of them end a grant for good.

Rule 1: an empty ``error`` (null, "", false, 0, an empty list or object) is not an error. Some servers always send one.
Rule 2: a refused refresh token ends the grant. Only some providers send the code ``invalid_grant``; others send another
        code, a sentence, or only the status 400, 401 or 403.
Rule 3: a temporary failure does not end the grant: a status such as 429 or 503, a code such as
        ``temporarily_unavailable``.
Rule 4: an error about the client does not end the grant: it affects all users at once until the app's developer
        corrects it.
Rule 5: a page that is not JSON does not end the grant: it comes from a proxy or a firewall.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from authwright.errors import OAuthCallbackError
from authwright.providers.http import Reply

_CODE_LIMIT, _TEXT_LIMIT, _DEPTH_LIMIT = 64, 2000, 4
_SUCCESSES, _REFUSALS = (200, 201), (400, 401, 403)
_PASSING = (408, 425, 429)

# These are compared with text in lower case from which everything but letters was removed, so that ``RefreshToken``,
# ``refresh_token`` and "refresh token" are the same.
_NOT_LETTERS = re.compile("[^a-z]+")
_PASSES = re.compile(
    "temporar|unavailable|slowdown|ratelimit|toomany|throttl|quota|againlater|maintenance|timeout|timedout"
    "|servererror|internalerror|fatalerror"
)
_ABOUT_THE_GRANT_TYPE = re.compile("granttype|refreshtokengrant")
_ABOUT_THE_TOKEN = re.compile("refreshtoken")
_ABOUT_THE_CLIENT = re.compile("client|application|scope")


def error_code(members: Mapping[str, Any]) -> str:
    """Return the code of the error in a token response, or "" if there is none."""
    return _code(members.get("error"))


def _code(error: object) -> str:
    if isinstance(error, str):
        return error.strip()[:_CODE_LIMIT]
    if isinstance(error, Mapping) and error:
        # Facebook and others send an object. Its message can be any text, so it is not logged.
        return next((str(error[name])[:_CODE_LIMIT] for name in ("code", "type") if error.get(name)), "unspecified")
    if isinstance(error, (bool, int, float)) and error:
        return str(error)[:_CODE_LIMIT]
    return "unspecified" if error else ""


def ends_grant(response: Reply) -> bool:
    """Return whether *response*, which refuses a refresh token, means that the token will never be accepted again."""
    if response.status >= 500 or response.status in _PASSING:
        return False
    members = _members(response)
    code = error_code(members) if members is not None else ""
    if code == "invalid_grant":
        return True
    text = members if members is not None else response.body[:_TEXT_LIMIT].decode("utf-8", "replace")
    said = " ".join(_letters(text))
    if code == "invalid_client" or _PASSES.search(said) or _ABOUT_THE_GRANT_TYPE.search(said):
        return False
    if _ABOUT_THE_TOKEN.search(said) or "invalidgrant" in said:
        return True
    # RFC 6749 section 5.2: this challenge says that the client's Authorization header was refused.
    challenged = response.headers.get("www-authenticate", "").lower().startswith("basic")
    if members is None or challenged or _ABOUT_THE_CLIENT.search(said):
        return False
    return response.status in _REFUSALS or (response.status in _SUCCESSES and bool(code))


def _members(response: Reply) -> Mapping[str, Any] | None:
    """Return the JSON object in *response*, an empty object if the body is empty, or None if it is not an object."""
    try:
        return response.json() if response.body else {}
    except OAuthCallbackError:
        return None


def _letters(value: object, depth: int = 0) -> Iterator[str]:
    """Yield the letters of each text in *value*. Texts with a URL, such as a link to documentation, are skipped."""
    if isinstance(value, str):
        if "://" not in value:
            yield _NOT_LETTERS.sub("", value[:_TEXT_LIMIT].lower())
    elif isinstance(value, (Mapping, list)) and depth < _DEPTH_LIMIT:
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _letters(inner, depth + 1)
