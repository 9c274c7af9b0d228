"""E-mail addresses as identities: two addresses are the same address if their normal forms are equal.

Rule 1: an address is one local part, one ``@`` and one domain. White space around it is removed. Anything that a mail
        parser could read as several addresses or as another address is invalid: quotes, commas, comments, address
        literals, empty labels, white space, control and invisible characters.
Rule 2: the domain is in ASCII and in lower case, an internationalized one as UTS 46 maps it to A-labels (RFC 5890).
Rule 3: the local part is in NFC and in lower case. It may contain other scripts (RFC 6531).
Rule 4: an address is invalid if NFKC or lower case would turn a non-ASCII character of its local part into ASCII. So
        U+212A, the Kelvin sign, never makes the address of another user (CWE-180).
Rule 5: the normal form of a normal form is itself.
"""

from __future__ import annotations

import re
import unicodedata

from authwright.errors import InvalidEmail

__all__ = ["normal_form", "normal_form_or_none", "same_address"]

# RFC 5321 section 4.1.2, Dot-string, with the characters of RFC 6531 section 3.3.
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~\x80-\U0010ffff-]+"
_LOCAL = re.compile(rf"{_ATOM}(\.{_ATOM})*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"})
# Invisible letters, marks and symbols: fillers, joiners, variation selectors and the blank Braille pattern. The last
# one is U+FFFD, which replaces characters that cannot be decoded.
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef\ufffd]"
)
# In octets (RFC 5321 section 4.5.3.1, RFC 3696 erratum 1690).
_LOCAL_LIMIT, _DOMAIN_LIMIT, _LIMIT = 64, 253, 254


def normal_form(address: str) -> str:
    """Return the normal form of *address*.

    Raises:
        InvalidEmail: *address* is not exactly one plain address. The text does not repeat it.
    """
    # Limit the work first. The limit of RFC 5321 applies to the normal form, below.
    if len(address) > 4 * _LIMIT:
        raise InvalidEmail("The address is too long.")
    text = address.strip()
    if _BLANK.search(text) or any(unicodedata.category(character) in _INVISIBLE for character in text):
        raise InvalidEmail("The address contains white space, control or invisible characters.")
    local, at, domain = text.partition("@")
    if not at or "@" in domain:
        raise InvalidEmail("The address does not contain exactly one @.")
    normal = f"{_local_part(local)}@{_domain(domain)}"
    if len(normal.encode()) > _LIMIT:
        raise InvalidEmail("The address is too long.")
    return normal


def normal_form_or_none(address: object) -> str | None:
    """Return the normal form of *address*, or None if it is not a valid address."""
    try:
        return normal_form(address) if isinstance(address, str) else None
    except InvalidEmail:
        return None


def same_address(one: object, other: object) -> bool:
    """Return whether two values are equal, or are addresses with the same normal form."""
    normal = normal_form_or_none(one)
    return one == other or (normal is not None and normal == normal_form_or_none(other))


def _local_part(local: str) -> str:
    composed = unicodedata.normalize("NFC", local)
    # NFC itself turns U+212A into "K"; and it turns "I" with a combining dot into U+0130, whose lower case has an "i".
    if any(_becomes_ascii(character) for character in local + composed):
        raise InvalidEmail("The part before the @ contains a character that could be taken for an ASCII character.")
    normal = unicodedata.normalize("NFC", composed.lower())
    if len(normal.encode()) > _LOCAL_LIMIT or not _LOCAL.fullmatch(normal):
        raise InvalidEmail("The part before the @ is too long or contains unsupported characters.")
    return normal


def _becomes_ascii(character: str) -> bool:
    if character.isascii():
        return False
    mapped = unicodedata.normalize("NFKC", character) + character.lower()
    return any(one.isascii() for one in mapped)


def _domain(domain: str) -> str:
    name = (domain if domain.isascii() else _a_labels(domain)).lower()
    labels = name.split(".")
    plain = len(name) <= _DOMAIN_LIMIT and all(_LABEL.fullmatch(label) for label in labels)
    # RFC 3696 section 2: if the last label has only digits, the domain is an IP address, not a name.
    if not plain or labels[-1].isdigit():
        raise InvalidEmail("The domain is not a valid name.")
    return name


def _a_labels(domain: str) -> str:
    import idna

    try:
        return idna.encode(domain, uts46=True, std3_rules=True).decode("ascii")
    except ValueError:
        raise InvalidEmail("The domain is not a valid internationalized name.") from None
