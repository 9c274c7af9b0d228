"""The results of the client API: the state of the session, and the result of a sign-in. Runs on MicroPython too."""

from authwright.errors import SignInError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar, Final

    from authwright.client.core.session_types import Authenticated as Authenticated
    from authwright.client.core.session_types import Loading as Loading
    from authwright.client.core.session_types import SessionContext as SessionContext
    from authwright.client.core.session_types import Status as Status
    from authwright.client.core.session_types import Unauthenticated as Unauthenticated
    from authwright.client.core.session_types import Update
    from authwright.types import AnySession

LOADING: "Final" = "loading"
AUTHENTICATED: "Final" = "authenticated"
UNAUTHENTICATED: "Final" = "unauthenticated"

if not TYPE_CHECKING:

    class SessionContext:
        """The result of ``use_session()``: ``data, status, update``, as attributes or unpacked in this order.

        It is a ``Loading``, an ``Unauthenticated`` or an ``Authenticated``. ``data`` is the session or None. ``status``
        is ``loading``, ``unauthenticated`` or ``authenticated``. ``await update(data)`` changes the session on the
        server and returns the new session; ``await update()`` fetches it again.

        See https://next-auth.js.org/getting-started/client#usesession.
        """

        __match_args__ = ("data", "status", "update")

        def __init__(self, data, status, update):
            self.data = data
            self.status = status
            self.update = update

        def __class_getitem__(cls, session_type):
            return cls

        def __iter__(self):
            return iter((self.data, self.status, self.update))

        def __len__(self):
            return 3

        def __getitem__(self, index):
            return (self.data, self.status, self.update)[index]

        def __eq__(self, other):
            return isinstance(other, SessionContext) and self.data == other.data and self.status == other.status

        __hash__ = None

        def __repr__(self):
            return type(self).__name__ + "(status=" + repr(self.status) + ")"

    class Loading(SessionContext):
        """The session is being fetched or updated. ``data`` is the session during an update, otherwise None."""

    class Unauthenticated(SessionContext):
        """The user is signed out. ``data`` is None."""

    class Authenticated(SessionContext):
        """The user is signed in. ``data`` is the session."""

    try:
        # A type checker takes a SessionContext for a tuple, so it also matches ``case (data, "loading", _)``.
        from collections.abc import Sequence

        Sequence.register(SessionContext)
    except ImportError:
        # MicroPython, which has no ``match``.
        pass


def session_context(
    data: "AnySession | None", status: "Status", update: "Update[AnySession]"
) -> "SessionContext[AnySession]":
    """Return the ``SessionContext`` of the class that belongs to *status*."""
    kinds: dict[str, Any] = {LOADING: Loading, UNAUTHENTICATED: Unauthenticated, AUTHENTICATED: Authenticated}
    context: SessionContext[AnySession] = kinds[status](data, status, update)
    return context


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

    __hash__: "ClassVar[None]" = None  # type: ignore[assignment]

    def __repr__(self) -> "str":
        return "SignInResult(error=%r, status=%r, ok=%r)" % (self.error, self.status, self.ok)  # noqa: UP031
