"""The address that a user types into the sign-in form. The mail goes to exactly the address that signs in.

Rule 1: NFKC is applied first, so that full-width characters from an input method work. This is safe only here, because
        the mail goes to the result.
Rule 2: the result is converted to the normal form (``protocol.addresses``), and its domain must have a dot.
"""

from __future__ import annotations

import unicodedata

from authwright.errors import InvalidEmail
from authwright.server.protocol.addresses import normal_form

__all__ = ["normalize_email"]

_LIMIT = 1000


def normalize_email(identifier: str) -> str:
    """Return the normalized address of *identifier*, which a user has typed.

    Raises:
        InvalidEmail: *identifier* is not exactly one plain address.
    """
    # Check this first: NFKC can turn one character into 18.
    if len(identifier) > _LIMIT:
        raise InvalidEmail("The address is too long.")
    address = normal_form(unicodedata.normalize("NFKC", identifier))
    if "." not in address.partition("@")[2]:
        raise InvalidEmail("The domain is not a name with at least one dot.")
    return address
