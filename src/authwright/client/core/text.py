"""URL encoding and date parsing for the client's core, because MicroPython has no urllib and no datetime."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
_DAYS_BEFORE_MONTH = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)


def quote(text: "str") -> "str":
    """Percent-encode *text* in UTF-8 (RFC 3986 section 2.1)."""
    return "".join(chr(b) if chr(b) in _UNRESERVED else "%%%02X" % b for b in text.encode())  # noqa: UP031


def ascii_path(path: "str") -> "str":
    """Percent-encode the blanks and the characters of other scripts in *path*, and leave the rest as it is."""
    return "".join(quote(one) if one == " " or one > "\x7f" else one for one in path)


def unquote(text: "str") -> "str":
    """Decode the percent-encoded *text*. A broken escape stays as it is."""
    parts = text.replace("+", " ").split("%")
    data = bytearray(parts[0].encode())
    for part in parts[1:]:
        try:
            data.append(int(part[:2], 16))
            data.extend(part[2:].encode())
        except ValueError:
            data.extend(b"%" + part.encode())
    try:
        return data.decode()
    except UnicodeError:
        return text


def urlencode(fields: "Mapping[str, object]") -> "str":
    """Encode *fields* as ``application/x-www-form-urlencoded``. None is left out; a bool becomes true or false."""
    return "&".join(
        quote(str(name)) + "=" + quote(_plain(value)) for name, value in fields.items() if value is not None
    )


def query_of(url: "str") -> "dict[str, str]":
    """Return the query parameters of *url*. If a name is repeated, the first value counts."""
    query = url.partition("#")[0].partition("?")[2]
    found = {}
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if name and unquote(name) not in found:
            found[unquote(name)] = unquote(value)
    return found


def is_navigable(url: "object") -> "bool":
    """Return whether a page may go to *url*: an http or https URL or a path.

    URLs with spaces or control characters are refused, because a browser strips some of them: ``java\\tscript:`` would
    be ``javascript:``.
    """
    if not isinstance(url, str) or not url or any(ord(character) <= 32 or ord(character) == 127 for character in url):
        return False
    scheme, colon, _ = url.partition(":")
    relative = any(mark in scheme for mark in "/?#") or not colon
    return relative or scheme.lower() in ("http", "https")


def seconds_of(date: "object") -> "float | None":
    """Return an ISO 8601 *date* in UTC, such as ``2026-01-31T12:00:00.000Z``, in seconds since the epoch, or None."""
    try:
        day, _, clock = date.partition("T")  # type: ignore[attr-defined]
        year, month, number = [int(part) for part in day.split("-")]
        hour, minute, second = clock.replace("Z", "").replace("+00:00", "").split(":")
        leap_days = _leap_days(year if month > 2 else year - 1) - _leap_days(1969)
        days = (year - 1970) * 365 + leap_days + _DAYS_BEFORE_MONTH[month - 1] + number - 1
        return days * 86400 + int(hour) * 3600 + int(minute) * 60 + float(second)
    except (ValueError, AttributeError, IndexError):
        return None


def _leap_days(year: "int") -> "int":
    return year // 4 - year // 100 + year // 400


def _plain(value: "object") -> "str":
    return str(value).lower() if isinstance(value, bool) else str(value)
