"""Clients of Redis: one for each event loop, or the app's own, which belongs to the loop that uses it first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from authwright.adapters import deadline
from authwright.adapters.owners import claim
from authwright.errors import ConfigurationError
from authwright.loops import PerLoop

try:
    from redis.asyncio import BlockingConnectionPool, Redis
    from redis.asyncio.cluster import RedisCluster
    from redis.asyncio.connection import AbstractConnection
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff
    from redis.exceptions import ConnectionError as BrokenConnection
except ImportError as error:
    raise ImportError("The stores on Redis need redis: pip install 'authwright[redis]'", name=error.name) from None

Client: TypeAlias = Redis | RedisCluster


class Clients:
    """The client of the running loop, and the scripts that run on it.

    Args:
        given: A URL, or an app's own client, which is used as it is and left open.
        option: The option that it was given as.
        scripts: Lua, by name.
        timeout: How long to wait for a connection, and for what Redis says, in seconds.

    Raises:
        ConfigurationError: *given* is neither, or names no Redis.
    """

    def __init__(self, given: object, option: str, scripts: Mapping[str, str], timeout: float) -> None:
        self._option = option
        self._own = given if isinstance(given, Client) else None
        make = _maker(given, option, timeout)
        self._clients = PerLoop(lambda: _Registered(make(), scripts), None if self._own else _Registered.aclose)

    @property
    def client(self) -> Client:
        """The client of the running loop. Raises ``ConfigurationError`` if it is the app's, and another loop's."""
        return self._registered().client

    async def run(self, script: str, keys: Sequence[str], arguments: Sequence[str | int] = ()) -> Any:
        """Run the script of that name and return its result."""
        return await self._registered().scripts[script](keys=keys, args=arguments)

    async def aclose(self) -> None:
        """Close what was opened here, on every loop. A later use opens it again."""
        await self._clients.aclose()

    def _registered(self) -> _Registered:
        if self._own:
            claim(self._own, self._option, "client")
        return self._clients.get()


class _Registered:
    def __init__(self, client: Client, scripts: Mapping[str, str]) -> None:
        self.client = client
        self.scripts = {name: client.register_script(text) for name, text in scripts.items()}

    async def aclose(self) -> None:
        await self.client.aclose()


class _Pool(BlockingConnectionPool):
    """redis-py's pool in which callers wait. Its usual one refuses them when its connections are all in use."""

    async def release(self, connection: AbstractConnection) -> None:
        """Take *connection* back. If a deadline passed on it, drop the idle ones, too.

        After a failover they lead to a machine that is gone, and each would cost a request its time.
        """
        await super().release(connection)
        if deadline.has_passed():
            for idle in list(self._available_connections):
                await idle.disconnect(nowait=True)


def _maker(given: object, option: str, timeout: float) -> Callable[[], Client]:
    if isinstance(given, Client):
        return lambda: given
    if not isinstance(given, str):
        remedy = "Use a URL, or a client of redis.asyncio."
        raise ConfigurationError(option, f"is a {type(given).__name__}.", remedy)
    bounds = {"timeout": timeout, "socket_timeout": timeout, "socket_connect_timeout": timeout}
    # A connection that was closed in its sleep is replaced, once.
    retry = Retry(NoBackoff(), 1, supported_errors=(BrokenConnection,))

    def make() -> Client:
        return Redis.from_pool(_Pool.from_url(given, retry=retry, **bounds))

    try:
        make()
    except ValueError:
        # Its text quotes the URL, and a password with it.
        raise ConfigurationError(option, "is no URL of a Redis.", "Use 'redis://localhost:6379/0'.") from None
    return make


def tagged(prefix: str) -> str:
    """What keys begin with, so that a cluster keeps them together. Raises ``ConfigurationError``."""
    return f"{{{without_braces(prefix)}}}:"


def without_braces(prefix: str) -> str:
    """*prefix*, which says nothing of where in a cluster a key lies. Raises ``ConfigurationError``."""
    if not prefix or set(prefix) & set("{}"):
        raise ConfigurationError("prefix", f"is {prefix!r}.", "Use a name without braces.")
    return prefix
