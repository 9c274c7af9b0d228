"""The same requests to next-auth under Node and to authwright get the same answers, except for ``DIFFERENCES``.

Two more differences are allowed. authwright adds the no-store headers of v4 to every response that contains a token, a
form or a cookie. After a sign-out it sets a cookie that marks the ended session, which v4 does not have
(docs/decisions/0007).
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, TypeAlias
from urllib.parse import quote

import pytest

from contract.peers import Peer, PeerResponse, Visitor, authwright

pytestmark = pytest.mark.contract

Flow: TypeAlias = Callable[[Visitor], AsyncIterator[tuple[str, PeerResponse]]]
Seen: TypeAlias = dict[str, Any]

ERRORS = (
    *("Signin", "OAuthSignin", "OAuthCallback", "OAuthCreateAccount", "EmailCreateAccount", "Callback"),
    *("OAuthAccountNotLinked", "EmailSignin", "CredentialsSignin", "SessionRequired"),
    *("Configuration", "AccessDenied", "Verification", "Default", "Unheard", ""),
)
MALFORMED = "http://localhost:3000.evil/"
CALLBACK_URLS = ("http://evil.example/", "https://localhost:3000/", MALFORMED, "/home?a=b#c", "/a b", "/홍")
MARK = "next-auth.signed-out="
NO_STORE = {"cache-control": "private, no-cache, no-store", "pragma": "no-cache", "expires": "0"}


async def visit(visitor: Visitor, *requests: str) -> AsyncIterator[tuple[str, PeerResponse]]:
    for request in requests:
        method, _, path = request.partition(" ")
        yield request, await visitor.ask(method, path)


async def reads(visitor: Visitor) -> AsyncIterator[tuple[str, PeerResponse]]:
    async for step in visit(visitor, "GET /csrf", "GET /csrf", "GET /providers", "GET /session"):
        yield step


async def pages(visitor: Visitor) -> AsyncIterator[tuple[str, PeerResponse]]:
    async for step in visit(
        visitor, "GET /signin", "GET /signin?error=Callback", "GET /signout", "GET /verify-request"
    ):
        yield step


async def error_pages(visitor: Visitor) -> AsyncIterator[tuple[str, PeerResponse]]:
    async for step in visit(visitor, "GET /error", *[f"GET /error?error={code}" for code in ERRORS if code]):
        yield step


async def credentials(visitor: Visitor) -> AsyncIterator[tuple[str, PeerResponse]]:
    for username, password in [
        ("alice", "wrong"), ("mallory", "secret"), ("waiting", "secret"), ("locked", "secret"), ("alice", "secret"),
    ]:  # fmt: skip
        fields = {"csrfToken": await visitor.csrf(), "username": username, "password": password}
        yield f"{username} {password}", await visitor.ask("POST", "/callback/credentials", fields)
        json_too = fields | {"json": "true", "callbackUrl": "/home"}
        yield f"{username} {password} json", await visitor.ask("POST", "/callback/credentials", json_too)


async def a_session(visitor: Visitor) -> AsyncIterator[tuple[str, PeerResponse]]:
    yield "sign in", await visitor.sign_in()
    yield "session", await visitor.ask("GET", "/session")
    yield "update", await visitor.update({"name": "Bob 홍"})
    yield "update with nothing", await visitor.update(None)
    yield "grow", await visitor.update({"text": "x" * 9_000})
    yield "session", await visitor.ask("GET", "/session")
    yield "shrink", await visitor.update({"text": ""})
    yield "sign out", await visitor.ask("POST", "/signout", {"csrfToken": await visitor.csrf(), "json": "true"})
    yield "session", await visitor.ask("GET", "/session")
    yield "sign out again", await visitor.ask("POST", "/signout", {"csrfToken": await visitor.csrf()})


async def without_csrf(visitor: Visitor) -> AsyncIterator[tuple[str, PeerResponse]]:
    yield "sign in", await visitor.sign_in()
    for path in ("/callback/credentials", "/signin/email", "/signin/credentials", "/signin", "/signout"):
        for token in ({}, {"csrfToken": "forged"}):
            for json_too in ({}, {"json": "true"}):
                fields = {"username": "alice", "password": "secret", "email": "a@b.example"} | token | json_too
                yield f"{path} {token} {json_too}", await visitor.ask("POST", path, fields)
    yield "/session", await visitor.ask("POST", "/session", data={"data": {"name": "Eve"}})
    yield "session", await visitor.ask("GET", "/session")


async def broken_cookies(visitor: Visitor) -> AsyncIterator[tuple[str, PeerResponse]]:
    visitor.cookies = {"next-auth.session-token": "garbage"}
    yield "session", await visitor.ask("GET", "/session")
    visitor.cookies = {"next-auth.session-token.0": "eyJ", "next-auth.session-token.1": "x..y"}
    yield "session in chunks", await visitor.ask("GET", "/session")
    visitor.cookies = {"next-auth.csrf-token": "token|hash", "next-auth.callback-url": "http://evil.example"}
    yield "csrf", await visitor.ask("GET", "/csrf")
    visitor.cookies = {"next-auth.session-token": "garbage"}
    yield "sign out", await visitor.ask("POST", "/signout", {"csrfToken": await visitor.csrf(), "json": "true"})


async def callback_urls(visitor: Visitor) -> AsyncIterator[tuple[str, PeerResponse]]:
    for url in CALLBACK_URLS:
        fields = {"csrfToken": await visitor.csrf(), "json": "true", "callbackUrl": url}
        yield f"body {url}", await visitor.ask("POST", "/signout", fields)
        yield f"remembered {url}", await visitor.ask("POST", "/signout", {"csrfToken": await visitor.csrf()})
    yield "query", await visitor.ask("GET", "/csrf?callbackUrl=%2Fquery")
    yield "query is not valid", await visitor.ask("GET", "/signin?callbackUrl=javascript%3Aalert(1)")


async def mail(visitor: Visitor) -> AsyncIterator[tuple[str, PeerResponse]]:
    for email in ("홍@example.com", "alice@example.com", "Alice@Example.COM", "no address", "a@b@c.example", ""):
        fields = {"csrfToken": await visitor.csrf(), "email": email, "callbackUrl": "/home"}
        yield f"ask {email}", await visitor.ask("POST", "/signin/email", fields)
        yield f"ask json {email}", await visitor.ask("POST", "/signin/email", fields | {"json": "true"})
    link = visitor.peer.links()[-1]
    yield "link", await visitor.ask("GET", link)
    yield "session", await visitor.ask("GET", "/session")
    yield "link again", await visitor.ask("GET", link)
    yield "unknown link", await visitor.ask("GET", "/callback/email?token=x&email=a%40b.example")


async def unknown(visitor: Visitor) -> AsyncIterator[tuple[str, PeerResponse]]:
    requests = (
        "GET /nothing",
        "POST /nothing",
        "GET /callback/unknown",
        "POST /csrf",
        "POST /providers",
        "PUT /session",
    )
    async for step in visit(visitor, *requests, "GET /callback/credentials", "POST /signin/unknown", "POST /_log"):
        yield step


FLOWS = (
    *(reads, pages, error_pages, credentials, a_session, without_csrf, broken_cookies, callback_urls, mail, unknown),
)


class Differs:
    """A difference between our answer and that of v4: the reason, and the values of our answer."""

    def __init__(self, why: str, **ours: Any) -> None:
        self.why = why
        self.ours = ours


def problem(status: int, code: str, message: str, why: str, **ours: Any) -> Differs:
    said = {"message": message, "code": code}
    return Differs(why, **{"status": status, "type": "application/json", "json": said, "location": None} | ours)


def nothing_there(**ours: Any) -> Differs:
    return problem(404, "NotFound", "This page does not exist.", "v4 answers 400 to an unknown path", **ours)


def wrong_method(**ours: Any) -> Differs:
    message = "This address does not support this type of request."
    return problem(405, "MethodNotAllowed", message, "v4 answers 400 to a wrong method, 500 to some", **ours)


def unusable_callback_url(**ours: Any) -> Differs:
    return Differs("v4 answers 500 to an invalid callback URL; ours leads to the origin", **ours)


def in_ascii(path: str, why: str) -> Differs:
    cookie = f"next-auth.callback-url={quote(f'http://localhost:3000{path}', safe='')}; Path=/; HttpOnly; SameSite=Lax"
    return Differs(why, json={"url": f"http://localhost:3000{path}"}, cookies=[cookie])


LOCKED = "http://localhost:3000/api/auth/error?error=This+account+is+locked.&code=locked&provider=credentials"

DIFFERENCES: Mapping[tuple[str, str], Differs] = {
    ("credentials", "waiting secret json"): Differs(
        "the URL in JSON is always absolute", json={"url": "http://localhost:3000/wait?for=approval"}
    ),
    ("credentials", "locked secret"): Differs(
        "a CredentialsError adds a code, and passes its text to the sign-in page", location=f"{LOCKED}&message=SEALED"
    ),
    ("credentials", "locked secret json"): Differs(
        "a CredentialsError adds a code, and passes its text to the sign-in page",
        json={"url": f"{LOCKED}&message=SEALED"},
    ),
    ("callback_urls", f"body {MALFORMED}"): unusable_callback_url(
        status=200, type="application/json", json={"url": "http://localhost:3000"}
    ),
    ("callback_urls", "query is not valid"): unusable_callback_url(
        status=200,
        type="text/html",
        json=None,
        cookies=["next-auth.callback-url=http%3A%2F%2Flocalhost%3A3000; Path=/; HttpOnly; SameSite=Lax"],
    ),
    ("callback_urls", "body /a b"): in_ascii("/a%20b", "a URL must not contain a space"),
    ("callback_urls", "remembered /a b"): Differs(
        "a URL must not contain a space", location="http://localhost:3000/a%20b"
    ),
    ("callback_urls", "body /홍"): in_ascii("/%ED%99%8D", "a header must be ASCII"),
    ("callback_urls", "remembered /홍"): Differs(
        "Node throws an error if a header is not ASCII", status=302, type="", location="http://localhost:3000/%ED%99%8D"
    ),
    **{("unknown", f"{method} /nothing"): nothing_there() for method in ("GET", "POST")},
    ("unknown", "GET /callback/unknown"): nothing_there(),
    ("unknown", "POST /signin/unknown"): nothing_there(cookies=[]),
    **{("unknown", request): wrong_method() for request in ("POST /csrf", "POST /providers", "PUT /session")},
    ("unknown", "GET /callback/credentials"): wrong_method(cookies=[]),
}


def look_at(response: PeerResponse) -> Seen:
    """Return the parts of a response that the contract covers, with all random values replaced."""
    is_json = response.headers.get("content-type", "").startswith("application/json")
    body = json.loads(response.body) if is_json else None
    return {
        "status": response.status,
        "type": response.headers.get("content-type", "").partition(";")[0] if response.body else "",
        "json": _without_random_values(body),
        "location": _without_random_values(response.headers.get("location")),
        "cookies": sorted(_without_random_values(one) for one in response.set_cookies if not one.startswith(MARK)),
        "cache": {name: response.headers[name] for name in NO_STORE if name in response.headers},
    }


def _without_random_values(value: Any) -> Any:
    text = json.dumps(value)
    text = re.sub(r"[0-9a-f]{64}", "RANDOM", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "DATE", text)
    text = re.sub(r"Expires=[^;]+ GMT", "Expires=DATE", text)
    text = re.sub(r"&message=[^&\"]+", "&message=SEALED", text)
    return json.loads(re.sub(r'session-token(\.\d)?=[^;"]+', r"session-token\1=TOKEN", text))


async def record(flow: Flow, peer: Peer) -> list[tuple[str, Seen]]:
    return [(step, look_at(response)) async for step, response in flow(Visitor(peer))]


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.__name__)
async def test_both_servers_give_the_same_responses(flow: Flow, node_server: Peer) -> None:
    theirs, ours = await record(flow, node_server), await record(flow, authwright()[1])
    expected = [(step, seen | _differing(flow, step)) for step, seen in theirs]
    for (_, seen), (_, own) in zip(expected, ours, strict=True):
        if seen["cache"].items() <= own["cache"].items():
            seen["cache"] = own["cache"]
    assert ours == expected


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.__name__)
async def test_every_listed_difference_exists(flow: Flow, node_server: Peer) -> None:
    theirs = dict(await record(flow, node_server))
    listed = {step: differs for (name, step), differs in DIFFERENCES.items() if name == flow.__name__}
    assert [step for step, differs in listed.items() if theirs[step] == theirs[step] | differs.ours] == []


def _differing(flow: Flow, step: str) -> Seen:
    differs = DIFFERENCES.get((flow.__name__, step))
    return differs.ours if differs else {}
