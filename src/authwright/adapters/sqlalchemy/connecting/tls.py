"""TLS to a database server, as requested by the options of its URL.

Rule 1: a connection is never less protected than the URL asks for. If two options differ, the stricter one counts.
Rule 2: the modes are those of libpq and MySQL: "require" encrypts, "verify-ca" also checks the certificate, and
        "verify-full" also checks the host name (https://www.postgresql.org/docs/current/libpq-ssl.html).
Rule 3: a certificate authority in the URL is always used, as libpq does for "require". Without one, the authorities of
        the system are used, as with ``sslrootcert=system``.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from enum import IntEnum

from authwright.errors import ConfigurationError


class Mode(IntEnum):
    """How a connection is protected."""

    OFF = 0
    PREFER = 1
    REQUIRE = 2
    VERIFY_CA = 3
    VERIFY_FULL = 4


_SPELLINGS = {
    Mode.OFF: ("disable", "disabled", "false", "0", "off", "no"),
    Mode.PREFER: ("allow", "prefer", "preferred"),
    Mode.REQUIRE: (
        *("require", "required", "true", "1", "on", "yes"),
        *("no-verify", "skip-verify", "accept_invalid_certs", '{"rejectunauthorized":false}'),
    ),
    Mode.VERIFY_CA: ("verify-ca", "verify_ca"),
    Mode.VERIFY_FULL: ("verify-full", "verify_full", "verify_identity", "strict", '{"rejectunauthorized":true}'),
}
_MODES = {spelling: mode for mode, spellings in _SPELLINGS.items() for spelling in spellings}
_VERSIONS = {"tlsv1": "1.2", "tlsv1.1": "1.2", "tlsv1.2": "1.2", "tlsv1.3": "1.3"}


def mode_of(value: str) -> Mode | None:
    """Return the mode that *value* means in any of the tools that write database URLs, or None if it is unknown."""
    return _MODES.get("".join(value.lower().split()))


def context_of(option: str, mode: Mode, files: Mapping[str, str]) -> ssl.SSLContext:
    """Return the context for a connection that is at least encrypted.

    Args:
        option: The option that contains the URL, for error messages.
        mode: How to protect the connection.
        files: The other options of the URL by their names in libpq: sslrootcert, sslcert, sslkey, sslpassword and
            ssl_min_protocol_version.

    Raises:
        ConfigurationError: A file cannot be read, or ssl_min_protocol_version is unknown.
    """
    authority = files.get("sslrootcert")
    try:
        context = ssl.create_default_context(cafile=None if authority == "system" else authority)
        if "sslcert" in files:
            context.load_cert_chain(files["sslcert"], files.get("sslkey"), files.get("sslpassword", ""))
    except (OSError, ValueError):
        # Drop the original error: it may quote the password of the key.
        problem = "a certificate or key that the URL names cannot be read."
        raise ConfigurationError(option, problem, "Check the files of sslrootcert=, sslcert= and sslkey=.") from None
    context.check_hostname = mode is Mode.VERIFY_FULL
    if mode < Mode.VERIFY_CA and not authority:
        context.verify_mode = ssl.CERT_NONE
    version = _VERSIONS.get(files.get("ssl_min_protocol_version", "TLSv1.2").lower())
    if version is None:
        problem = "ssl_min_protocol_version in the URL is unknown."
        raise ConfigurationError(option, problem, "Use TLSv1.2 or TLSv1.3.")
    context.minimum_version = ssl.TLSVersion.TLSv1_3 if version == "1.3" else ssl.TLSVersion.TLSv1_2
    return context
