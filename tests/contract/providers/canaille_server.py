"""Run Canaille, an OpenID provider for small organisations, in its own Python environment.

Reads REDIRECT_URI and PORT from the environment. It has one trusted client, "app", and one user, Alice, whose password
is "any password". Prints {"port": ...} when it is ready.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
from datetime import UTC, datetime
from socket import create_server
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from canaille import create_app
from canaille.app import models
from canaille.backends import Backend
from joserfc.jwk import RSAKey

# Canaille does not decode the form encoding of Basic credentials (RFC 6749 section 2.3.1).
SECRET = "a-secret-of-plain-letters"


class Silent(WSGIRequestHandler):
    def log_message(self, *arguments: Any) -> None:
        pass


def app_at(port: int) -> Any:
    key = RSAKey.generate_key(2048, auto_kid=True).as_dict(private=True)
    return create_app(
        config={
            "SECRET_KEY": "of a provider that runs for one test",
            "SERVER_NAME": f"127.0.0.1:{port}",
            "PREFERRED_URL_SCHEME": "http",
            "SESSION_COOKIE_SECURE": False,
            "CANAILLE": {"DATABASE": "memory"},
            "CANAILLE_OIDC": {"ACTIVE_JWKS": [key]},
        }
    )


def fill(redirect_uri: str) -> None:
    origin = redirect_uri.partition("/api/")[0]
    alice = {"formatted_name": "Alice Liddell", "family_name": "Liddell", "emails": ["alice@example.com"]}
    Backend.instance.save(models.User(user_name="alice", password="any password", **alice))
    client = models.Client(
        client_id="app",
        client_secret=SECRET,
        client_name="The app",
        # A trusted address, so that Canaille does not ask for consent.
        client_uri="http://127.0.0.1",
        redirect_uris=[redirect_uri],
        post_logout_redirect_uris=[f"{origin}/bye"],
        grant_types=["authorization_code", "refresh_token"],
        response_types=["code"],
        scope=["openid", "email", "profile"],
        token_endpoint_auth_method="client_secret_basic",
        id_token_signed_response_alg="RS256",
        client_id_issued_at=datetime.now(UTC),
    )
    Backend.instance.save(client)
    client.audience = [client]
    Backend.instance.save(client)


if __name__ == "__main__":
    logging.disable()
    with create_server(("127.0.0.1", int(os.environ["PORT"]))) as probe:
        port = probe.getsockname()[1]
    app = app_at(port)
    with app.app_context():
        fill(os.environ["REDIRECT_URI"])
    server = make_server("127.0.0.1", port, app, handler_class=Silent)
    print(json.dumps({"port": port}), flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    # The fixture closes stdin at its end, even if it fails.
    sys.stdin.read()
