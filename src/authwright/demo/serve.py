"""Runs the demo under uvicorn."""

from __future__ import annotations

from pathlib import Path

import uvicorn

from authwright.demo.app import create_app


def serve(*, port: int, database: Path, npm: Path | None) -> None:
    """Serve the demo at http://localhost:*port* until it is interrupted; users and sessions live in *database*."""
    print(f"authwright demo: http://localhost:{port}  (users and sessions in {database}; stop with Ctrl-C)", flush=True)
    app = create_app(database=database, origin=f"http://localhost:{port}", npm=npm)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")
