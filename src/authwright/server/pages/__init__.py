"""The built-in pages: sign-in, sign-out, error, verify-request, e-mail confirmation, and failed requests.

The pages use no scripts and no external resources. Jinja is imported when the first page is rendered, because the
import takes start-up time, and an app with its own pages may never need it.
"""

from authwright.server.pages.built_in import BuiltInPages, Page
from authwright.server.pages.forms import ProviderForm

__all__ = ["BuiltInPages", "Page", "ProviderForm"]
