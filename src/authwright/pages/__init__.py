"""The built-in pages: sign-in, sign-out, error, verify-request, e-mail confirmation, and what cannot be answered.

They need no script and nothing from elsewhere. Jinja is imported when the first page is asked for: the import costs
start-up time, and an app with pages of its own may never need it.
"""

from authwright.pages.built_in import BuiltInPages, Page
from authwright.pages.forms import ProviderForm

__all__ = ["BuiltInPages", "Page", "ProviderForm"]
