"""E-mail addresses as identities. The address that a link is sent to is exactly the address that signs in.

Rule 1: NFKC is applied before all checks (CWE-180), because it changes U+FF20 to ``@`` and U+212A to ``k``.
Rule 2: anything that a mail parser could read as several addresses or as another address is rejected, not repaired:
        quotes, commas, comments, route syntax, white space, control and invisible characters.
Rule 3: the result is ASCII in lower case, with an internationalized domain as its A-label (RFC 5890), so that it is
        also the envelope's recipient. Normalizing the result again does not change it.
Rule 4: a domain that IDNA 2003 and IDNA 2008 map to different names (RFC 5894 section 7.2) is rejected.
"""

from __future__ import annotations

import re
import unicodedata

from authwright.errors import EmailSignin

__all__ = ["normalize_email"]

# RFC 5321 section 4.1.2, Dot-string.
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"})
_LOCAL_LIMIT, _DOMAIN_LIMIT, _LIMIT = 64, 253, 254


def normalize_email(identifier: str) -> str:
    """Return the normalized address of *identifier*.

    Raises:
        EmailSignin: *identifier* is not exactly one plain address.
    """
    if len(identifier) > 4 * _LIMIT:
        raise EmailSignin("The address is too long.")
    text = unicodedata.normalize("NFKC", identifier).strip()
    if any(unicodedata.category(character) in _INVISIBLE for character in text):
        raise EmailSignin("The address contains white space, control or invisible characters.")
    local, at, domain = text.lower().partition("@")
    if not at or "@" in domain:
        raise EmailSignin("The address does not contain exactly one @.")
    if len(local) > _LOCAL_LIMIT or not _LOCAL.fullmatch(local):
        raise EmailSignin("The part before the @ is too long or contains unsupported characters.")
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
        raise EmailSignin("The domain is not a valid internationalized name.")
    return ascii_domain.decode("ascii")


def _check_domain(domain: str) -> str:
    labels = domain.split(".")
    plain = len(domain) <= _DOMAIN_LIMIT and all(_LABEL.fullmatch(label) for label in labels)
    # RFC 3696 section 2: if the last label has only digits, the domain is an IP address, not a name.
    if not plain or len(labels) < 2 or labels[-1].isdigit():
        raise EmailSignin("The domain is not a valid name with at least one dot.")
    return domain
