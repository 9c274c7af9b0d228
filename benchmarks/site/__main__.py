"""Serve the site: ``python -m benchmarks.site --store sqlite --url sqlite+aiosqlite:////tmp/auth.db --port 8000``.

The set-ups differ in what happens before the server starts:

- ``one``: nothing. One process.
- ``preload``: the process uses the store, synchronously and on an event loop that ends, and then serves.
- ``forks``: it does the same, then forks two workers and goes on using the store beside them.

Exit status 3: the parent of the workers read the session of another user. Above 128: a worker was ended by a signal.
"""

from __future__ import annotations

import argparse
import asyncio
import faulthandler
import logging
import os
import signal
import socket
import sys
import time
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

import uvicorn

from authwright import Auth
from authwright.types import AdapterSession, User
from benchmarks.site.auth import COOKIE, STORES, Place, address_of, make_auth

SETUPS = ("one", "preload", "forks")
WORKERS = 2
WRONG_SESSION = 3
_PARENT = f"parent-{os.getpid()}"


def main() -> int:
    """Serve until SIGTERM; return the exit status."""
    faulthandler.enable()
    # Cookies that a stranger made up are warnings.
    logging.basicConfig(level=logging.ERROR)
    parser = argparse.ArgumentParser(prog="python -m benchmarks.site")
    parser.add_argument("--store", choices=STORES, required=True)
    parser.add_argument("--url", required=True)
    parser.add_argument("--mail", default="")
    parser.add_argument("--issuer", default="")
    parser.add_argument("--update-age", type=int, default=86400)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--loop", choices=("asyncio", "uvloop"), default="asyncio")
    parser.add_argument("--setup", choices=SETUPS, default="one")
    options = parser.parse_args()
    place = Place(**{field.name: getattr(options, field.name) for field in fields(Place)})
    auth, app = make_site(place)
    settings = {"loop": options.loop, "log_level": "warning", "access_log": False, "timeout_graceful_shutdown": 5}
    # A user may wait for their turn to sign in, and uvicorn closes a connection that is idle for five seconds.
    settings["timeout_keep_alive"] = 60
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=options.port, **settings))
    if options.setup == "one":
        server.run()
        return 0
    token = use_the_store(auth)
    if options.setup == "preload":
        server.run()
        return 0
    return serve_in_workers(server, auth, token, options.port)


def make_site(place: Place) -> tuple[Auth, Any]:
    """Return the ``Auth`` and the application."""
    if place.store == "django":
        from benchmarks.site import django_site

        django_site.set_up(place.url)
        auth = make_auth(place)
        return auth, django_site.make_app(auth)
    from benchmarks.site import fastapi_site

    auth = make_auth(place)
    return auth, fastapi_site.make_app(auth)


def use_the_store(auth: Auth) -> str:
    """Create a session on a loop of its own, and read it without one; return its token."""
    now = datetime.now(UTC)
    token = os.urandom(16).hex()
    session = AdapterSession(session_token=token, user_id="", expires=now + timedelta(days=30), created=now)
    asyncio.run(auth.adapter.sign_up(User(id="", name=_PARENT, email=address_of(_PARENT)), None, session))
    if not is_the_parents(auth, token):
        raise SystemExit(WRONG_SESSION)
    return token


def is_the_parents(auth: Auth, token: str) -> bool:
    """Read the parent's own session; return whether it is that."""
    session = auth.get_server_session_sync({COOKIE: token})
    return session is not None and session["user"]["email"] == address_of(_PARENT)


def serve_in_workers(server: uvicorn.Server, auth: Auth, token: str, port: int) -> int:
    """Fork workers that share a socket, and use the store in the parent until one of them ends."""
    listening = socket.create_server(("127.0.0.1", port), backlog=1024)
    workers = [_fork(server, listening) for _ in range(WORKERS)]
    # The workers are asked to end where this ends.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    try:
        while True:
            ended, status = os.waitpid(-1, os.WNOHANG)
            if ended:
                workers.remove(ended)
                code = os.waitstatus_to_exitcode(status)
                return code if code >= 0 else 128 - code
            if not is_the_parents(auth, token):
                print("The parent read another session than its own.", file=sys.stderr)
                return WRONG_SESSION
            time.sleep(0.02)
    finally:
        for worker in workers:
            os.kill(worker, signal.SIGTERM)
            os.waitpid(worker, 0)


def _fork(server: uvicorn.Server, listening: socket.socket) -> int:
    worker = os.fork()
    if worker:
        return worker
    try:
        server.run([listening])
        os._exit(0)
    finally:
        os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
