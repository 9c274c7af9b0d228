"""Every error that authwright raises.

    AuthwrightError                 code, status, message (safe to show), detail (for the log)
    |-- ConfigurationError          an option that cannot work, refused at construction (also a ValueError)
    |-- RequestError                a request that nobody can answer
    |   |-- BadRequest              400
    |   |   `-- AmbiguousHost       with ``trust_host``, more than one value in a forwarded header
    |   |-- InvalidCallbackUrl      400
    |   |-- NotFound                404
    |   |-- MethodNotAllowed        405
    |   `-- PayloadTooLarge         413
    |-- SignInError                 a sign-in that was refused; ``code`` is v4's, as in ``/error?error=CODE``
    |   |-- CredentialsError        raised by an app's ``authorize``: its message reaches the browser
    |   |-- CredentialsSignin       the credentials do not match
    |   |-- AccessDenied            the ``sign_in`` callback said no
    |   |-- AccountNotLinked        the account or its e-mail address belongs to another user
    |   |-- SessionRequired         linking an account needs a session
    |   |-- OAuthSignin             the way to the provider could not be found
    |   |-- AuthorizationRefused    the provider answered an error, or the person said no there
    |   |-- OAuthCallbackError      what the provider answered breaks a rule
    |   |   `-- TokenRequestRefused the token endpoint answered an error (RFC 6749 section 5.2)
    |   |-- OAuthCreateAccount      the user of a provider's account could not be made
    |   |-- EmailSignin             the mail could not be sent, or its address is none
    |   |-- EmailCreateAccount      the user of a link could not be made
    |   `-- Verification            the link is unknown, used or too old
    |-- TokenRefreshError           there is no fresh access token of an account; ``code`` says why
    |-- LastWayIn                   an account that cannot be unlinked: its user could not sign in any more
    |-- SessionTooLarge             a session whose cookies would be too large; 413
    |-- InvalidToken                a token that is not ours, was changed or has expired
    |-- Conflict                    raised by an adapter: the store has such a user or account already
    `-- AdapterError                the store failed; 503

``message`` may be shown to anyone and never holds evidence; ``detail`` is for the log and says what to do about it.
Neither ever holds a secret, a token or a code. This module also runs on MicroPython: no typing, no dataclasses.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

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
    """The root: ``code`` is for programs, ``status`` for HTTP, ``message`` for people, ``detail`` for the log."""

    code = "Error"
    status = 400
    message = "Something went wrong."

    def __init__(self, detail: "str" = "") -> "None":
        super().__init__(detail or self.message)
        self.detail = detail or self.message


class ConfigurationError(AuthwrightError, ValueError):
    """An option that cannot work. Raised at construction; names the option, what is wrong and the remedy."""

    code = "Configuration"
    status = 500
    message = "The server is not set up correctly; its log says what is wrong."

    def __init__(self, option: "str", problem: "str", remedy: "str") -> "None":
        super().__init__(option + ": " + problem + " " + remedy)
        self.option = option


class RequestError(AuthwrightError):
    """A request that nobody can answer as it stands."""

    code = "BadRequest"


class BadRequest(RequestError):
    """The request is malformed: an unreadable body, a repeated parameter, a value of the wrong type."""

    message = "The request could not be understood."


class AmbiguousHost(BadRequest):
    """With ``trust_host``, Host or a forwarded header has more than one value, so the site is unknown."""


class InvalidCallbackUrl(RequestError):
    """``callbackUrl`` is neither a path of this site nor an http(s) URL (v4: INVALID_CALLBACK_URL_ERROR)."""

    code = "InvalidCallbackUrl"
    message = "The address to return to is not valid."


class NotFound(RequestError):
    """No such action or provider."""

    code = "NotFound"
    status = 404
    message = "There is nothing here."


class MethodNotAllowed(RequestError):
    """The action exists but not for this method; ``allow`` lists those that it takes (RFC 9110 section 15.5.6)."""

    code = "MethodNotAllowed"
    status = 405
    message = "This address does not take requests of that kind."

    def __init__(self, allow: "Iterable[str]") -> "None":
        super().__init__()
        self.allow = tuple(allow)


class PayloadTooLarge(RequestError):
    """The body is larger than the limit (RFC 9110 section 15.5.14)."""

    code = "PayloadTooLarge"
    status = 413
    message = "The request is too large."


class SignInError(AuthwrightError):
    """A sign-in that was refused. ``code`` becomes ``/error?error=CODE``."""

    code = "Signin"
    status = 401
    message = "Unable to sign in."


class CredentialsError(SignInError):
    """Raise it in ``authorize`` to tell the browser why: the message and the code reach it, unlike any other exception.

    Args:
        message: What the person reads, and what ``signIn`` answers as ``error``.
        code: What a program reads, as ``code``.
    """

    def __init__(self, message: "str", code: "str" = "credentials") -> "None":
        super().__init__(message)
        self.message = message
        self.code = code


class CredentialsSignin(SignInError):
    """The credentials do not match, or ``authorize`` failed (v4 code CredentialsSignin)."""

    code = "CredentialsSignin"
    message = "These credentials do not match."


class AccessDenied(SignInError):
    """The ``sign_in`` callback refused (v4 code AccessDenied)."""

    code = "AccessDenied"
    status = 403
    message = "You may not sign in here."


class AccountNotLinked(SignInError):
    """The account or its e-mail address belongs to another user (v4 code OAuthAccountNotLinked)."""

    code = "OAuthAccountNotLinked"
    message = "This account belongs to another user. Sign in the way you did before."


class SessionRequired(SignInError):
    """A flow that links an account was started without a session (v4 code SessionRequired)."""

    code = "SessionRequired"
    message = "Please sign in first."


class OAuthSignin(SignInError):
    """The way to the provider could not be found: its metadata, its endpoint (v4 code OAuthSignin)."""

    code = "OAuthSignin"


class AuthorizationRefused(SignInError):
    """The provider answered an error (RFC 6749 section 4.1.2.1), or the person said no there (v4 code Callback)."""

    code = "Callback"


class OAuthCallbackError(SignInError):
    """What a provider answered breaks a rule (v4 code OAuthCallback). It names the rule."""

    code = "OAuthCallback"


class TokenRequestRefused(OAuthCallbackError):
    """The token endpoint answered an error (RFC 6749 section 5.2): ``error`` is its code, such as invalid_grant."""

    def __init__(self, detail: "str", error: "str") -> "None":
        super().__init__(detail)
        self.error = error


class OAuthCreateAccount(SignInError):
    """The user of a provider's account could not be made (v4 code OAuthCreateAccount)."""

    code = "OAuthCreateAccount"


class EmailSignin(SignInError):
    """The address is none, or the mail could not be sent (v4 code EmailSignin)."""

    code = "EmailSignin"
    message = "No mail could be sent to this address."


class EmailCreateAccount(SignInError):
    """The user of an e-mail link could not be made (v4 code EmailCreateAccount)."""

    code = "EmailCreateAccount"


class Verification(SignInError):
    """The link is unknown, has been used or has expired (v4 code Verification)."""

    code = "Verification"
    status = 403
    message = "This sign-in link has been used or has expired."


class TokenRefreshError(AuthwrightError):
    """There is no fresh access token of a user's account with a provider. ``code`` says why:

    ``NotSignedIn``: the request carries no session. ``NoAccount``: the user has no account there.
    ``NoRefreshToken``: the access token has expired, and the provider gave nothing to refresh it with.
    ``RefreshTokenDead``: the provider takes the refresh token no more; it was cleared. After these four the person has
    to sign in with the provider (again). ``RefreshFailed``: the provider did not answer, or with nonsense; try later.
    """

    message = "Please sign in with the provider again."

    def __init__(self, code: "str", detail: "str") -> "None":
        super().__init__(detail)
        self.code = code
        self.status = 401
        if code == "RefreshFailed":
            self.status, self.message = 503, "The provider does not answer. Please try again in a moment."


class LastWayIn(AuthwrightError):
    """An account that cannot be unlinked: without it, its user could not sign in any more."""

    code = "LastWayIn"
    status = 409
    message = "This is your only way to sign in. Link another one first."


class SessionTooLarge(AuthwrightError):
    """A sign-in or an update that is refused because the session's cookies would be too large for servers and proxies.

    The old session stays. ``detail`` names the size, the limit, the largest claim and the remedies.
    """

    code = "SessionTooLarge"
    status = 413
    message = "There is too much data in your session."


class InvalidToken(AuthwrightError):
    """A token that is not ours, was changed, serves another purpose or has expired. Its value is never in the text."""

    code = "InvalidToken"
    status = 401
    message = "The token is not valid."


class Conflict(AuthwrightError):
    """The store has such a user or account already. Adapters raise it where a uniqueness would be violated."""

    code = "Conflict"
    status = 409
    message = "There is such an entry already."


class AdapterError(AuthwrightError):
    """A method of the adapter failed: the store is down, refused or hangs. Names the method and the type of the cause.

    ``timeout`` is given if the store took longer than that for one request, in seconds.
    ``retry_after`` is how many seconds to wait, for the header ``Retry-After``.
    """

    code = "Callback"
    status = 503
    retry_after = 5
    message = "Sign-in is unavailable for the moment. Please try again."

    def __init__(self, method: "str", cause: "BaseException", timeout: "float | None" = None) -> "None":
        failure = " failed with " + type(cause).__name__
        if timeout is not None:
            failure = " was interrupted, because the store took more than " + str(timeout) + " s for one request"
        super().__init__("adapter." + method + failure + ": check the store and its connection.")
        self.method = method
