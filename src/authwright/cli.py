"""The command line: demo, secret, providers; for a database migrate, cleanup, sessions, users."""

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
    """Run the command line; answers the exit status."""
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
        print(f"The demo needs {error.name}: pip install 'authwright[demo]'", file=sys.stderr)
        return 1
    serve(port=options.port, database=options.database, npm=options.npm)
    return 0


def _list_providers() -> int:
    """A line for each provider of the catalogue: what to import, its id, what it speaks, which options it needs."""
    from authwright.providers import OIDC
    from authwright.providers.catalogue import listed

    lines = []
    for each in listed():
        speaks = "OpenID Connect" if isinstance(each.example, OIDC) else "OAuth 2.0"
        lines.append(f"{each.name:<22}  {each.example.id:<22}  {speaks:<14}  {', '.join(each.needs)}")
    # At once, so that `| head` breaks no pipe.
    print("\n".join(lines))
    return 0


def _on_database(options: argparse.Namespace) -> int:
    """Do what *options* say to the database, or say in a line why not."""
    if not options.database and not getattr(options, "app", None):
        print("Which database? Set DATABASE_URL, or pass --database.", file=sys.stderr)
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
        # A driver's text may quote the URL or a row.
        told = error.detail if isinstance(error, AdapterError) else type(error).__name__
        print(f"The database refused, and nothing was changed: {told}", file=sys.stderr)
    return 1


async def _migrate(options: argparse.Namespace) -> int:
    from authwright.adapters.migrations import migrate

    await migrate(options.database, options.schema)
    print("The tables are up to date.")
    return 0


async def _administer(options: argparse.Namespace) -> int:
    from authwright.administration import OF_A_USER, cleanup, find_user

    adapter = _adapter(options)
    try:
        if options.command == "cleanup":
            answer = await cleanup(adapter)
        else:
            user = await find_user(adapter, options.user)
            if user is None:
                print("There is no such user.", file=sys.stderr)
                return 1
            answer = await OF_A_USER[options.command, options.what](adapter, user)
        print(json.dumps(answer, indent=2, ensure_ascii=False))
        return 0
    finally:
        aclose = getattr(adapter, "aclose", None)
        if aclose:
            await aclose()


def _adapter(options: argparse.Namespace) -> Any:
    """The adapter of the app that *options* name, else one on their database."""
    if options.app:
        module, _, name = options.app.partition(":")
        sys.path.insert(0, os.getcwd())
        return getattr(import_module(module), name or "auth").adapter
    from authwright.adapters.sqlalchemy import SQLAlchemyAdapter

    return SQLAlchemyAdapter(options.database, create_tables=False, schema=options.schema)


def _missing(error: ImportError) -> int:
    print(f"That needs {error.name}: pip install 'authwright[migrate]'", file=sys.stderr)
    return 1


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
    commands.add_parser("providers", help="list the providers to sign in with that are known by name")
    migrate = commands.add_parser("migrate", help="make the tables in an SQL database, or bring them up to date")
    _add_database(migrate)
    migrate.add_argument(
        "--schema", choices=["pg"], help="pg: the tables of @auth/pg-adapter, which get the constraints that they lack"
    )
    stores = [commands.add_parser("cleanup", help="delete the sessions and e-mail links that have expired")]
    for command, verbs in (("sessions", ("list", "revoke")), ("users", ("show", "export", "delete"))):
        store = commands.add_parser(command, help=f"{', '.join(verbs)}: a user's, in the database")
        store.add_argument("what", choices=verbs)
        store.add_argument("user", help="an id or an e-mail address")
        stores.append(store)
    for store in stores:
        _add_database(store)
        store.add_argument("--app", help="the app's own Auth, whose adapter is asked instead, such as mysite.auth:auth")
        store.add_argument("--schema", choices=["pg", "prisma"], help="the tables of a Node adapter in place of ours")
    return parser


def _add_database(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--database",
        default=os.environ.get("DATABASE_URL"),
        help="such as postgresql+asyncpg://app@localhost/app (default, and better for a password: $DATABASE_URL)",
    )
