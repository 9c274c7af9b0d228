"""Visitors who send requests at a steady pace, answered or not, and who remember what the site has confirmed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count, cycle
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from benchmarks.connection import Connection, Reply
from benchmarks.site.auth import COOKIE, address_of

# Longer than any response may take, so that the worst time is the site's and not ours.
TIMEOUT = 60.0
# Odd, so that each of them reads every page in turn.
_READERS = 9
# Without the page that reads in a thread of asyncio: while the store hangs it would itself take all of those threads,
# and pages that do not need the store are here to show that authwright takes none.
_PAGES = ("/api/auth/session", "/loop", "/thread", "/api/auth/session")
_SESSION = "/api/auth/session"
# The outcomes of a visit other than a status.
NO_RESPONSE, DROPPED, NO_SESSION, OTHER_SESSION = "no response", "connection closed", "no session", "other session"
ERROR_PAGE = "error page"

Cookies: TypeAlias = dict[str, str]
SignIn: TypeAlias = Callable[["Visitors", str], Awaitable[str]]


@dataclass
class Visit:
    """One request, or one step of a sign-in, and its outcome.

    *kind* is ``read``, ``sign-in`` or ``ping``; *outcome* is a status or one of the constants above.
    """

    kind: str
    began: float
    ended: float = 0.0
    outcome: str = ""

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.ended - self.began

    @property
    def is_good(self) -> bool:
        """Whether the visitor got what they asked for."""
        return self.outcome in ("200", "302")


@dataclass
class Visitors:
    """The visitors of the site at *port*.

    Args:
        sign_in: How a user signs in.
        action: What new visitors do all the time: sign in, or ask for a link by mail.
    """

    port: int
    sign_in: SignIn
    action: SignIn
    visits: list[Visit] = field(default_factory=list)
    # The sessions and users that must be there in the end: by name the cookies, and the user's id.
    sessions: dict[str, Cookies] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    # The addresses to which a mail was sent, as the site says.
    mails: set[str] = field(default_factory=set)
    csrf_token: str = ""
    csrf_cookies: Cookies = field(default_factory=dict)
    _numbers: Any = field(default_factory=count)
    _open: set[asyncio.Task[None]] = field(default_factory=set)
    _readers: list[str] = field(default_factory=list)

    async def arrive(self) -> None:
        """Let the readers sign in. Raises RuntimeError if one of them cannot."""
        reply = await self.ask("/api/auth/csrf", {})
        # They need no store, so all visitors share them.
        self.csrf_token, self.csrf_cookies = reply.json["csrfToken"], reply.cookies()
        for _ in range(_READERS):
            name = await self.sign_in(self, self._new_name())
            if name not in self.sessions:
                raise RuntimeError(f"The first sign-ins do not work: {self.visits[-1].outcome}")
            reply = await self.ask(_SESSION, self.sessions[name])
            self.ids[name] = reply.json["user"]["id"]
            self._readers.append(name)
        self.visits.clear()

    async def come(self) -> None:
        """Send requests at a steady pace until cancelled, without waiting for their responses."""
        pages, readers = cycle(_PAGES), cycle(self._readers)
        for turn in count():
            self._spawn(self._read(next(pages), next(readers)))
            if turn % 5 == 0:
                self._spawn(self.action(self, self._new_name()))
                self._spawn(self._ping())
            await asyncio.sleep(0.1)

    async def leave(self, patience: float) -> None:
        """Wait *patience* seconds for responses that are still due, then give them up."""
        if self._open:
            await asyncio.wait(self._open, timeout=patience)
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def lost(self) -> list[str]:
        """Return which confirmed sessions and users are missing now, as texts such as "2 sessions"."""
        sessions = [name for name, cookies in self.sessions.items() if not await self._shows(cookies, name)]
        users = []
        for name, known in self.ids.items():
            self.sessions.pop(name, None)
            await self.sign_in(self, name)
            if await self._id_of(name) != known:
                users.append(name)
        found = [(sessions, "sessions"), (users, "users")]
        return [f"{len(names)} {what}" for names, what in found if names]

    async def ask(self, path: str, cookies: Cookies, form: dict[str, str] | None = None) -> Reply:
        """Send one request over a connection of its own. Raises as ``Connection.ask``."""
        connection = Connection(self.port, TIMEOUT)
        try:
            return await connection.ask(path, cookies, form)
        finally:
            connection.close()

    async def watch(self, kind: str, step: Awaitable[Reply], judge: Callable[[Reply], str] | None = None) -> Reply:
        """Await *step* and record its outcome. *judge* checks a response with the status 200 or 302."""
        visit = Visit(kind, time.monotonic())
        self.visits.append(visit)
        visit.outcome = NO_RESPONSE
        reply = Reply()
        try:
            reply = await step
            visit.outcome = str(reply.status)
            if visit.is_good and judge:
                visit.outcome = judge(reply) or visit.outcome
        except ConnectionError:
            visit.outcome = DROPPED
        except TimeoutError:
            pass
        finally:
            visit.ended = time.monotonic()
        return reply if visit.is_good else Reply()

    def _new_name(self) -> str:
        return f"user-{next(self._numbers)}"

    def _spawn(self, visit: Awaitable[object]) -> None:
        async def run() -> None:
            await visit

        task = asyncio.create_task(run())
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _read(self, page: str, name: str) -> None:
        await self.watch("read", self.ask(page, self.sessions[name]), lambda reply: _judge_session(reply, name))

    async def _ping(self) -> None:
        await self.watch("ping", self.ask("/ping", {}))

    async def _shows(self, cookies: Cookies, name: str) -> bool:
        reply = await self.ask(_SESSION, cookies)
        return reply.status == 200 and not _judge_session(reply, name)

    async def _id_of(self, name: str) -> str:
        if name not in self.sessions:
            return ""
        reply = await self.ask(_SESSION, self.sessions[name])
        return str(reply.json["user"]["id"]) if reply.status == 200 and reply.json else ""


def _judge_session(reply: Reply, name: str) -> str:
    session = reply.json
    if not session:
        return NO_SESSION
    return "" if session["user"]["email"] == address_of(name) else OTHER_SESSION


async def by_credentials(visitors: Visitors, name: str) -> str:
    """Sign in with a password; return the name."""
    reply = await _post(visitors, "/api/auth/callback/credentials", username=name)
    _keep(visitors, name, reply)
    return name


async def by_mail(visitors: Visitors, name: str) -> str:
    """Ask for a link by mail; return the name."""
    reply = await _post(visitors, "/api/auth/signin/email", email=address_of(name))
    if reply.status:
        visitors.mails.add(address_of(name))
    return name


def by_provider(pick: Callable[[str, str], str]) -> SignIn:
    """Return a sign-in through the provider. *pick* turns an authorization URL and a name into a callback URL."""

    async def sign_in(visitors: Visitors, name: str) -> str:
        reply = await _post(visitors, "/api/auth/signin/corp")
        if reply.status:
            back = urlsplit(pick(reply.json["url"], name))
            step = visitors.ask(f"{back.path}?{back.query}", visitors.csrf_cookies | reply.cookies())
            _keep(visitors, name, await visitors.watch("sign-in", step, judge_location))
        return name

    return sign_in


async def _post(visitors: Visitors, path: str, **form: str) -> Reply:
    step = visitors.ask(path, visitors.csrf_cookies, {"csrfToken": visitors.csrf_token, "json": "true", **form})
    return await visitors.watch("sign-in", step, judge_url)


def judge_url(reply: Reply) -> str:
    """Return ``ERROR_PAGE`` if the JSON of a sign-in leads to an error page, otherwise an empty string."""
    return ERROR_PAGE if "error=" in reply.json["url"] else ""


def judge_location(reply: Reply) -> str:
    """Return ``ERROR_PAGE`` if a redirect leads to an error page, otherwise an empty string."""
    return ERROR_PAGE if "error=" in reply.header("location") else ""


def _keep(visitors: Visitors, name: str, reply: Reply) -> None:
    token = reply.cookies().get(COOKIE)
    if token:
        visitors.sessions[name] = {COOKIE: token}
