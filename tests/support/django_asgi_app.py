"""A Django site under uvicorn, with a synchronous and an asynchronous view, and visitors who ask both at once. Exits
with 0 if each of them saw their own session: ``python -m support.django_asgi_app URL``.
"""

from __future__ import annotations

import asyncio
import sys

import django
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import HttpRequest, JsonResponse
from django.urls import path

from authwright.adapters.conformance.samples import session
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter
from authwright.types import User
from support.apps import make_auth
from support.serving import Visitor, served

settings.configure(
    SECRET_KEY="not used",
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["*"],
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
)
django.setup()

USERS = range(30)
TURNS = 20
store = SQLAlchemyAdapter(sys.argv[1], create_tables=True)
auth = make_auth(adapter=store, strategy="database")


def in_a_thread(request: HttpRequest) -> JsonResponse:
    """A view that Django runs in asgiref's thread."""
    return JsonResponse(auth.get_server_session_sync(request) or {})


async def on_the_loop(request: HttpRequest) -> JsonResponse:
    """A view that Django runs on the server's loop."""
    return JsonResponse(await auth.get_server_session(request) or {})


urlpatterns = [path("thread", in_a_thread), path("loop", on_the_loop)]


async def sign_up() -> None:
    """Make the users."""
    for number in USERS:
        user = User(id="", name=f"user {number}", email=f"{number}@example.com")
        await store.sign_up(user, None, session(f"token-{number}"))


async def visit(port: int, number: int) -> None:
    """Ask both views, as the user of that number."""
    async with Visitor(port, f"next-auth.session-token=token-{number}") as visitor:
        for turn in range(TURNS):
            status, body = await visitor.get(("/thread", "/loop")[turn % 2])
            assert (status, body["user"]["name"]) == (200, f"user {number}")


async def visit_all(port: int) -> None:
    """Ask as all users at once."""
    await asyncio.gather(*(visit(port, number) for number in USERS))


if __name__ == "__main__":
    asyncio.run(sign_up())
    for loop in ("asyncio", "uvloop"):
        with served(get_asgi_application(), loop) as server_port:
            asyncio.run(visit_all(server_port))
