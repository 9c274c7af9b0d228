"""Many simultaneous users, each with a separate session, who check that every response shows their session or none."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from benchmarks.connection import Connection, Reply
from benchmarks.site.auth import COOKIE, address_of

SESSION = "/api/auth/session"
# How often each page is asked for. A loop for each request opens connections for each request, so it is rare.
PAGES = {SESSION: 30, "/thread": 25, "/loop": 25, "/to-thread": 19, "/own-loop": 1}
_STRANGER, _SIGNS_OUT = 0.1, 0.02
_AT_ONCE = 20


@dataclass
class Tally:
    """What the users saw.

    Args:
        requests: How many requests were sent.
        wrong: Responses that showed or set the session of another user.
        lost: Responses that showed no session to a signed-in user.
        ended: Responses that showed a session after its user had signed out.
        statuses: The responses by status.
        dropped: Requests whose connection was refused or closed.
        hung: Requests without a response in time.
        crash: How the server ended. Empty if it did not end.
    """

    requests: int = 0
    wrong: int = 0
    lost: int = 0
    ended: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    dropped: int = 0
    hung: int = 0
    crash: str = ""

    @property
    def unexpected(self) -> Counter[int]:
        """The statuses other than 200."""
        return Counter({status: count for status, count in self.statuses.items() if status != 200})

    @property
    def is_clean(self) -> bool:
        """Whether every request got the response that it should get."""
        faults = self.wrong + self.lost + self.ended + self.dropped + self.hung
        return not faults and not self.unexpected and not self.crash and self.requests > 0


@dataclass
class Crowd:
    """*users* users who send *requests* requests to *port*, all at once.

    Args:
        is_up: Whether the server still runs. When it has ended, the users stop.
        timeout: Seconds after which a request counts as hung.
        pages: The pages that they ask for, and how often each.
    """

    port: int
    users: int
    requests: int
    is_up: Callable[[], bool] = lambda: True
    timeout: float = 10
    pages: Mapping[str, int] = field(default_factory=PAGES.copy)
    seed: int = 1
    tally: Tally = field(default_factory=Tally)
    # First sign-ins of everybody in one instant would measure how fast the disk is.
    door: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    async def run(self) -> Tally:
        """Send the requests and return the tally."""
        await asyncio.gather(*(User(self, f"user-{number}").visit() for number in range(self.users)))
        return self.tally

    @property
    def goes_on(self) -> bool:
        """Whether a user may send another request."""
        return self.tally.requests < self.requests and self.is_up()


class User:
    """One user of a crowd, with a connection and cookies of their own."""

    def __init__(self, crowd: Crowd, name: str) -> None:
        self._crowd, self._tally, self._name = crowd, crowd.tally, name
        self._connection = Connection(crowd.port, crowd.timeout)
        self._random = random.Random(f"{crowd.seed} {name}")  # noqa: S311 - which page comes next is no secret
        self._cookies: dict[str, str] = {}
        self._csrf = ""

    async def visit(self) -> None:
        """Sign in and ask for pages until the crowd has sent all its requests."""
        while self._crowd.goes_on:
            await self._take_turn()
        self._connection.close()

    async def _take_turn(self) -> None:
        if COOKIE not in self._cookies:
            await self._sign_in()
        elif self._random.random() < _SIGNS_OUT:
            await self._sign_out()
        elif self._random.random() < _STRANGER:
            made_up = self._random.randbytes(32).hex()
            self._check(await self._ask(self._page(), {COOKIE: made_up}), None)
        else:
            self._check(await self._ask(self._page(), self._cookies), self._name)

    def _page(self) -> str:
        pages = self._crowd.pages
        return self._random.choices([*pages], [*pages.values()])[0]

    async def _ask(self, path: str, cookies: dict[str, str], form: dict[str, str] | None = None) -> Reply | None:
        """Return the response, or None if there is none or if it is an error."""
        self._tally.requests += 1
        try:
            reply = await self._connection.ask(path, cookies, form)
        except TimeoutError:
            self._tally.hung += 1
            return None
        except ConnectionError:
            self._tally.dropped += 1
            # A server that has just ended is noticed after a moment.
            await asyncio.sleep(0.1)
            return None
        self._tally.statuses[reply.status] += 1
        return reply if reply.status == 200 else None

    async def _post(self, path: str, **form: str) -> Reply | None:
        if not self._csrf:
            reply = await self._ask("/api/auth/csrf", self._cookies)
            if reply is None:
                return None
            self._csrf = reply.json["csrfToken"]
            self._keep_cookies(reply)
        return await self._ask(path, self._cookies, {"csrfToken": self._csrf, "json": "true", **form})

    def _keep_cookies(self, reply: Reply) -> None:
        self._cookies = {name: value for name, value in (self._cookies | reply.cookies()).items() if value}

    async def _sign_in(self) -> None:
        async with self._crowd.door:
            reply = await self._post("/api/auth/callback/credentials", username=self._name)
        if reply:
            self._keep_cookies(reply)
            self._tally.lost += COOKIE not in self._cookies

    async def _sign_out(self) -> None:
        before = dict(self._cookies)
        reply = await self._post("/api/auth/signout")
        del self._cookies[COOKIE]
        if reply:
            again = await self._ask(SESSION, before)
            self._tally.ended += again is not None and bool(again.json)

    def _check(self, reply: Reply | None, expected: str | None) -> None:
        if reply is None:
            return
        session = reply.json
        shown = session["user"]["email"] if session else None
        if shown is None:
            self._tally.lost += expected is not None
        elif expected is None or shown != address_of(expected):
            self._tally.wrong += 1
        token = reply.cookies().get(COOKIE) if reply.header("set-cookie") else None
        self._tally.wrong += bool(token) and token != self._cookies.get(COOKIE)
