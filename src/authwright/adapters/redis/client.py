"""Redis clients: one for each event loop, or the app's own client, which belongs to the loop that uses it first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, urlencode, urlsplit

from authwright.adapters import deadline
from authwright.adapters.owners import claim
from authwright.errors import ConfigurationError
from authwright.server.runtime.loops import PerLoop

try:
    from redis.asyncio import BlockingConnectionPool, Redis
    from redis.asyncio.cluster import RedisCluster
    from redis.asyncio.connection import AbstractConnection
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff
    from redis.exceptions import ConnectionError as BrokenConnection
    from redis.exceptions import RedisError
except ImportError as _error:
    problem = "The stores on Redis need the package redis. Run: pip install 'authwright[redis]'"
    raise ImportError(problem, name=_error.name) from None

RedisClient: TypeAlias = Redis | RedisCluster


class RedisClients:
    """The client of each event loop, with its scripts.

    Args:
        given: A URL, or an app's own client, which is used as it is and is not closed.
        option: The option that *given* comes from, for error messages.
        scripts: Lua scripts, by name.
        timeout: The time limit for waiting for a connection, for connecting and for a reply, in seconds.

    Raises:
        ConfigurationError: *given* is neither a client nor the URL of a Redis server.
    """

    def __init__(self, given: object, option: str, scripts: Mapping[str, str], timeout: float) -> None:
        self._option = option
        self._own = given if isinstance(given, RedisClient) else None
        make = _maker(given, option, timeout)
        self._clients = PerLoop(lambda: _Registered(make(), scripts), None if self._own else _Registered.aclose)

    @property
    def client(self) -> RedisClient:
        """The client of the running loop. Raises ``ConfigurationError`` if another loop owns the app's own client."""
        return self._registered().client

    async def run(self, script: str, keys: Sequence[str], arguments: Sequence[str | int] = ()) -> Any:
        """Run the script called *script* and return its result."""
        return await self._registered().scripts[script](keys=keys, args=arguments)

    async def aclose(self) -> None:
        """Close the connections that were opened here, on all loops. The next use opens new ones."""
        await self._clients.aclose()

    def _registered(self) -> _Registered:
        if self._own:
            claim(self._own, self._option, "client")
        return self._clients.get()


class _Registered:
    def __init__(self, client: RedisClient, scripts: Mapping[str, str]) -> None:
        self.client = client
        self.scripts = {name: client.register_script(text) for name, text in scripts.items()}

    async def aclose(self) -> None:
        await self.client.aclose()


class _Pool(BlockingConnectionPool):
    """A pool whose callers wait for a connection. redis-py's default pool raises an error if all are in use."""

    async def release(self, connection: AbstractConnection) -> None:
        """Take *connection* back. If the deadline of its call has passed, also drop the idle connections.

        After a failover, the idle connections lead to a machine that no longer exists, and each of them would make a
        request wait until its deadline.
        """
        await super().release(connection)
        if deadline.has_passed():
            for idle in list(self._available_connections):
                await idle.disconnect(nowait=True)


def _maker(given: object, option: str, timeout: float) -> Callable[[], RedisClient]:
    if isinstance(given, RedisClient):
        return lambda: given
    if not isinstance(given, str):
        problem = f"a {type(given).__name__} is neither a URL nor a client of redis.asyncio."
        remedy = "Use a URL such as 'redis://localhost:6379/0', or redis.asyncio.Redis(...)."
        raise ConfigurationError(option, problem, remedy)
    bounds = {"timeout": timeout, "socket_timeout": timeout, "socket_connect_timeout": timeout}
    # Retry once, because an idle connection may have been closed by the server.
    retry = Retry(NoBackoff(), 1, supported_errors=(BrokenConnection,))

    def make() -> Redis:
        return Redis.from_pool(_Pool.from_url(_as_redis_url(given), retry=retry, **bounds))

    # Drop the original errors: their text quotes the URL, which may contain a password.
    try:
        # Create a connection object now. Otherwise an unknown option would raise an error only at the first call.
        pool: Any = make().connection_pool
        pool.make_connection()
    except ValueError:
        problem = "the value is not a valid URL of a Redis server."
        remedy = "Use a URL such as 'redis://localhost:6379/0', or rediss:// for TLS. In a password, write # as %23."
        raise ConfigurationError(option, problem, remedy) from None
    except (TypeError, RedisError):
        problem = "the URL has an option that redis-py does not know, or an option with an invalid value."
        remedy = "Remove the option, or pass a client that you created: redis.asyncio.Redis(...)."
        raise ConfigurationError(option, problem, remedy) from None
    return make


def _as_redis_url(given: str) -> str:
    """Convert *given*, a URL that may be written for Valkey or for another client, to the form that redis-py reads."""
    url = urlsplit(given.strip())
    scheme = {"valkey": "redis", "valkeys": "rediss"}.get(url.scheme, url.scheme)
    options = {}
    for name, value in parse_qsl(url.query, keep_blank_values=True):
        if name in ("ssl", "tls"):
            scheme = "rediss" if value.lower() in ("true", "1", "yes") else scheme
        else:
            options[name] = value.lower().removeprefix("cert_") if name == "ssl_cert_reqs" else value
    # urlunsplit would drop the second slash of unix:///path.
    return f"{scheme}://{url.netloc}{url.path}?{urlencode(options)}{'#' if url.fragment else ''}{url.fragment}"


def tagged(prefix: str) -> str:
    """Return the prefix of keys as a hash tag, so that a cluster keeps all keys on one node.

    Raises:
        ConfigurationError: *prefix* is empty or contains a brace.
    """
    return f"{{{without_braces(prefix)}}}:"


def without_braces(prefix: str) -> str:
    """Return *prefix* after checking that it contains no hash tag, so that a cluster distributes the keys.

    Raises:
        ConfigurationError: *prefix* is empty or contains a brace.
    """
    if not prefix or set(prefix) & set("{}"):
        problem = f"{prefix!r} is empty or contains a brace."
        raise ConfigurationError("prefix", problem, "Use a name without braces, such as 'myapp'.")
    return prefix
