"""The demo's server: uvicorn."""

from __future__ import annotations

from pathlib import Path

import uvicorn

from authwright.demo.app import create_app


def serve(*, port: int, database: Path, npm: Path | None) -> None:
    """Serve the demo until it is interrupted.

    Args:
        port: The port on localhost.
        database: The SQLite file for users, sessions and e-mail links.
        npm: The ``node_modules`` folder with PyScript and MicroPython, for the page /browser.
    """
    print(f"The authwright demo runs at http://localhost:{port} with the database {database}.", flush=True)
    print("Press Ctrl-C to stop it.", flush=True)
    app = create_app(database=database, origin=f"http://localhost:{port}", npm=npm)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")
