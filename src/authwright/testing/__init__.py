"""Tools to test your app: a fake identity provider, an outbox for e-mails, and the cookies of a signed-in browser.

If authwright is installed, pytest provides the fixtures ``fake_idp``, ``outbox`` and ``signed_in``.
"""

from authwright.testing.fake_idp import FakeIdP, FakeUser
from authwright.testing.outbox import Mail, Outbox
from authwright.testing.signed_in import session_cookies

__all__ = ["FakeIdP", "FakeUser", "Mail", "Outbox", "session_cookies"]
