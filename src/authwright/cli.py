"""The command ``authwright``: ``demo`` runs a small app to try, ``secret`` makes a secret."""

from __future__ import annotations

import argparse
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; answers the exit status."""
    options = _parser().parse_args(arguments)
    if options.command == "secret":
        print(secrets.token_urlsafe(32))
        return 0
    try:
        from authwright.demo.serve import serve
    except ImportError as error:
        print(f"The demo needs {error.name}: pip install 'authwright[demo]'", file=sys.stderr)
        return 1
    serve(port=options.port, database=options.database, npm=options.npm)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="authwright", description="NextAuth.js v4 in Python.")
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help="run a small app to try: http://localhost:3000")
    demo.add_argument("--port", type=int, default=3000, help="the port on localhost (default: %(default)s)")
    demo.add_argument(
        "--database",
        type=Path,
        default=Path("authwright-demo.db"),
        help="the SQLite file for users and sessions (default: %(default)s)",
    )
    demo.add_argument("--npm", type=Path, help="the node_modules with PyScript and MicroPython, for the page /browser")
    commands.add_parser("secret", help="print a new random secret")
    return parser
