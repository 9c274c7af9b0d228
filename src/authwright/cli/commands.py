"""The command line: demo, secret and providers; and for a database migrate, cleanup, sessions and users."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import secrets
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any


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
    try:
        from authwright.demo.serve import serve
    except ImportError as error:
        print(f"The demo needs {error.name}. Run: pip install 'authwright[demo]'", file=sys.stderr)
        return 1
    serve(port=options.port, database=options.database, npm=options.npm)
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
        print(error, file=sys.stderr)
    except (OSError, SQLAlchemyError, AdapterError) as error:
        # Do not print a driver's text: it may contain the URL or a row.
        reason = error.detail if isinstance(error, AdapterError) else type(error).__name__
        print(
            f"The database operation failed ({reason}). "
            "Check the database URL, and run `authwright migrate` if tables are missing.",
            file=sys.stderr,
        )
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
            result = await OF_A_USER[options.command, options.what](adapter, user)
        print(json.dumps(result, indent=2, ensure_ascii=False))
        return 0
    finally:
        aclose = getattr(adapter, "aclose", None)
        if aclose:
            await aclose()


def _adapter(options: argparse.Namespace) -> Any:
    """Return the adapter of the app in *options*, or create an adapter for their database."""
    if options.app:
        module, _, name = options.app.partition(":")
        sys.path.insert(0, os.getcwd())
        return getattr(import_module(module), name or "auth").adapter
    from authwright.adapters.sqlalchemy import SQLAlchemyAdapter

    return SQLAlchemyAdapter(options.database, create_tables=False, schema=options.schema)


def _missing(error: ImportError) -> int:
    print(f"This command needs {error.name}. Run: pip install 'authwright[migrate]'", file=sys.stderr)
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
