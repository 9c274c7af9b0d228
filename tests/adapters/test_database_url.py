"""Database URLs as hosting companies write them: understood, or refused with what to do, without the password."""

from __future__ import annotations

import ssl
import sys
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine

from authwright.adapters.sqlalchemy import SQLAlchemyAdapter
from authwright.adapters.sqlalchemy.connecting.url import DatabaseURL, read_database_url
from authwright.errors import ConfigurationError

AUTHORITY = ssl.get_default_verify_paths().openssl_cafile
"""A file with certificate authorities."""


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("postgres://u:p@db/app", "postgresql+asyncpg"),
        ("postgresql://u:p@db/app", "postgresql+asyncpg"),
        ("POSTGRES://u:p@db/app", "postgresql+asyncpg"),
        (" postgres://u:p@db/app\n", "postgresql+asyncpg"),
        ("postgresql+asyncpg://u:p@db/app", "postgresql+asyncpg"),
        ("postgresql+psycopg://u:p@db/app", "postgresql+psycopg"),
        ("postgres+psycopg://u:p@db/app", "postgresql+psycopg"),
        ("postgresql+psycopg2://u:p@db/app", "postgresql+asyncpg"),
        ("postgresql+pg8000://u:p@db/app", "postgresql+asyncpg"),
        ("postgresql+nosuch://u:p@db/app", "postgresql+asyncpg"),
        ("mysql://u:p@db/app", "mysql+aiomysql"),
        ("mysql2://u:p@db/app?reconnect=true", "mysql+aiomysql"),
        ("mysql+pymysql://u:p@db/app?charset=utf8", "mysql+aiomysql"),
        ("mariadb://u:p@db/app", "mariadb+aiomysql"),
        ("sqlite://", "sqlite+aiosqlite"),
        ("sqlite:///auth.db", "sqlite+aiosqlite"),
        ("sqlite3:///auth.db", "sqlite+aiosqlite"),
    ],
)
def test_a_url_gets_an_asynchronous_driver(url: str, driver: str) -> None:
    SQLAlchemyAdapter(url)
    assert read_database_url(url).url.drivername == driver


def test_a_missing_driver_is_replaced_with_another_one_for_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    assert read_database_url("postgres://u:p@db/app").url.drivername == "postgresql+psycopg"
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'authwright\[postgresql\]'"):
        SQLAlchemyAdapter("postgres://u:p@db/app")


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("nosuch+driver://root:hunter2@db/app", "nosuch"),
        ("oracle://root:hunter2@db/app", "oracle"),
        ("hunter2", "not a database URL"),
        ("", "not a database URL"),
        ("postgres://root:hunter2@db:port/app", "not a database URL"),
        ("postgres://root:hunter@2@db/app", "second @"),
        ("postgres://root:a/hunter@2@db/app", "second @"),
        ("postgres://root@db/app?nosuch=hunter2", "nosuch"),
        ("mysql://root@db/app?nosuch=hunter2", "nosuch"),
        ("sqlite:///auth.db?nosuch=hunter2", "nosuch"),
        ("postgresql+psycopg://root@db/app?nosuch=hunter2", "nosuch"),
        ("postgres://root@db/app?sslmode=hunter2", "TLS mode"),
        ("postgres://root@db/app?connect_timeout=hunter2", "connect_timeout"),
        ("postgres://root@db/app?sslrootcert=/hunter2", "certificate"),
        ("postgres://root@db/app?sslcert=/hunter2&sslpassword=hunter2", "certificate"),
        ("postgres://root@db/app?ssl_min_protocol_version=hunter2", "ssl_min_protocol_version"),
        ("postgres://root@db/app?gssencmode=require", "gssencmode"),
        ("postgres://root@db/app?require_auth=scram-sha-256", "require_auth"),
    ],
)
def test_what_cannot_be_understood_is_refused_without_a_value(url: str, problem: str) -> None:
    with pytest.raises(ConfigurationError, match=problem) as refused:
        SQLAlchemyAdapter(url)
    assert refused.value.option == "url_or_engine"
    assert "hunter" not in str(refused.value)


@given(st.text(st.characters(exclude_characters="%&#+"), min_size=6), st.sampled_from(["://u:{}@db/x", "://db/x?x={}"]))
def test_no_text_in_a_url_reaches_an_error(secret: str, form: str) -> None:
    shown = ""
    try:
        read_database_url("postgres" + form.format(f"hunter2{secret}"))
    except ConfigurationError as error:
        shown = "".join(traceback.format_exception(error, chain=True, limit=0))
    assert "hunter2" not in shown


def test_the_password_in_the_query_is_hidden_like_one_before_the_host() -> None:
    url = read_database_url("postgres://db/app?user=root&password=hunter2").url
    assert (url.username, url.password) == ("root", "hunter2")
    assert "hunter2" not in repr(url)


@pytest.mark.parametrize(
    ("query", "mode"),
    [
        ("sslmode=require", "encrypted"),
        ("sslmode=no-verify", "encrypted"),
        ("ssl=true", "encrypted"),
        ("ssl-mode=REQUIRED", "encrypted"),
        ("ssl_mode=REQUIRED", "encrypted"),
        ("sslaccept=accept_invalid_certs", "encrypted"),
        ("useSSL=true", "encrypted"),
        ("sslmode=verify-ca", "verified"),
        ("ssl-mode=VERIFY_CA", "verified"),
        ("ssl_verify_cert=true", "verified"),
        ("sslmode=require&sslrootcert={ca}", "verified"),
        ("ssl_ca={ca}", "verified"),
        ("sslmode=verify-full", "verified with host"),
        ("sslmode=verify-full&sslrootcert={ca}", "verified with host"),
        ("sslrootcert=system", "verified with host"),
        ("ssl-mode=VERIFY_IDENTITY", "verified with host"),
        ("sslaccept=strict", "verified with host"),
        ('ssl={{"rejectUnauthorized":true}}', "verified with host"),
        ("ssl_ca={ca}&ssl_verify_cert=true&ssl_verify_identity=true", "verified with host"),
        ("sslmode=disable&ssl-mode=VERIFY_IDENTITY", "verified with host"),
    ],
)
@pytest.mark.parametrize("scheme", ["postgres", "mysql"])
def test_a_connection_is_protected_as_the_url_says(scheme: str, query: str, mode: str) -> None:
    context = read_database_url(f"{scheme}://db/app?{query.format(ca=AUTHORITY)}").arguments["ssl"]
    assert (context.verify_mode == ssl.CERT_REQUIRED) == (mode != "encrypted")
    assert context.check_hostname == (mode == "verified with host")


@pytest.mark.parametrize("mode", ["disable", "prefer", "allow"])
def test_postgresql_may_be_used_without_encryption_only_if_the_url_says_so(mode: str) -> None:
    assert read_database_url(f"postgres://db/app?sslmode={mode}").arguments["ssl"] in (False, "prefer")


def test_channel_binding_that_is_not_checked_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    assert "channel_binding" not in read_database_url("postgres://db/app?channel_binding=require").url.query
    assert "DATABASE_URL" in caplog.text
    caplog.clear()
    read_database_url("postgres://db/app?channel_binding=require&sslmode=verify-full")
    read_database_url("postgres://db/app?channel_binding=prefer&sslmode=require")
    assert not caplog.text


@pytest.mark.parametrize("query", ["pgbouncer=true", "statement_cache_size=0", "prepared_statement_cache_size=0"])
def test_a_url_may_say_that_the_server_is_a_pooler(query: str) -> None:
    read = read_database_url(f"postgres://db/app?{query}&connection_limit=1&schema=public")
    assert read == DatabaseURL(read.url, {}, is_pooled=True)
    assert not read.url.query


def test_options_of_libpq_reach_the_server() -> None:
    read = read_database_url("postgres://db/app?application_name=web&options=-c%20jit=off&connect_timeout=3&schema=own")
    settings = {"application_name": "web", "options": "-c jit=off", "search_path": "own"}
    assert read.arguments == {"server_settings": settings, "timeout": 3.0}


def test_the_error_for_a_missing_driver_names_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "aiosqlite", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'authwright\[sqlite\]'"):
        SQLAlchemyAdapter("sqlite+aiosqlite:///auth.db")


def test_a_synchronous_engine_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="AsyncEngine"):
        SQLAlchemyAdapter(create_engine("sqlite://"))  # type: ignore[arg-type]
