"""For tests of your own app: an identity provider to sign in with, an outbox for mails, signed-in browsers.

pytest has the fixtures ``fake_idp``, ``outbox`` and ``signed_in`` wherever authwright is installed.
"""

from authwright.testing.fake_idp import FakeIdP, FakeUser
from authwright.testing.outbox import Mail, Outbox
from authwright.testing.signed_in import session_cookies

__all__ = ["FakeIdP", "FakeUser", "Mail", "Outbox", "session_cookies"]
