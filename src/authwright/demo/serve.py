"""The demo's server: uvicorn."""

from __future__ import annotations

import socket
from contextlib import suppress
from pathlib import Path

import uvicorn

from authwright.demo.app import create_app


def listen(port: int) -> socket.socket:
    """Return a socket that listens on *port* of localhost. Raises ``OSError`` if the port cannot be used."""
    return socket.create_server(("127.0.0.1", port))


def serve(listening: socket.socket, *, port: int, database: Path, npm: Path | None) -> None:
    """Serve the demo until it is interrupted.

    Args:
        listening: The socket, from ``listen``.
        port: The port on localhost.
        database: The SQLite file for users, sessions and e-mail links.
        npm: The ``node_modules`` folder with PyScript and MicroPython, for the page /browser.
    """
    print(f"The authwright demo runs at http://localhost:{port} with the database {database}.", flush=True)
    print("Press Ctrl-C to stop it.", flush=True)
    app = create_app(database=database, origin=f"http://localhost:{port}", npm=npm)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    # Ctrl-C: uvicorn stops, and then raises the signal again.
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listening])
    if not server.started:
        raise SystemExit(1)
