"""Every built-in page, with defaults for the values that a test does not pass."""

from __future__ import annotations

from authwright.server.pages import BuiltInPages, Page, ProviderForm
from server.pages.document import Document, read

API = "https://app.example/api/auth"
OAUTH = ProviderForm(id="corp", name="Corp", type="oauth", action=f"{API}/signin/corp")
EMAIL = ProviderForm(id="email", name="Email", type="email", action=f"{API}/signin/email")
PASSWORD = ProviderForm(
    id="credentials",
    name="Credentials",
    type="credentials",
    action=f"{API}/callback/credentials",
    fields={"username": {"label": "Username"}, "password": {"label": "Password", "type": "password"}},
)


class Shown:
    """The pages of *built_in*, with defaults for the values that a test does not pass."""

    def __init__(self, built_in: BuiltInPages) -> None:
        self.built_in = built_in

    def signin(self, *forms: ProviderForm, language: str = "", error: str | None = None, **values: str) -> Document:
        values = {"csrf_token": "c5rf", "callback_url": "/home"} | values
        page = self.built_in.signin(
            accept_language=language, forms=forms or (OAUTH, EMAIL, PASSWORD), error=error, **values
        )
        return read(page)

    def all(self, language: str = "") -> dict[str, Page]:
        """Return every page, by its ``data-page``."""
        form = {"accept_language": language, "csrf_token": "c5rf", "callback_url": "/home"}
        place = {"accept_language": language, "origin": "https://app.example"}
        pages = self.built_in
        return {
            "signin": pages.signin(forms=(OAUTH, EMAIL, PASSWORD), error="CredentialsSignin", **form),
            "signout": pages.signout(action=f"{API}/signout", **form),
            "error": pages.error(error="AccessDenied", signin_url=f"{API}/signin", **place),
            "verify-request": pages.verify_request(**place),
            "confirm-email": pages.confirm_email(action=f"{API}/callback/email", email="a@b.c", token="t0k", **form),
            "problem": pages.problem(status=404, code="NotFound", **place),
        }
