"""The built-in pages: the texts, forms and HTTP status of each page."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from authwright.options import Theme
from authwright.providers.base import Style
from authwright.server.pages.forms import ProviderForm, view_forms
from authwright.server.pages.language import choose_language
from authwright.server.pages.render import render
from authwright.server.pages.stylesheet import make_stylesheet
from authwright.server.pages.translations import DEFAULT_LANGUAGE, TRANSLATIONS
from authwright.server.protocol.urls import origin_of

# v4 shows the same sentence for these codes.
_TRY_ANOTHER = ("Signin", "OAuthSignin", "OAuthCallback", "OAuthCreateAccount", "EmailCreateAccount", "Callback")
_OWN_SENTENCE = ("OAuthAccountNotLinked", "EmailSignin", "CredentialsSignin", "SessionRequired", "Default")
_SIGNIN_SENTENCES: Mapping[str, str] = dict.fromkeys(_TRY_ANOTHER, "Signin") | {code: code for code in _OWN_SENTENCE}

_ERROR_STATUS: Mapping[str, int] = {
    "Configuration": 500,
    "AccessDenied": 403,
    "Verification": 403,
    "SessionTooLarge": 413,
    "Default": 200,
}
_ERROR_CODES: Mapping[str, str] = {code.lower(): code for code in _ERROR_STATUS}

_PROBLEMS = frozenset({"BadRequest", "NotFound", "MethodNotAllowed", "PayloadTooLarge", "Callback", "Error"})


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its HTTP status and its HTML."""

    status: int
    html: str


class BuiltInPages:
    """The built-in pages. The argument ``accept_language`` of each method chooses the language of the page.

    Send the attribute ``headers`` with every page.

    Args:
        theme: The colours and the logo.
        styles: The colours of the providers' letters on their buttons, by provider id.
    """

    def __init__(self, theme: Theme, styles: Mapping[str, Style]) -> None:
        self._logo = theme.logo
        self._style = make_stylesheet(theme, styles)
        self.headers: tuple[tuple[str, str], ...] = (
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Security-Policy", _content_security_policy(self._style, theme.logo)),
            ("X-Frame-Options", "DENY"),
            ("X-Content-Type-Options", "nosniff"),
            # Do not send the URL to other sites: it may contain the token of a sign-in link. With no-referrer a browser
            # would send "Origin: null" with a form's POST (Fetch, "append a request Origin header").
            ("Referrer-Policy", "same-origin"),
            ("Cache-Control", "private, no-cache, no-store"),
            ("Pragma", "no-cache"),
            ("Expires", "0"),
            ("X-Robots-Tag", "noindex"),
        )

    def signin(
        self,
        *,
        accept_language: str,
        forms: Sequence[ProviderForm],
        csrf_token: str,
        callback_url: str,
        error: str | None = None,
        message: str | None = None,
        email: str = "",
        remember_me: bool = False,
    ) -> Page:
        """Render the sign-in page: one form for each provider.

        Args:
            accept_language: The request's header.
            forms: The forms in their order.
            csrf_token: The CSRF token for each form.
            callback_url: The URL to return to after sign-in.
            error: v4's error code, or None.
            message: The app's own error message, shown instead of the text for *error*.
            email: The initial value of the e-mail input.
            remember_me: Add a checkbox "Stay signed in" to each form.
        """
        language, words = _choose_words(accept_language)
        sentence = _SIGNIN_SENTENCES.get(error or "", "Default")
        html = self._render(
            "signin.html.j2",
            "signin",
            language,
            words,
            title=words["sign_in"],
            code=error if error in _SIGNIN_SENTENCES else None,
            alert=message or (words[f"signin.{sentence}"] if error else None),
            forms=view_forms(forms, words=words, email=email),
            hidden={"csrfToken": csrf_token, "callbackUrl": callback_url},
            remember_me=remember_me,
        )
        return Page(200, html)

    def signout(self, *, accept_language: str, action: str, csrf_token: str, callback_url: str) -> Page:
        """Render the page that asks whether to sign out. Its form posts to *action*."""
        notice = _Notice("signout", "leave", "signout.title", ("signout.text",), button="signout.button")
        hidden = {"csrfToken": csrf_token, "callbackUrl": callback_url}
        return self._notice(accept_language, notice, action=action, hidden=hidden)

    def error(self, *, accept_language: str, error: str, origin: str, signin_url: str) -> Page:
        """Render the page for v4's error code *error*, whose case is ignored. An unknown code is not shown."""
        code = _ERROR_CODES.get(error.lower(), "Default")
        text = (f"error.{code}.text", f"error.{code}.hint")
        shown = code if error.lower() in _ERROR_CODES else None
        notice = _Notice("error", "alert", f"error.{code}.title", text, code=shown, status=_ERROR_STATUS[code])
        # Another sign-in does not fix the server's configuration.
        retry = None if code == "Configuration" else signin_url
        return self._notice(accept_language, notice, retry=retry, origin=origin)

    def verify_request(self, *, accept_language: str, origin: str) -> Page:
        """Render the page that says that an e-mail was sent."""
        notice = _Notice("verify-request", "mail", "verify.title", ("verify.text", "verify.hint"))
        return self._notice(accept_language, notice, origin=origin)

    def confirm_email(
        self, *, accept_language: str, action: str, csrf_token: str, callback_url: str, email: str, token: str
    ) -> Page:
        """Render the page that a sign-in link opens. It shows *email*, and its button posts *token* to *action*."""
        notice = _Notice(
            "confirm-email", "mail", "confirm.title", ("confirm.text",), hint="confirm.hint", button="confirm.button"
        )
        hidden = {"csrfToken": csrf_token, "callbackUrl": callback_url, "email": email, "token": token}
        return self._notice(accept_language, notice, action=action, hidden=hidden, identity=email)

    def problem(self, *, accept_language: str, status: int, code: str, origin: str) -> Page:
        """Render the page for a request that failed. *code* is a code of ``authwright.errors``."""
        known = code in _PROBLEMS
        key = f"problem.{code if known else 'Error'}"
        notice = _Notice(
            "problem", "alert", f"{key}.title", (f"{key}.text",), code=code if known else None, status=status
        )
        return self._notice(accept_language, notice, origin=origin)

    def _notice(
        self,
        accept_language: str,
        notice: _Notice,
        *,
        action: str | None = None,
        hidden: Mapping[str, str] | None = None,
        identity: str | None = None,
        retry: str | None = None,
        origin: str | None = None,
    ) -> Page:
        language, words = _choose_words(accept_language)
        html = self._render(
            "notice.html.j2",
            notice.page,
            language,
            words,
            title=words[notice.title],
            code=notice.code,
            icon=notice.icon,
            lines=[words[key] for key in notice.text],
            hint=words[notice.hint] if notice.hint else None,
            button=words[notice.button] if notice.button else None,
            action=action,
            hidden=hidden or {},
            identity=identity,
            retry=retry,
            site=_Site(origin, words["home"]) if origin else None,
        )
        return Page(notice.status, html)

    def _render(self, template: str, page: str, language: str, words: Mapping[str, str], **values: object) -> str:
        return render(template, page=page, language=language, words=words, style=self._style, logo=self._logo, **values)


@dataclass(frozen=True, slots=True)
class _Notice:
    """A page with a short message. ``title``, ``text``, ``hint`` and ``button`` are keys of the translations."""

    page: str
    icon: str
    title: str
    text: tuple[str, ...]
    hint: str | None = None
    button: str | None = None
    code: str | None = None
    status: int = 200


class _Site:
    """The link to the site: to its origin, with the host name as text, or to "/" if the origin is unknown."""

    def __init__(self, origin: str, home: str) -> None:
        known = origin_of(origin)
        self.url = known or "/"
        self.name = known.partition("://")[2] if known else home


def _choose_words(accept_language: str) -> tuple[str, Mapping[str, str]]:
    language = choose_language(accept_language, TRANSLATIONS, DEFAULT_LANGUAGE)
    return language, TRANSLATIONS[language]


def _content_security_policy(style: str, logo: str) -> str:
    """Return a policy that allows only this style sheet and images.

    It does not restrict form-action, because Chromium also applies that directive to the redirect after a form's POST,
    which leads to the provider.
    """
    digest = b64encode(sha256(style.encode()).digest()).decode()
    images = " ".join(filter(None, ["'self'", "data:", origin_of(logo)]))
    directives = (
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        f"img-src {images}",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
    return "; ".join(directives)
