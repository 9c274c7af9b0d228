"""Run django-oauth-toolkit, an OpenID provider in Django: ``python toolkit.py``.

Reads REDIRECT_URI and PORT (0: any) from the environment. It has one client, "app", with RS256, and one user, Alice,
whose password is "any password". Prints {"port": ...} when it is ready.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

SECRET = "a secret: 100% + more"


class Silent(WSGIRequestHandler):
    def log_message(self, *arguments: Any) -> None:
        pass


def set_up(folder: str) -> None:
    key = generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    settings.configure(
        SECRET_KEY="of a provider that runs for one test",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="toolkit_urls",
        USE_TZ=True,
        # A fast hash: the passwords need no protection here.
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        LOGIN_URL="/login",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{folder}/db.sqlite3"}},
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "oauth2_provider",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True,
            "OIDC_RSA_PRIVATE_KEY": key,
            "OIDC_RP_INITIATED_LOGOUT_ENABLED": True,
            "OAUTH2_VALIDATOR_CLASS": "toolkit_urls.Validator",
            "PKCE_REQUIRED": True,
            "SCOPES": {"openid": "who you are", "email": "your address", "profile": "your name"},
        },
    )
    django.setup()
    call_command("migrate", verbosity=0)


def fill(redirect_uri: str) -> None:
    from django.contrib.auth.models import User
    from oauth2_provider.models import Application

    User.objects.create_user("alice", "alice@example.com", "any password", first_name="Alice")
    Application.objects.create(
        client_id="app",
        client_secret=SECRET,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        redirect_uris=redirect_uri,
        post_logout_redirect_uris=redirect_uri.partition("/api/")[0] + "/bye",
        algorithm=Application.RS256_ALGORITHM,
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        set_up(temporary)
        fill(os.environ["REDIRECT_URI"])
        server = make_server("127.0.0.1", int(os.environ["PORT"]), get_wsgi_application(), handler_class=Silent)
        print(json.dumps({"port": server.server_port}), flush=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        # The fixture closes stdin at its end, even if it fails.
        sys.stdin.read()
