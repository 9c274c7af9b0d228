"""A command line that signs in and stays signed in: pip install authwright, then python client_cli.py login alice.

It uses the app of fastapi_app.py, or another app at NEXTAUTH_URL. The session is stored in the user's home directory.
"""

import argparse
import getpass
import sys
from pathlib import Path

from authwright.client import AuthClient


def login(client: AuthClient, username: str) -> str:
    result = client.sign_in("credentials", redirect=False, username=username, password=getpass.getpass())
    if result.ok:
        return f"Signed in as {username}."
    sys.exit("The server cannot be reached." if result.status == 0 else f"Sign-in failed: {result.error}")


def whoami(client: AuthClient) -> str:
    session = client.get_session()
    return f"{session['user']['name']}, until {session['expires']}" if session else "You are not signed in."


def logout(client: AuthClient) -> str:
    result = client.sign_out(redirect=False)
    if result["ok"]:
        return "Signed out."
    sys.exit(f"Sign-out failed: {result['error']}")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cookies", type=Path, default=Path.home() / ".example-session")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("login").add_argument("username")
    commands.add_parser("whoami")
    commands.add_parser("logout")
    options = parser.parse_args(arguments)
    with AuthClient(cookies=options.cookies) as client:
        if options.command == "login":
            print(login(client, options.username))
        else:
            print({"whoami": whoami, "logout": logout}[options.command](client))


if __name__ == "__main__":
    main()
