"""One Django site for all tests of a process, because Django can be set up only once; on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar
from uuid import uuid4

import django
import psycopg
import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.backends.signals import connection_created
from sqlalchemy import URL

T = TypeVar("T")


class Router:
    """Routes all queries to the database of the current test."""

    alias = "default"

    def db_for_read(self, model: object, **hints: object) -> str:
        return Router.alias

    db_for_write = db_for_read


def _turn_sync_off(connection: Any, **others: object) -> None:
    """Do not wait for the disk: no test cuts the power."""
    if connection.vendor == "sqlite":
        # The tests count the queries of Django's own cursors.
        connection.connection.execute("PRAGMA synchronous=OFF")


def configure() -> None:
    """Set Django up, unless it is set up already."""
    if settings.configured:
        return
    connection_created.connect(_turn_sync_off)
    settings.configure(
        SECRET_KEY="a secret of Django's for tests",
        ALLOWED_HOSTS=["localhost", "testserver"],
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3"},
            "postgres": {"ENGINE": "django.db.backends.postgresql"},
        },
        DATABASE_ROUTERS=["support.django_site.Router"],
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "django.contrib.sessions",
            "authwright.adapters.django",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        ROOT_URLCONF="support.django_urls",
        USE_TZ=True,
        TIME_ZONE="UTC",
        LOGGING_CONFIG=None,
    )
    django.setup()


async def orm(work: Callable[[], T]) -> T:
    """Run *work*, which uses Django's ORM, in a thread; close its connections and return its result."""

    def whole() -> T:
        try:
            return work()
        finally:
            connections.close_all()

    return await sync_to_async(whole, thread_sensitive=False)()


@pytest.fixture(scope="session")
def django_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Migrate the database ``default``, a SQLite file, and return its alias."""
    configure()
    connections.settings["default"]["NAME"] = str(tmp_path_factory.mktemp("django") / "site.db")
    return _migrated("default")


@pytest.fixture(scope="session")
def django_on_postgres(postgres_server: URL) -> Iterator[str]:
    """Create and migrate the database ``postgres``, and yield its alias."""
    configure()
    server = postgres_server.set(drivername="postgresql").render_as_string(hide_password=False)
    name = f"authwright_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")  # type: ignore[call-overload]
        connections.settings["postgres"].update(as_django_knows(postgres_server.set(database=name)))
        yield _migrated("postgres")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[call-overload]


def as_django_knows(url: URL) -> dict[str, Any]:
    """Convert *url* to an entry of Django's ``DATABASES``."""
    parts = {"NAME": url.database, "USER": url.username, "PASSWORD": url.password, "HOST": url.host, "PORT": url.port}
    return {name: str(part or "") for name, part in parts.items()}


def _migrated(alias: str) -> str:
    Router.alias = alias
    call_command("migrate", database=alias, verbosity=0)
    connections.close_all()
    return alias


@pytest.fixture(params=["sqlite", "postgres"])
def site(request: pytest.FixtureRequest) -> str:
    """A Django site without users, on each database; the value is the alias of the database."""
    return empty(request.getfixturevalue(f"django_on_{request.param}"))


@pytest.fixture
def sqlite_site(django_on_sqlite: str) -> str:
    """A Django site without users, on SQLite."""
    return empty(django_on_sqlite)


def empty(alias: str) -> str:
    """Use the database *alias*, and delete the records of earlier tests in it."""
    from django.contrib.auth.models import User
    from django.contrib.sessions.models import Session

    from authwright.adapters.django.models import VerificationToken

    Router.alias = alias
    for model in (User, VerificationToken, Session):
        model.objects.all().delete()
    connections.close_all()
    return alias
