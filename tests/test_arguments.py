"""Arguments of the wrong type, and secrets that everyone knows: an error names the option and the remedy."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from authwright import Auth, Callbacks, Pages, SessionOptions, Theme
from authwright.adapters.memory import MemoryAdapter
from authwright.errors import ConfigurationError
from authwright.options import PUBLISHED_SECRETS
from authwright.providers import Credentials, GitHub, Google, Keycloak
from support.apps import SECRET

ROOT = Path(__file__).parents[1]
README_SECRET = "create one with `authwright secret` and keep it out of git"
GITHUB = GitHub(client_id="id", client_secret="secret")

WRONG: list[tuple[dict[str, Any], str]] = [
    ({"session": {"max_age": 60, "strategy": "jwt"}}, "SessionOptions(max_age=..., strategy=...)"),
    ({"session": {"maxAge": 60}}, "SessionOptions(max_age=...)"),
    ({"session": SessionOptions}, "SessionOptions(...)"),
    ({"session": "jwt"}, "SessionOptions(...)"),
    ({"callbacks": {"jwt": print}}, "Callbacks(jwt=...)"),
    ({"callbacks": {"signIn": print}}, "Callbacks(sign_in=...)"),
    ({"callbacks": [print]}, "Callbacks(...)"),
    ({"callbacks": Callbacks}, "Callbacks(...)"),
    ({"events": {}}, "Events(...)"),
    ({"pages": {"signIn": "/login"}}, "Pages(sign_in=...)"),
    ({"theme": {"brandColor": "red"}}, "Theme(brand_color=...)"),
    ({"jwt": {"secret": "x"}}, "JWTOptions(...)"),
    ({"providers": GITHUB}, "providers=["),
    ({"providers": GitHub}, "providers=["),
    ({"providers": {"github": GITHUB}}, "providers=["),
    ({"providers": "github"}, "providers=["),
    ({"providers": None}, "providers=["),
    ({"providers": [GitHub]}, "GitHub(...)"),
    ({"providers": [Google]}, "Google(...)"),
    ({"providers": [Keycloak]}, "Keycloak(...)"),
    ({"providers": [Credentials]}, "Credentials(...)"),
    ({"providers": [None]}, "providers=["),
    ({"providers": [[GITHUB]]}, "providers=["),
    ({"providers": [{"id": "github"}]}, "providers=["),
    ({"adapter": "sqlite://root:hunter2@host/db"}, "SQLAlchemyAdapter("),
    ({"adapter": ""}, "SQLAlchemyAdapter("),
    ({"adapter": {}}, "SQLAlchemyAdapter("),
    ({"adapter": MemoryAdapter}, "SQLAlchemyAdapter("),
    ({"secret": b"hunter2" * 10}, "Pass a string"),
    ({"secret": [b"hunter2" * 10]}, "Pass strings"),
    ({"secret": {"hunter2" * 10}}, "Pass a string"),
    ({"secret": 7}, "Pass a string"),
    ({"secret": ""}, "authwright secret"),
    ({"secret": "   "}, "authwright secret"),
    ({"cookies": ["session_token"]}, "session_token"),
    ({"base_url": 7}, "https://example.com"),
    ({"trust_host": "false"}, "True or False"),
    ({"use_secure_cookies": "0"}, "True or False"),
    ({"link_while_signed_in": "no"}, "True or False"),
    ({"debug": "false"}, "True or False"),
    ({"logger": "app"}, "logging.getLogger"),
    ({"rate_limit": 5}, "None"),
]


@pytest.mark.parametrize(("options", "remedy"), WRONG, ids=str)
def test_an_argument_of_the_wrong_type_is_refused_by_name_with_the_remedy(options: Any, remedy: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Auth(**{"secret": SECRET, "providers": [], **options})
    assert refused.value.option == next(iter(options))
    assert remedy in str(refused.value)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Pages(sign_in=7),  # type: ignore[arg-type]
        lambda: Theme(brand_color=7),  # type: ignore[arg-type]
        lambda: Theme(logo=Path("/logo.svg")),  # type: ignore[arg-type]
        lambda: SessionOptions(revocation="redis://localhost"),  # type: ignore[arg-type]
    ],
)
def test_a_value_of_the_wrong_type_in_an_option_class_is_refused(make: Any) -> None:
    with pytest.raises(ConfigurationError):
        make()


def test_any_iterable_of_providers_is_accepted() -> None:
    assert list(Auth(secret=SECRET, providers=iter([GITHUB]))._context.providers) == ["github"]  # type: ignore[arg-type]


@pytest.mark.parametrize("base_url", ["https://example.com", "http://example.com", "https://localhost", None])
@pytest.mark.parametrize("secret", [README_SECRET, [SECRET, README_SECRET]])
def test_a_published_secret_is_refused_on_a_public_site(base_url: str | None, secret: Any) -> None:
    with pytest.raises(ConfigurationError, match="authwright secret"):
        Auth(secret=secret, base_url=base_url, trust_host=base_url is None, providers=[])


@pytest.mark.parametrize("base_url", ["http://localhost:3000", "http://192.168.1.7", "http://web:8000", None])
def test_a_published_secret_warns_in_development(base_url: str | None, caplog: pytest.LogCaptureFixture) -> None:
    Auth(secret=README_SECRET, base_url=base_url, providers=[])
    assert [vars(record)["code"] for record in caplog.records] == ["PUBLISHED_SECRET"]
    assert README_SECRET not in caplog.text


def test_a_published_secret_in_the_environment_is_refused_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEXTAUTH_SECRET", README_SECRET)
    with pytest.raises(ConfigurationError, match="secret: "):
        Auth(base_url="https://example.com", providers=[])


def test_every_secret_in_the_documentation_and_the_examples_counts_as_published() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").glob("*.py")]
    texts = [page.read_text() for page in pages]
    lines = [line for text in texts for line in re.findall(r"^ *secret=(.*)$", text, re.MULTILINE)]
    found = {secret for line in lines for secret in re.findall(r'"([^"]*)"', line) if "environ" not in line}
    assert found
    assert found - PUBLISHED_SECRETS == set()


@pytest.mark.parametrize(
    ("base_url", "warns"),
    [
        ("http://example.com", True),
        ("http://8.8.8.8", True),
        ("https://example.com", False),
        ("http://localhost:3000", False),
        ("http://10.0.0.7:8000", False),
        ("http://web", False),
    ],
)
def test_http_on_a_public_name_warns(base_url: str, warns: bool, caplog: pytest.LogCaptureFixture) -> None:
    Auth(secret=SECRET, base_url=base_url, providers=[])
    assert [vars(record)["code"] for record in caplog.records] == ["INSECURE_BASE_URL"] * warns
