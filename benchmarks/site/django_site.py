"""The site on Django under ASGI, with the same pages as on FastAPI; users and sessions are in Django's database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import django
from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.management import call_command
from django.db import connections
from django.http import HttpRequest, JsonResponse
from django.urls import path
from sqlalchemy import make_url

from authwright import Auth
from authwright.errors import AdapterError

auth: Auth
App = Callable[..., Awaitable[None]]


def set_up(url: str) -> None:
    """Configure Django for the PostgreSQL database *url*, and create the tables."""
    parts = make_url(url)
    database = {"NAME": parts.database, "USER": parts.username, "HOST": parts.host, "PORT": str(parts.port)}
    settings.configure(
        SECRET_KEY="the secret of the benchmark",  # noqa: S106 - it guards nothing
        ALLOWED_HOSTS=["*"],
        DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", **database}},
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "authwright.adapters.django"],
        ROOT_URLCONF=__name__,
        USE_TZ=True,
        LOGGING_CONFIG=None,
    )
    django.setup()
    call_command("migrate", verbosity=0)
    connections.close_all()


def make_app(given: Auth) -> App:
    """Return the ASGI application: the REST API next to Django."""
    global auth
    auth = given
    site = get_asgi_application()

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        is_ours = scope["type"] == "lifespan" or scope["path"].startswith("/api/auth/")
        await (given.asgi if is_ours else site)(scope, receive, send)

    return app


def in_a_thread(request: HttpRequest) -> JsonResponse:
    """Read the session in a synchronous view."""
    try:
        return shown(auth.get_server_session_sync(request))
    except AdapterError:
        return shown(None, 503)


async def on_the_loop(request: HttpRequest) -> JsonResponse:
    """Read the session in an asynchronous view."""
    try:
        return shown(await auth.get_server_session(request))
    except AdapterError:
        return shown(None, 503)


async def in_a_thread_of_asyncio(request: HttpRequest) -> JsonResponse:
    """Read the session in a thread that an asynchronous view has started."""
    return await asyncio.to_thread(in_a_thread, request)


def on_another_loop(request: HttpRequest) -> JsonResponse:
    """Read the session on a loop that a synchronous view has started."""
    return async_to_sync(on_the_loop)(request)


async def ping(request: HttpRequest) -> JsonResponse:
    """Do what does not concern the store, in a thread."""
    await asyncio.to_thread(int)
    return shown(None)


def shown(session: object, status: int = 200) -> JsonResponse:
    """Return *session* as JSON."""
    return JsonResponse(session, safe=False, status=status)


urlpatterns = [
    path("thread", in_a_thread),
    path("loop", on_the_loop),
    path("to-thread", in_a_thread_of_asyncio),
    path("own-loop", on_another_loop),
    path("ping", ping),
]
