"""The results of the client API: the state of the session, and the result of a sign-in. Runs on MicroPython too."""

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

    ``error`` is None, v4's error code (``CredentialsSignin``), the message of the app's ``CredentialsError``, or
    ``FetchError`` if the server cannot be reached. ``code`` is the code of the ``CredentialsError``. ``status`` is the
    HTTP status, or 0 if there is no response. ``ok`` is true if the status is 2xx. ``url`` is the URL to go to next, or
    None if there is an error.

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

    def __eq__(self, other: "object") -> "bool":
        if not isinstance(other, SignInResult):
            return False
        mine = (self.error, self.status, self.ok, self.url, self.code)
        return mine == (other.error, other.status, other.ok, other.url, other.code)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> "str":
        return "SignInResult(error=%r, status=%r, ok=%r)" % (self.error, self.status, self.ok)  # noqa: UP031
