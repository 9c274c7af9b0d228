"""The types of ``SessionContext`` and its three classes, for type checkers and readers. ``context.py`` has the classes.

Rule 1: a ``SessionContext`` is a union, so ``status``, ``match`` and ``isinstance`` narrow it.
Rule 2: its members are tuples, so that each name has its type after ``data, status, update = session``.
Rule 3: the public classes are no tuples, because mypy loses the types of a generic tuple in ``match``.

MicroPython has no typing, so nothing here is imported at run time.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from typing import Any, Generic, Literal, TypeAlias, final

from authwright.types import AnySession, SessionT

Status: TypeAlias = Literal["loading", "authenticated", "unauthenticated"]
RequiredStatus: TypeAlias = Literal["loading", "authenticated"]
Update: TypeAlias = Callable[..., Coroutine[Any, Any, AnySession | None]]
SyncUpdate: TypeAlias = Callable[..., AnySession | None]


class Loading(Generic[SessionT]):
    """The session is being fetched or updated. ``data`` is the session during an update, otherwise None."""

    __match_args__ = ("data", "status", "update")
    data: SessionT | None
    status: Literal["loading"]
    update: Callable[..., Any]

    def __iter__(self) -> Iterator[Any]:
        """Unpack ``data, status, update``."""
        raise NotImplementedError


class Unauthenticated(Generic[SessionT]):
    """The user is signed out. ``data`` is None."""

    __match_args__ = ("data", "status", "update")
    data: None
    status: Literal["unauthenticated"]
    update: Callable[..., Any]

    def __iter__(self) -> Iterator[Any]:
        """Unpack ``data, status, update``."""
        raise NotImplementedError


class Authenticated(Generic[SessionT]):
    """The user is signed in. ``data`` is the session."""

    __match_args__ = ("data", "status", "update")
    data: SessionT
    status: Literal["authenticated"]
    update: Callable[..., Any]

    def __iter__(self) -> Iterator[Any]:
        """Unpack ``data, status, update``."""
        raise NotImplementedError


@final
class _Loading(Loading[Any], tuple[SessionT | None, Literal["loading"], Update[SessionT]], Generic[SessionT]):
    data: SessionT | None
    update: Update[SessionT]


@final
class _Unauthenticated(
    Unauthenticated[Any], tuple[None, Literal["unauthenticated"], Update[SessionT]], Generic[SessionT]
):
    update: Update[SessionT]


@final
class _Authenticated(
    Authenticated[Any], tuple[SessionT, Literal["authenticated"], Update[SessionT]], Generic[SessionT]
):
    data: SessionT
    update: Update[SessionT]


@final
class _SyncLoading(Loading[Any], tuple[SessionT | None, Literal["loading"], SyncUpdate[SessionT]], Generic[SessionT]):
    data: SessionT | None
    update: SyncUpdate[SessionT]


@final
class _SyncUnauthenticated(
    Unauthenticated[Any], tuple[None, Literal["unauthenticated"], SyncUpdate[SessionT]], Generic[SessionT]
):
    update: SyncUpdate[SessionT]


@final
class _SyncAuthenticated(
    Authenticated[Any], tuple[SessionT, Literal["authenticated"], SyncUpdate[SessionT]], Generic[SessionT]
):
    data: SessionT
    update: SyncUpdate[SessionT]


# What use_session() returns: with AuthClient, update is a plain function; with required=True, there is a session.
SessionContext: TypeAlias = _Loading[AnySession] | _Unauthenticated[AnySession] | _Authenticated[AnySession]
RequiredSessionContext: TypeAlias = _Loading[AnySession] | _Authenticated[AnySession]
SyncSessionContext: TypeAlias = (
    _SyncLoading[AnySession] | _SyncUnauthenticated[AnySession] | _SyncAuthenticated[AnySession]
)
RequiredSyncSessionContext: TypeAlias = _SyncLoading[AnySession] | _SyncAuthenticated[AnySession]

# A function that is called with each new session. The first alternative gives the parameter of a lambda its type.
Consumer: TypeAlias = Callable[[SessionContext], object] | Callable[[SessionContext[AnySession]], object]
SyncConsumer: TypeAlias = Callable[[SyncSessionContext], object] | Callable[[SyncSessionContext[AnySession]], object]
