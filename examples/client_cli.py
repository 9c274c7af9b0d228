"""A command line that signs in and stays signed in: pip install authwright, then python client_cli.py login alice.

It speaks to the app of fastapi_app.py, or to any other at NEXTAUTH_URL. The session is kept in a file of its user's.
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
    sys.exit("No answer from the server." if result.status == 0 else f"Refused: {result.error}")


def whoami(client: AuthClient) -> str:
    session = client.get_session()
    return f"{session['user']['name']}, until {session['expires']}" if session else "Nobody is signed in."


def logout(client: AuthClient) -> str:
    client.sign_out(redirect=False)
    return "Signed out."


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cookies", type=Path, default=Path.home() / ".example-session")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("login").add_argument("username")
    commands.add_parser("whoami")
    commands.add_parser("logout")
    given = parser.parse_args(arguments)
    with AuthClient(cookies=given.cookies) as client:
        if given.command == "login":
            print(login(client, given.username))
        else:
            print({"whoami": whoami, "logout": logout}[given.command](client))


if __name__ == "__main__":
    main()
