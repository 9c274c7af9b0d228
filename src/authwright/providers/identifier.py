"""E-mail addresses as identities: what a link is sent to is what it signs in, to the byte.

Rule 1: NFKC first, then every check (CWE-180): U+FF20 becomes ``@`` under NFKC, and U+212A becomes ``k``.
Rule 2: what could make a mail parser see two addresses, or another one, is refused rather than repaired: quotes,
        commas, comments, route syntax, white space, control and invisible characters.
Rule 3: the result is ASCII in lower case, with an internationalised domain as its A-label (RFC 5890), so that the
        envelope's recipient is the identity itself. Normalising it again changes nothing.
Rule 4: a domain that IDNA 2003 and IDNA 2008 read as two different ones (RFC 5894 section 7.2) is refused.
"""

from __future__ import annotations

import re
import unicodedata

from authwright.errors import EmailSignin

# RFC 5321 section 4.1.2, Dot-string.
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"})
_LOCAL_LIMIT, _DOMAIN_LIMIT, _LIMIT = 64, 253, 254


def normalize_email(identifier: str) -> str:
    """The address that *identifier* names.

    Raises:
        EmailSignin: It is not exactly one plain address.
    """
    if len(identifier) > 4 * _LIMIT:
        raise EmailSignin("The address is too long.")
    text = unicodedata.normalize("NFKC", identifier).strip()
    if any(unicodedata.category(character) in _INVISIBLE for character in text):
        raise EmailSignin("The address holds white space, control or invisible characters.")
    local, at, domain = text.lower().partition("@")
    if not at or "@" in domain:
        raise EmailSignin("The address does not hold exactly one @.")
    if len(local) > _LOCAL_LIMIT or not _LOCAL.fullmatch(local):
        raise EmailSignin("The part before the @ is no plain ASCII name.")
    address = f"{local}@{_check_domain(_ascii_domain(domain))}"
    if len(address) > _LIMIT:
        raise EmailSignin("The address is too long.")
    return address


def _ascii_domain(domain: str) -> str:
    if domain.isascii():
        return domain
    try:
        ascii_domain = domain.encode("idna").lower()
        same = ascii_domain.decode("idna") == domain
    except UnicodeError:
        same = False
    if not same:
        raise EmailSignin("The domain is not a valid internationalised name.")
    return ascii_domain.decode("ascii")


def _check_domain(domain: str) -> str:
    labels = domain.split(".")
    plain = len(domain) <= _DOMAIN_LIMIT and all(_LABEL.fullmatch(label) for label in labels)
    # RFC 3696 section 2: a last label of digits alone is an IP address, not a name.
    if not plain or len(labels) < 2 or labels[-1].isdigit():
        raise EmailSignin("The domain is no name with a dot in it.")
    return domain
