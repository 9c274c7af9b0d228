"""Run Glewlwyd from the Debian package, with SQLite in a temporary folder, and set it up with its API.

Reads REDIRECT_URI and PORT from the environment. It has one client, "app", and one user, Alice, whose password is "any
password". Every authorization request must be pushed (RFC 9126). Prints {"port": ...} when it is ready.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from socket import create_server
from tempfile import TemporaryDirectory
from typing import Any

import httpx2
from joserfc.jwk import RSAKey

# Glewlwyd does not decode the form encoding of Basic credentials (RFC 6749 section 2.3.1).
SECRET = "a-secret-of-plain-letters"
TABLES = Path("/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3")
# The administrator that the tables contain.
ADMIN = {"username": "admin", "password": "password"}
ALICE = {
    "username": "alice",
    "password": "any password",
    "name": "Alice Liddell",
    "email": "alice@example.com",
    "scope": ["openid"],
    "enabled": True,
}

SETTINGS = """
port = {port}
bind_address = "127.0.0.1"
external_url = "http://127.0.0.1:{port}"
login_url = "login.html"
api_prefix = "api"
log_mode = "file"
log_file = "{folder}/log"
log_level = "WARNING"
cookie_secure = 0
session_key = "GLEWLWYD2_SESSION_ID"
session_expiration = 3600
admin_scope = "g_admin"
profile_scope = "g_profile"
user_module_path = "/usr/lib/glewlwyd/user"
client_module_path = "/usr/lib/glewlwyd/client"
user_auth_scheme_module_path = "/usr/lib/glewlwyd/scheme"
plugin_module_path = "/usr/lib/glewlwyd/plugin"
hash_algorithm = "SHA256"
database = {{ type = "sqlite3"; path = "{folder}/tables" }}
"""


def open_id(origin: str) -> dict[str, Any]:
    """Return the settings of the OpenID plugin, as strict as possible."""
    key = RSAKey.generate_key(2048, auto_kid=True).as_dict(private=True) | {"alg": "RS256"}
    parameters = {
        "iss": f"{origin}/api/oidc",
        "jwt-type": "rsa",
        "jwt-key-size": "256",
        "jwks-private": json.dumps({"keys": [key]}),
        "jwks-show": True,
        "subject-type": "public",
        "code-duration": 600,
        # Short enough that each use of an access token needs a refresh.
        "access-token-duration": 50,
        "refresh-token-duration": 86400,
        "refresh-token-rolling": True,
        "refresh-token-one-use": "always",
        "allow-non-oidc": False,
        "auth-type-code-enabled": True,
        "auth-type-code-revoke-replayed": True,
        "auth-type-token-enabled": False,
        "auth-type-id-token-enabled": True,
        "auth-type-password-enabled": False,
        "auth-type-client-enabled": False,
        "auth-type-device-enabled": False,
        "auth-type-refresh-enabled": True,
        "pkce-allowed": True,
        "pkce-required": True,
        "pkce-method-plain-allowed": False,
        "oauth-par-allowed": True,
        "oauth-par-required": True,
        "oauth-par-duration": 90,
        "oauth-par-request_uri-prefix": "urn:ietf:params:oauth:request_uri:",
        "name-claim": "mandatory",
        "email-claim": "mandatory",
    }
    return {"module": "oidc", "name": "oidc", "display_name": "OpenID", "enabled": True, "parameters": parameters}


def client(redirect_uri: str) -> dict[str, Any]:
    return {
        "client_id": "app",
        "client_secret": SECRET,
        "name": "The app",
        "confidential": True,
        "enabled": True,
        "redirect_uri": [redirect_uri],
        "authorization_type": ["code", "refresh_token"],
        "token_endpoint_auth_method": ["client_secret_basic"],
        "scope": [],
    }


def fill(origin: str, redirect_uri: str) -> None:
    """Create the plugin, the client and Alice."""
    with httpx2.Client(base_url=f"{origin}/api", trust_env=False) as api:

        def send(method: str, path: str, fields: dict[str, Any]) -> None:
            response = api.request(method, path, json=fields)
            assert response.is_success, f"{path} answered {response.status_code}: {response.text}"

        send("POST", "/auth", ADMIN)
        send("POST", "/mod/plugin/", open_id(origin))
        send("POST", "/client/", client(redirect_uri))
        send("POST", "/user/", ALICE)


def wait_for(origin: str) -> None:
    for _ in range(400):
        try:
            httpx2.get(f"{origin}/api/", trust_env=False)
        except httpx2.ConnectError:
            time.sleep(0.05)
        else:
            return
    sys.exit("Glewlwyd does not listen.")


if __name__ == "__main__":
    with create_server(("127.0.0.1", int(os.environ["PORT"]))) as probe:
        port = probe.getsockname()[1]
    with TemporaryDirectory() as folder:
        with closing(sqlite3.connect(f"{folder}/tables")) as tables:
            tables.executescript(TABLES.read_text())
        settings = Path(folder, "settings")
        settings.write_text(SETTINGS.format(port=port, folder=folder))
        with subprocess.Popen(["glewlwyd", f"--config-file={settings}"], stdout=subprocess.DEVNULL) as server:
            try:
                wait_for(f"http://127.0.0.1:{port}")
                fill(f"http://127.0.0.1:{port}", os.environ["REDIRECT_URI"])
                print(json.dumps({"port": port}), flush=True)
                # The fixture closes stdin at its end, even if it fails.
                sys.stdin.read()
            finally:
                server.terminate()
