"""The command line: demo, secret and providers; and for a database migrate, cleanup, sessions and users."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

# What provides the modules that a command may lack.
_EXTRAS = {"aiosqlite": "sqlite", "asyncpg": "postgresql", "aiomysql": "mysql", "redis": "redis"}
_PORTS = range(1, 65536)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: The arguments. Default: ``sys.argv``.

    Returns:
        The exit status.
    """
    options = _parser().parse_args(arguments)
    if options.command == "secret":
        print(secrets.token_urlsafe(32))
        return 0
    if options.command == "providers":
        return _list_providers()
    if options.command in ("migrate", "cleanup", "sessions", "users"):
        return _on_database(options)
    return _serve_demo(options)


def _serve_demo(options: argparse.Namespace) -> int:
    if options.port not in _PORTS:
        print(f"--port: {options.port} is not a port. Use a number from 1 to 65535.", file=sys.stderr)
        return 2
    folder = options.database.parent
    if options.database.is_dir() or not folder.is_dir():
        problem = "is a folder" if options.database.is_dir() else f"is in {folder}, which does not exist"
        print(f"--database: {options.database} {problem}. Name a file in an existing folder.", file=sys.stderr)
        return 2
    try:
        from authwright.demo.serve import listen, serve
    except ImportError as error:
        print(f"The demo needs {error.name or error}. Run: pip install 'authwright[demo]'", file=sys.stderr)
        return 1
    try:
        listening = listen(options.port)
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        print(f"--port: {options.port} cannot be used: {reason}. Choose another port.", file=sys.stderr)
        return 1
    serve(listening, port=options.port, database=options.database, npm=options.npm)
    return 0


def _list_providers() -> int:
    """Print a line for each provider of the catalogue: class name, id, protocol and required options."""
    from authwright.providers import OIDC
    from authwright.providers.listing import listed

    lines = []
    for each in listed():
        protocol = "OpenID Connect" if isinstance(each.example, OIDC) else "OAuth 2.0"
        lines.append(f"{each.name:<22}  {each.example.id:<22}  {protocol:<14}  {', '.join(each.needs)}")
    # Print all lines at once, so that `| head` does not cause a broken pipe.
    print("\n".join(lines))
    return 0


def _on_database(options: argparse.Namespace) -> int:
    """Run a command on the database, or print the reason why that failed. Return the exit status."""
    if not options.database and not getattr(options, "app", None):
        print("No database is given. Set DATABASE_URL, or pass --database.", file=sys.stderr)
        return 2
    try:
        from sqlalchemy.exc import SQLAlchemyError

        from authwright.errors import AdapterError, ConfigurationError
    except ImportError as error:
        return _missing(error)
    try:
        return asyncio.run(_migrate(options) if options.command == "migrate" else _administer(options))
    except ImportError as error:
        return _missing(error)
    except ConfigurationError as error:
        # The adapter's parameter is an option here.
        print(str(error).replace("url_or_engine:", "--database:", 1), file=sys.stderr)
    except Exception as error:
        # Do not print a driver's text: it may contain the URL or a row.
        reason = error.detail if isinstance(error, AdapterError) else type(error).__name__
        remedy = "Check the database URL."
        if isinstance(error, OSError):
            remedy = "Check the database URL, and that the server is running."
        elif isinstance(error, (SQLAlchemyError, AdapterError)) and options.command != "migrate":
            remedy = "Check the database URL, and run `authwright migrate` if tables are missing."
        print(f"The database operation failed ({reason}). {remedy}", file=sys.stderr)
    return 1


async def _migrate(options: argparse.Namespace) -> int:
    from authwright.adapters.sqlalchemy.migrations import migrate

    await migrate(options.database, options.schema)
    print("The tables are up to date.")
    return 0


async def _administer(options: argparse.Namespace) -> int:
    from authwright.cli.administration import OF_A_USER, cleanup, find_user

    adapter = _adapter(options)
    try:
        if options.command == "cleanup":
            result = await cleanup(adapter)
        else:
            user = await find_user(adapter, options.user)
            if user is None:
                print(f'No user has the id or e-mail address "{options.user}".', file=sys.stderr)
                return 1
            _check_methods(adapter, options.command)
            result = await OF_A_USER[options.command, options.what](adapter, user)
        print(json.dumps(result, indent=2, ensure_ascii=False))
        return 0
    finally:
        aclose = getattr(adapter, "aclose", None)
        if aclose:
            await aclose()


def _check_methods(adapter: Any, command: str) -> None:
    from authwright.errors import ConfigurationError

    needed = ("list_sessions",) if command == "sessions" else ("list_accounts", "list_sessions", "delete_user")
    missing = [name for name in needed if not hasattr(adapter, name)]
    if missing:
        raise ConfigurationError("adapter", f"it has no method {missing[0]}.", "Add it, or use another adapter.")


def _adapter(options: argparse.Namespace) -> Any:
    """Return the adapter of the app in *options*, or create an adapter for their database."""
    if options.app:
        from authwright.cli.app import find_auth

        return find_auth(options.app).adapter
    from authwright.adapters.sqlalchemy import SQLAlchemyAdapter

    return SQLAlchemyAdapter(options.database, create_tables=False, schema=options.schema)


def _missing(error: ImportError) -> int:
    extra = _EXTRAS.get(error.name or "", "migrate")
    print(f"This command needs {error.name or error}. Run: pip install 'authwright[{extra}]'", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="authwright", description="Authentication for Python, wire-compatible with NextAuth.js v4."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help="run a small demo app at http://localhost:3000")
    demo.add_argument("--port", type=int, default=3000, help="the port on localhost (default: %(default)s)")
    demo.add_argument(
        "--database",
        type=Path,
        default=Path("authwright-demo.db"),
        help="the SQLite file for users and sessions (default: %(default)s)",
    )
    demo.add_argument(
        "--npm", type=Path, help="the node_modules folder with PyScript and MicroPython, for the page /browser"
    )
    commands.add_parser("secret", help="print a new random secret")
    commands.add_parser("providers", help="list the built-in providers")
    migrate = commands.add_parser("migrate", help="create or update the tables in an SQL database")
    _add_database(migrate)
    migrate.add_argument(
        "--schema", choices=["pg"], help="pg: add the missing constraints to the tables of @auth/pg-adapter"
    )
    stores = [commands.add_parser("cleanup", help="delete expired sessions and e-mail links")]
    for command, help_text, verbs in (
        ("sessions", "list or revoke the sessions of a user", ("list", "revoke")),
        ("users", "show, export or delete a user", ("show", "export", "delete")),
    ):
        store = commands.add_parser(command, help=help_text)
        store.add_argument("what", choices=verbs, help="what to do")
        store.add_argument("user", help="the user's id or e-mail address")
        stores.append(store)
    for store in stores:
        _add_database(store)
        store.add_argument("--app", help="use the adapter of your app's Auth object, such as mysite.auth:auth")
        store.add_argument("--schema", choices=["pg", "prisma"], help="use the tables of a Node.js adapter")
    return parser


def _add_database(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--database",
        default=os.environ.get("DATABASE_URL"),
        help="the database URL, such as postgresql+asyncpg://app@localhost/app (default: $DATABASE_URL, which is safer "
        "for a password)",
    )
