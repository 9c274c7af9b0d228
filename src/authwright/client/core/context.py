"""The results of the client API: the state of the session, and the result of a sign-in. Runs on MicroPython too."""

from authwright.errors import SignInError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from typing import Any, Literal, TypeAlias

    from authwright.types import Session

    Status: TypeAlias = Literal["loading", "authenticated", "unauthenticated"]
    Update: TypeAlias = Callable[..., Coroutine[Any, Any, Session | None]]

LOADING = "loading"
AUTHENTICATED = "authenticated"
UNAUTHENTICATED = "unauthenticated"


class SessionContext:
    """The result of ``use_session()``: ``data, status, update``, as attributes or unpacked in this order.

    ``data`` is the session or None. ``status`` is ``loading``, ``authenticated`` or ``unauthenticated``.
    ``await update(data)`` changes the session on the server and returns the new session; ``await update()`` fetches it
    again.

    See https://next-auth.js.org/getting-started/client#usesession.
    """

    def __init__(self, data: "Session | None", status: "Status", update: "Update") -> "None":
        self.data = data
        self.status = status
        self.update = update

    def __iter__(self) -> "Iterator[Any]":
        return iter((self.data, self.status, self.update))

    def __eq__(self, other: "object") -> "bool":
        return isinstance(other, SessionContext) and self.data == other.data and self.status == other.status

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> "str":
        return "SessionContext(status=" + repr(self.status) + ")"


class SignInResult:
    """The result of a sign-in.

    ``ok`` is True only if the call did what it was asked to do: the user is signed in, the mail was sent, ``url`` is
    the provider's page, or (``sign_in()`` without a provider) ``url`` is the sign-in page. Otherwise ``error`` says why
    and ``url`` is None.

    ``error`` is v4's code (``CredentialsSignin``), the message of the app's ``CredentialsError``, or one of ours:
    ``FetchError`` (no response, or an invalid one), ``MissingCSRF`` (the server did not get the cookie of the CSRF
    token back), ``UnknownProvider`` and ``RateLimited``. ``code`` is the code of the ``CredentialsError``. ``status``
    is the HTTP status, or 0 if there is no response.

    See https://next-auth.js.org/getting-started/client#using-the-redirect-false-option.
    """

    def __init__(
        self, error: "str | None", status: "int", ok: "bool", url: "str | None", code: "str | None" = None
    ) -> "None":
        self.error = error
        self.status = status
        self.ok = ok
        self.url = url
        self.code = code

    def raise_for_error(self) -> "None":
        """Raise an exception if the sign-in failed.

        Raises:
            SignInError: ``code`` is the code of the app's ``CredentialsError``, or otherwise the ``error``.
        """
        if self.error is None:
            return
        failure = SignInError(self.error)
        failure.code = self.code or self.error
        failure.status = self.status
        if self.code:
            # The app has written the text for the user.
            failure.message = self.error
        raise failure

    def __eq__(self, other: "object") -> "bool":
        if not isinstance(other, SignInResult):
            return False
        mine = (self.error, self.status, self.ok, self.url, self.code)
        return mine == (other.error, other.status, other.ok, other.url, other.code)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> "str":
        return "SignInResult(error=%r, status=%r, ok=%r)" % (self.error, self.status, self.ok)  # noqa: UP031
