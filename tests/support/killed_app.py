"""An app that accepts any user name, for a test that kills it: ``python killed_app.py PORT DATABASE``."""

from __future__ import annotations

import sys

import uvicorn

from authwright import Auth
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter
from authwright.providers import Credentials


def accept_any_user(credentials: dict[str, str]) -> dict[str, str]:
    name = credentials["username"]
    return {"id": name, "name": name, "email": f"{name}@example.com"}


if __name__ == "__main__":
    port, database = sys.argv[1:3]
    auth = Auth(
        secret="a secret for tests that is long enough",
        base_url=f"http://127.0.0.1:{port}",
        providers=[Credentials(authorize=accept_any_user, fields={"username": {"label": "Username"}})],
        adapter=SQLAlchemyAdapter(database),
    )
    uvicorn.run(auth.asgi, host="127.0.0.1", port=int(port), log_level="warning")
