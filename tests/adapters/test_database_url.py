"""An invalid URL is refused at construction; the error says what to do, and does not show the password."""

import sys

import pytest
from sqlalchemy import create_engine

from authwright.adapters.sqlalchemy import SQLAlchemyAdapter
from authwright.errors import ConfigurationError


@pytest.mark.parametrize(
    ("url", "remedy"),
    [
        ("sqlite:///auth.db", "pip install 'authwright[sqlite]'"),
        ("postgresql://root:hunter2@db/app", "postgresql+asyncpg"),
        ("nosuch+driver://root:hunter2@db/app", "sqlite+aiosqlite:///auth.db"),
        ("hunter2", "sqlite+aiosqlite:///auth.db"),
        ("", "sqlite+aiosqlite:///auth.db"),
    ],
)
def test_a_url_without_an_asynchronous_driver_is_refused(url: str, remedy: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        SQLAlchemyAdapter(url)
    assert refused.value.option == "url_or_engine"
    assert remedy in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_the_error_for_a_missing_driver_names_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "aiosqlite", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'authwright\[sqlite\]'"):
        SQLAlchemyAdapter("sqlite+aiosqlite:///auth.db")


def test_a_synchronous_engine_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="AsyncEngine"):
        SQLAlchemyAdapter(create_engine("sqlite://"))  # type: ignore[arg-type]
