"""The ``Auth`` of the site: database sessions on one of the stores, and three ways to sign in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from authwright import Auth, Callbacks, SessionOptions
from authwright.adapters.base import Adapter
from authwright.providers import OIDC, Credentials, Email
from authwright.types import Session, User

STORES = ("postgresql", "mariadb", "redis", "sqlite", "django")
COOKIE = "next-auth.session-token"
CLIENT_ID, CLIENT_SECRET = "site", "a client secret of the benchmark"
_SECRET = "the secret of the benchmark, long enough"  # noqa: S105 - it guards nothing


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the site finds what it needs.

    Args:
        store: One of ``STORES``.
        url: The URL of the store.
        mail: The URL of the mail server, if links are sent.
        issuer: The identity provider, if there is one.
        update_age: Seconds between two writes of one session.
    """

    store: str
    url: str
    mail: str = ""
    issuer: str = ""
    update_age: int = 86400


def make_auth(place: Place) -> Auth:
    """Return an ``Auth`` that accepts any user name and any password."""
    providers: list[Any] = [Credentials(authorize=accept, fields={"username": {"label": "Username"}})]
    if place.mail:
        providers.append(Email(server=place.mail))
    if place.issuer:
        corp = OIDC(id="corp", name="Corp", issuer=place.issuer, client_id=CLIENT_ID, client_secret=CLIENT_SECRET)
        providers.append(corp)
    return Auth(
        secret=_SECRET,
        base_url="http://localhost:3000/api/auth",
        providers=providers,
        adapter=make_adapter(place),
        session=SessionOptions(strategy="database", update_age=place.update_age),
        callbacks=Callbacks(session=with_id),
    )


def accept(credentials: dict[str, str]) -> User:
    """Return the user of that name."""
    name = credentials["username"]
    return User(id=name, name=name, email=address_of(name))


def address_of(name: str) -> str:
    """Return the e-mail address of the user *name*, which is how the benchmarks recognise a session."""
    return f"{name}@example.com"


def with_id(session: Session, user: User) -> dict[str, Any]:
    """Put the user's id into the session."""
    return {**session, "user": {**session["user"], "id": user.id}}


def make_adapter(place: Place) -> Adapter:
    """Return the adapter for the store."""
    if place.store == "redis":
        from authwright.adapters.redis import RedisAdapter

        return RedisAdapter(place.url)
    if place.store == "django":
        from authwright.adapters.django import DjangoAdapter

        return DjangoAdapter()
    from authwright.adapters.sqlalchemy import SQLAlchemyAdapter

    return SQLAlchemyAdapter(place.url, create_tables=True)
