"""All exceptions that authwright raises.

    AuthwrightError                 code, status, message (safe to show), detail (for the log)
    |-- ConfigurationError          an option is invalid, or the tables are wrong (also a ValueError)
    |-- RequestError                an invalid request
    |   |-- BadRequest              400
    |   |   `-- AmbiguousHost       ``trust_host``: several values in a forwarded header
    |   |-- InvalidCallbackUrl      never a response: the flow ends at the origin instead
    |   |-- NotFound                404
    |   |-- MethodNotAllowed        405
    |   `-- PayloadTooLarge         413
    |-- SignInError                 a failed sign-in; ``code`` is v4's, as in ``/error?error=CODE``
    |   |-- CredentialsError        raised by an app's ``authorize``; its message is shown
    |   |-- CredentialsSignin       the credentials are invalid
    |   |-- AccessDenied            a callback or the adapter denied the sign-in
    |   |-- AccountNotLinked        the account or its e-mail address belongs to another user
    |   |-- SessionRequired         linking an account requires a session
    |   |-- OAuthSignin             the authorization request cannot be built
    |   |-- AuthorizationRefused    the provider returned an error, or the user cancelled
    |   |-- OAuthCallbackError      a response from the provider is invalid
    |   |   `-- TokenRequestRefused the token endpoint returned an error (RFC 6749 section 5.2)
    |   |-- OAuthCreateAccount      the user of a provider's account could not be created
    |   |-- EmailSignin             the address is invalid, or the mail could not be sent
    |   |   `-- InvalidEmail        the address is not exactly one plain e-mail address
    |   |-- EmailCreateAccount      the user of a link could not be created
    |   `-- Verification            the link is unknown, used or expired
    |-- TokenRefreshError           no valid access token is available; ``code`` says why
    |-- LastWayIn                   the account is the user's only way to sign in
    |-- SessionTooLarge             the session's cookies would be too large; 413
    |-- InvalidToken                the token was not issued here, was changed or has expired
    |-- Conflict                    raised by an adapter: an entry already exists, or its user does not
    `-- AdapterError                the store failed; 503

``message`` is safe to show to anyone. ``detail`` is for the log and says what to do. Neither contains a secret, a token
or a code. This module also runs on MicroPython: no typing, no dataclasses.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    _ValueError = ValueError
else:
    # A class of MicroPython can have only one built-in base class.
    _ValueError = object if sys.implementation.name == "micropython" else ValueError

__all__ = [
    "AccessDenied",
    "AccountNotLinked",
    "AdapterError",
    "AmbiguousHost",
    "AuthorizationRefused",
    "AuthwrightError",
    "BadRequest",
    "ConfigurationError",
    "Conflict",
    "CredentialsError",
    "CredentialsSignin",
    "EmailCreateAccount",
    "EmailSignin",
    "InvalidCallbackUrl",
    "InvalidEmail",
    "InvalidToken",
    "LastWayIn",
    "MethodNotAllowed",
    "NotFound",
    "OAuthCallbackError",
    "OAuthCreateAccount",
    "OAuthSignin",
    "PayloadTooLarge",
    "RequestError",
    "SessionRequired",
    "SessionTooLarge",
    "SignInError",
    "TokenRefreshError",
    "TokenRequestRefused",
    "Verification",
]


class AuthwrightError(Exception):
    """The base class: ``code`` is for programs, ``status`` for HTTP, ``message`` for users, ``detail`` for the log."""

    code = "Error"
    status = 400
    message = "Something went wrong."

    def __init__(self, detail: "str" = "") -> "None":
        super().__init__(detail or self.message)
        self.detail: "str" = detail or self.message


class ConfigurationError(AuthwrightError, _ValueError):
    """An option is invalid, or the tables of the store are not as the adapter needs them.

    Raised at construction, or by the first call that detects the problem. The text names the option, the problem and
    the remedy.
    """

    code = "Configuration"
    status = 500
    message = "There is a problem with the server configuration."

    def __init__(self, option: "str", problem: "str", remedy: "str") -> "None":
        super().__init__(option + ": " + problem + " " + remedy)
        self.option = option


class RequestError(AuthwrightError):
    """A request is invalid."""

    code = "BadRequest"


class BadRequest(RequestError):
    """The request is malformed: an unreadable body, a repeated parameter, a value of the wrong type."""

    message = "The request is not valid."


class AmbiguousHost(BadRequest):
    """With ``trust_host``, Host or a forwarded header has more than one value, so the host is unknown."""


class InvalidCallbackUrl(RequestError):
    """``callbackUrl`` is neither a path of this site nor an http(s) URL. The flow ends at the origin instead.

    It is logged as INVALID_CALLBACK_URL_ERROR, v4's name for it.
    """

    code = "InvalidCallbackUrl"
    message = "The callback URL is not valid."


class NotFound(RequestError):
    """The action or the provider does not exist."""

    code = "NotFound"
    status = 404
    message = "This page does not exist."


class MethodNotAllowed(RequestError):
    """The action does not support this method; ``allow`` lists the methods it supports (RFC 9110 section 15.5.6)."""

    code = "MethodNotAllowed"
    status = 405
    message = "This address does not support this type of request."

    def __init__(self, allow: "Iterable[str]") -> "None":
        super().__init__()
        self.allow: "tuple[str, ...]" = tuple(allow)


class PayloadTooLarge(RequestError):
    """The body is larger than the limit (RFC 9110 section 15.5.14)."""

    code = "PayloadTooLarge"
    status = 413
    message = "The request is too large."


class SignInError(AuthwrightError):
    """A sign-in failed. The browser is redirected to ``/error`` or ``/signin`` with ``?error=CODE``."""

    code = "Signin"
    status = 401
    message = "Unable to sign in."


class CredentialsError(SignInError):
    """Raise this in ``authorize`` to tell the user why the sign-in failed.

    The text of any other exception is not sent to the browser.

    Args:
        message: The text for the user, which ``signIn`` returns as ``error``.
        code: The code for programs, which ``signIn`` returns as ``code``.
    """

    def __init__(self, message: "str", code: "str" = "credentials") -> "None":
        super().__init__(message)
        self.message = message
        self.code = code


class CredentialsSignin(SignInError):
    """The credentials are invalid, or ``authorize`` failed (v4 code CredentialsSignin)."""

    code = "CredentialsSignin"
    message = "The sign-in details are not correct."


class AccessDenied(SignInError):
    """The ``sign_in`` or ``jwt`` callback, or the adapter, denied the sign-in (v4 code AccessDenied)."""

    code = "AccessDenied"
    status = 403
    message = "You do not have permission to sign in."


class AccountNotLinked(SignInError):
    """The account or its e-mail address belongs to another user (v4 code OAuthAccountNotLinked)."""

    code = "OAuthAccountNotLinked"
    message = "This account belongs to another user. Please sign in as you did before."


class SessionRequired(SignInError):
    """Linking an account was started without a session (v4 code SessionRequired)."""

    code = "SessionRequired"
    message = "Please sign in first."


class OAuthSignin(SignInError):
    """The authorization request cannot be built: the metadata or endpoint is unusable (v4 code OAuthSignin)."""

    code = "OAuthSignin"


class AuthorizationRefused(SignInError):
    """The provider returned an error (RFC 6749 section 4.1.2.1), or the user cancelled (v4 code Callback)."""

    code = "Callback"


class OAuthCallbackError(SignInError):
    """A response from a provider is invalid (v4 code OAuthCallback). ``detail`` says why."""

    code = "OAuthCallback"


class TokenRequestRefused(OAuthCallbackError):
    """The token endpoint returned an error (RFC 6749 section 5.2). ``error`` is its code, such as invalid_grant.

    ``ends_grant`` is whether a refresh token was refused for good, so that the user must sign in again.
    """

    def __init__(self, detail: "str", error: "str", ends_grant: "bool" = False) -> "None":
        super().__init__(detail)
        self.error = error
        self.ends_grant = ends_grant


class OAuthCreateAccount(SignInError):
    """The user of a provider's account could not be created (v4 code OAuthCreateAccount)."""

    code = "OAuthCreateAccount"


class EmailSignin(SignInError):
    """The address is invalid, or the mail could not be sent (v4 code EmailSignin)."""

    code = "EmailSignin"
    message = "The email could not be sent to this address."


class InvalidEmail(EmailSignin):
    """The address is not exactly one plain e-mail address, so it cannot be stored. ``detail`` says why."""

    message = "This is not a valid email address."


class EmailCreateAccount(SignInError):
    """The user of an e-mail link could not be created (v4 code EmailCreateAccount)."""

    code = "EmailCreateAccount"


class Verification(SignInError):
    """The link is unknown, has been used or has expired (v4 code Verification)."""

    code = "Verification"
    status = 403
    message = "This sign-in link has already been used or has expired."


class TokenRefreshError(AuthwrightError):
    """No valid access token is available for the user's account with a provider. ``code`` says why:

    ``NotSignedIn``: the request has no session. ``NoAccount``: the user has no account with the provider.
    ``NoRefreshToken``: the access token has expired and there is no refresh token.
    ``RefreshTokenDead``: the provider rejected the refresh token, which was deleted. After any of these, the user must
    sign in with the provider (again). ``RefreshFailed``: the provider sent no valid response; try again later.
    """

    message: "str" = "Please sign in with the provider again."

    def __init__(self, code: "str", detail: "str") -> "None":
        super().__init__(detail)
        self.code = code
        self.status: int = 401
        if code == "RefreshFailed":
            self.status = 503
            self.message = "The provider is not responding. Please try again soon."


class LastWayIn(AuthwrightError):
    """The account cannot be unlinked, because it is the user's only way to sign in."""

    code = "LastWayIn"
    status = 409
    message = "This is your only way to sign in. Please link another account first."


class SessionTooLarge(AuthwrightError):
    """A sign-in or an update would make the session's cookies too large for servers and proxies.

    The old session stays valid. ``detail`` gives the size, the limit, the largest claim and how to fix it.
    """

    code = "SessionTooLarge"
    status = 413
    message = "Your session contains too much data."


class InvalidToken(AuthwrightError):
    """A token was not issued here, was changed, is for another purpose or has expired. The text never contains it."""

    code = "InvalidToken"
    status = 401
    message = "The token is not valid."


class Conflict(AuthwrightError):
    """The entry already exists, or its user does not exist. Adapters raise this if a write would violate that rule."""

    code = "Conflict"
    status = 409
    message = "This entry already exists."


class AdapterError(AuthwrightError):
    """A method of the adapter or of the revocation store failed, or the store did not respond in time.

    The text contains the name of the method, and the type of the cause or the time limit. ``retry_after`` is the value
    of the header ``Retry-After``, in seconds.

    Args:
        method: The name of the method.
        cause: The exception that it raised.
        timeout: The limit in seconds, if the store work of the request took longer than that.
    """

    code = "Callback"
    status = 503
    retry_after = 5
    message = "You cannot sign in right now. Please try again soon."

    def __init__(self, method: "str", cause: "BaseException", timeout: "float | None" = None) -> "None":
        failure = " failed with " + type(cause).__name__
        if timeout is not None:
            failure = " was cancelled, because the store work of one request took more than " + str(timeout) + " s"
        super().__init__("adapter." + method + failure + ". Check the store and its connection.")
        self.method = method
