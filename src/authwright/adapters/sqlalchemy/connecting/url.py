"""Read a database URL as hosting companies write it.

Rule 1: a URL without a driver, or with a driver that is synchronous or missing, gets one that works.
Rule 2: each option in the query is understood, ignored because it means nothing here, or refused by name. Otherwise the
        driver would fail, but only at the first connection.
Rule 3: an error names schemes and options and never a value, because a value may be a secret.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.util import find_spec
from math import isfinite, nan
from typing import Any

from sqlalchemy import URL, Dialect, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from authwright.adapters.sqlalchemy.connecting.tls import Mode, context_of, mode_of
from authwright.errors import ConfigurationError
from authwright.server.runtime.log import Log

OPTION = "url_or_engine"

_ALIASES = {"postgres": "postgresql", "pgsql": "postgresql", "mysql2": "mysql", "sqlite3": "sqlite"}
# For each database: its drivers, the preferred one first; an example URL; and the command that installs that driver.
_DRIVERS = {
    "sqlite": (("aiosqlite",), "sqlite+aiosqlite:///auth.db", "pip install 'authwright[sqlite]'"),
    "postgresql": (("asyncpg", "psycopg"), "postgresql+asyncpg://...", "pip install 'authwright[postgresql]'"),
    "mysql": (("aiomysql",), "mysql+aiomysql://...", "pip install 'authwright[mysql]'"),
    "mariadb": (("aiomysql",), "mariadb+aiomysql://...", "pip install 'authwright[mysql]'"),
}

# The options in one spelling: lower case, without hyphens and underscores.
_CREDENTIALS = {"user": "username", "username": "username", "password": "password", "dbname": "database"}
_TLS_MODES = {"sslmode", "ssl", "tls", "sslaccept", "usessl", "requiressl"}
_TLS_CHECKS = {
    "sslverifycert": Mode.VERIFY_CA,
    "sslverifyidentity": Mode.VERIFY_FULL,
    "sslcheckhostname": Mode.VERIFY_FULL,
}
_TLS_FILES = {
    "sslrootcert": "sslrootcert",
    "sslca": "sslrootcert",
    "sslcert": "sslcert",
    "sslkey": "sslkey",
    "sslpassword": "sslpassword",
    "sslminprotocolversion": "ssl_min_protocol_version",
}
# Options of other drivers and languages that change nothing here. All connections use UTF-8.
_IGNORED = {
    *("charset", "collation", "encoding", "characterencoding", "useunicode", "clientencoding", "parsetime", "loc"),
    *("connectionlimit", "poolsize", "pooltimeout", "sockettimeout", "reconnect", "supa", "workaround"),
    *("uselibpqcompat", "sslsni", "sslcompression", "gsslib", "fallbackapplicationname"),
    *("keepalives", "keepalivesidle", "keepalivesinterval", "keepalivescount", "tcpusertimeout"),
}
_OF_DRIVER = {
    "aiosqlite": {"timeout", "cached_statements", "uri", "check_same_thread", "detect_types"},
    "asyncpg": {
        *("host", "port", "timeout", "command_timeout", "statement_cache_size", "prepared_statement_cache_size"),
        *("max_cached_statement_lifetime", "max_cacheable_statement_size", "target_session_attrs"),
        *("passfile", "service", "servicefile", "krbsrvname"),
    },
    "aiomysql": {"connect_timeout", "unix_socket", "init_command", "sql_mode", "auth_plugin", "program_name"},
}
_NUMBERS: dict[str, type[int] | type[float]] = {
    "timeout": float,
    "connect_timeout": float,
    "command_timeout": float,
    "cached_statements": int,
    "statement_cache_size": int,
    "prepared_statement_cache_size": int,
    "max_cached_statement_lifetime": int,
    "max_cacheable_statement_size": int,
}


@dataclass(frozen=True)
class DatabaseURL:
    """A URL that SQLAlchemy understands, and the options that it does not understand.

    Args:
        url: The URL, with an asynchronous driver.
        arguments: Arguments for the driver's function ``connect``.
        is_pooled: Whether an option says that the server is a pooler such as PgBouncer.
    """

    url: URL
    arguments: dict[str, Any] = field(default_factory=dict)
    is_pooled: bool = False


def read_database_url(given: str | URL) -> DatabaseURL:
    """Parse *given*.

    Raises:
        ConfigurationError: The URL is invalid, one of its options is unknown or wrong, or no driver is installed.
    """
    url = _with_driver(_parse(given))
    options = (_LibpqOptions if url.get_driver_name().startswith("psycopg") else _Options)(url)
    for name, values in url.query.items():
        options.add(name, values)
    return options.result()


def _parse(given: str | URL) -> URL:
    encode = "In the user name and the password, write @ as %40, / as %2F and : as %3A."
    try:
        url = make_url(given.strip() if isinstance(given, str) else given)
    except (ArgumentError, ValueError):
        problem = "the value is not a database URL, an AsyncEngine or an async_sessionmaker."
        remedy = f"Use a URL such as '{_DRIVERS['sqlite'][1]}'. {encode}"
        raise ConfigurationError(OPTION, problem, remedy) from None
    if "@" in (url.host or "") or (url.host and "@" in (url.database or "")):
        # Otherwise the error of the driver would show a part of the password as the host.
        raise ConfigurationError(OPTION, "the URL contains a second @.", encode)
    return url


def _with_driver(url: URL) -> URL:
    backend, _, driver = url.drivername.lower().partition("+")
    backend = _ALIASES.get(backend, backend)
    drivers, example, install = _DRIVERS.get(backend, ((), _DRIVERS["sqlite"][1], ""))
    named = url.set(drivername=f"{backend}+{driver}" if driver else backend)
    dialect = _async_dialect(named) if driver or not drivers else None
    if dialect and _is_installed(dialect):
        return named
    working = next((name for name in drivers if find_spec(name)), None)
    if working:
        return url.set(drivername=f"{backend}+{working}")
    if dialect or drivers:
        problem = f"no asynchronous driver for {named.drivername!r} is installed."
        raise ConfigurationError(OPTION, problem, f"Run: {install}" if install else "Install the driver.")
    problem = f"SQLAlchemy has no asynchronous driver for {named.drivername!r}."
    raise ConfigurationError(OPTION, problem, f"Use a URL such as '{example}'.")


def _async_dialect(url: URL) -> type[Dialect] | None:
    try:
        dialect = url.get_dialect()
    except (NoSuchModuleError, ImportError):
        return None
    dialect = dialect.get_async_dialect_cls(url)
    return dialect if dialect.is_async else None


def _is_installed(dialect: type[Dialect]) -> bool:
    try:
        dialect.import_dbapi()
    except ImportError:
        return False
    return True


class _Options:
    """The options in the query of *url*, sorted by what they mean."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self.query: dict[str, Any] = {}
        self.unknown: list[str] = []
        self.is_pooled = False
        self._driver = url.get_driver_name()
        self._is_sqlite = url.get_backend_name() == "sqlite"
        self._arguments: dict[str, Any] = {}
        self._settings: dict[str, str] = {}
        self._mode: Mode | None = None
        self._files: dict[str, str] = {}
        self._binds_channel = False

    def add(self, name: str, values: str | tuple[str, ...]) -> None:
        """Sort the option *name*. If it has several values, the last one counts, unless the driver takes them all."""
        value = values if isinstance(values, str) else values[-1]
        plain = name.lower().replace("-", "").replace("_", "")
        if plain in _CREDENTIALS and not self._is_sqlite:
            credential: Any = {_CREDENTIALS[plain]: value}
            self.url = self.url.set(**credential)
        elif plain == "pgbouncer":
            self.is_pooled = self.is_pooled or value.lower() not in ("false", "0")
        else:
            self._add(name, plain, value, values)

    def result(self) -> DatabaseURL:
        """Return the URL and the arguments. Raises ``ConfigurationError`` if an option is unknown."""
        if self.unknown:
            problem = f"the URL has options that {self._driver} does not understand: {', '.join(sorted(self.unknown))}."
            raise ConfigurationError(OPTION, problem, "Remove them, or pass an AsyncEngine that you created.")
        if self._settings:
            self._arguments["server_settings"] = self._settings
        if self._mode is not None or self._files:
            self._protect()
        if self._binds_channel and (self._mode or Mode.OFF) < Mode.VERIFY_CA:
            Log().warning(
                "DATABASE_URL",
                f"{self._driver} cannot check channel_binding=require in the database URL. Use sslmode=verify-full, "
                "which checks the certificate of the server.",
            )
        return DatabaseURL(self.url.set(query=self.query), self._arguments, self.is_pooled)

    def _add(self, name: str, plain: str, value: str, values: Any) -> None:
        if self._is_sqlite and "uri" in self.url.query:
            # SQLite reads the other options of a URI.
            self.query[name] = values
        elif not self._is_sqlite and (plain in _TLS_MODES or plain in _TLS_CHECKS or plain in _TLS_FILES):
            self._add_tls(plain, value)
        elif plain == "connecttimeout":
            self._add_number(name, "timeout" if self._driver == "asyncpg" else "connect_timeout", value)
        elif plain == "socket" and self._driver == "aiomysql":
            self.query["unix_socket"] = value
        elif self._driver == "asyncpg" and self._add_for_postgresql(plain, value):
            return
        elif name in _NUMBERS and name in _OF_DRIVER.get(self._driver, ()):
            self._add_number(name, name, value)
        elif name in _OF_DRIVER.get(self._driver, (name,)):
            self.query[name] = values
        elif plain not in _IGNORED:
            self.unknown.append(name)

    def _add_tls(self, plain: str, value: str) -> None:
        if plain in _TLS_FILES:
            self._files[_TLS_FILES[plain]] = value
            return
        mode = mode_of(value)
        if mode is None:
            remedy = "Use sslmode=require, verify-ca, verify-full, prefer or disable."
            raise ConfigurationError(OPTION, "the TLS mode in the URL is unknown.", remedy)
        if plain in _TLS_CHECKS:
            mode = _TLS_CHECKS[plain] if mode else Mode.REQUIRE
        self._mode = mode if self._mode is None else max(mode, self._mode)

    def _add_for_postgresql(self, plain: str, value: str) -> bool:
        """Add *plain* if it is an option of libpq or Prisma for which asyncpg has another name or none.

        Returns:
            Whether it is such an option.
        """
        if plain == "channelbinding":
            self._binds_channel = value.lower() == "require"
        elif plain == "applicationname":
            self._settings["application_name"] = value
        elif plain == "options":
            self._settings["options"] = value
        elif plain == "schema":
            self._settings |= {} if value == "public" else {"search_path": value}
        elif plain == "sslnegotiation":
            self._arguments |= {"direct_tls": True} if value.lower() == "direct" else {}
        elif plain == "gssencmode":
            self.unknown += ["gssencmode=require"] if value.lower() == "require" else []
        else:
            return False
        return True

    def _add_number(self, given: str, name: str, value: str) -> None:
        try:
            number = _NUMBERS[name](value)
        except ValueError:
            number = nan
        if not isfinite(number):
            raise ConfigurationError(OPTION, f"{given} in the URL is not a number.", "Correct or remove it.")
        if name.endswith("statement_cache_size"):
            self.is_pooled = self.is_pooled or number == 0
        # In libpq, a time limit of zero means that there is none. Then the adapter's own limit counts.
        if number > 0:
            self._arguments[name] = number

    def _protect(self) -> None:
        authority = self._files.get("sslrootcert")
        if self._mode is None:
            self._mode = Mode.VERIFY_FULL if authority == "system" else Mode.VERIFY_CA if authority else Mode.REQUIRE
        elif self._mode is Mode.REQUIRE and authority:
            self._mode = Mode.VERIFY_CA
        if self._driver == "asyncpg" and self._mode < Mode.REQUIRE:
            self._arguments["ssl"] = "prefer" if self._mode is Mode.PREFER else False
            return
        if self._mode is Mode.OFF:
            return
        if self._driver not in ("asyncpg", "aiomysql"):
            remedy = "Use asyncpg, psycopg or aiomysql, or pass an AsyncEngine that you created."
            raise ConfigurationError(OPTION, f"TLS with the driver {self._driver} is not supported.", remedy)
        self._arguments["ssl"] = context_of(OPTION, self._mode, self._files)
        if self._driver == "aiomysql" and self._mode > Mode.PREFER:
            from authwright.adapters.sqlalchemy.connecting.mysql_tls import connect_encrypted

            self._arguments["async_creator_fn"] = connect_encrypted


class _LibpqOptions(_Options):
    """The options for psycopg, which understands those of libpq."""

    def _add(self, name: str, plain: str, value: str, values: Any) -> None:
        import psycopg

        if plain == "ssl" or value == "no-verify":
            mode = mode_of(value)
            name, values = "sslmode", "disable" if mode is Mode.OFF else "require"
        try:
            psycopg.conninfo.make_conninfo("", **{name: ""})
        except psycopg.ProgrammingError:
            if plain not in _IGNORED and (plain, value) != ("schema", "public"):
                self.unknown.append(name)
        else:
            self.query[name] = values
