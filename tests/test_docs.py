"""The documentation: its Python runs and does what the page says, and its links work."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx2
import pytest

from support.browser import Browser, body_of, location_of
from support.django_site import configure

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").rglob("*.md"))]
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path, language: str) -> Iterator[tuple[int, str]]:
    """Yield the fenced blocks of *page* in *language*, each with the number of the line above it."""
    text = page.read_text()
    for match in _FENCE.finditer(text):
        if match[1] == language:
            yield text.count("\n", 0, match.start()) + 1, match[2]


def prose(page: Path) -> str:
    return _FENCE.sub("", page.read_text())


def anchors(page: Path) -> set[str]:
    """Return the anchors of the headings as GitHub creates them: the second of two equal ones ends with -1."""
    found: set[str] = set()
    for heading in _HEADING.findall(prose(page)):
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        times = sum(1 for one in found if re.fullmatch(rf"{re.escape(slug)}(-\d+)?", one))
        found.add(f"{slug}-{times}" if times else slug)
    return found


def links(page: Path) -> list[str]:
    """Return the links and images of *page* that point to this repository."""
    return [link for link in _LINK.findall(prose(page)) if not urlsplit(link).scheme]


def is_broken(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (page.parent / unquote(path)).resolve() if path else page
    return not target.exists() or (bool(anchor) and anchor not in anchors(target))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """A function that runs the Python of a page, or its *first* blocks, as one module without a network.

    It returns the names of the module.
    """

    def refuse(self: socket.socket, address: object) -> None:
        raise AssertionError(f"An example uses the network: {address}")

    def run_page(name: str, *, first: int | None = None) -> dict[str, Any]:
        page = ROOT / name
        if name == "docs/adapter-django.md":
            configure()
        module = ModuleType("example")
        monkeypatch.setitem(sys.modules, "example", module)
        for line, code in islice(blocks(page, "python"), first):
            # The newlines make a traceback name the page's own line.
            exec(compile("\n" * line + code, str(page), "exec", dont_inherit=True), vars(module))  # noqa: S102
        return vars(module)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEXTAUTH_SECRET", "a secret for the examples, longer than 32")
    for name in ("NEXTAUTH_URL", "AUTH_URL", "AUTH_TRUST_HOST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "bind", refuse)
    return run_page


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_examples_of_a_page_run_in_order(page: Path, run: Any) -> None:
    run(name_of(page))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_link_of_a_page_is_broken(page: Path) -> None:
    assert [link for link in links(page) if is_broken(page, link)] == []


def test_the_index_lists_every_page() -> None:
    pages = {page.name for page in (ROOT / "docs").glob("*.md")} - {"index.md"}
    assert pages <= set(links(ROOT / "docs" / "index.md"))


def test_the_korean_page_shows_the_same_python() -> None:
    pages = ROOT / "docs" / "client-api.md", ROOT / "docs" / "ko" / "client-api.md"
    # A syntax tree contains no comments, which are in the language of the page.
    english, korean = ([ast.dump(ast.parse(code)) for _, code in blocks(page, "python")] for page in pages)
    assert english == korean


def test_every_make_command_in_the_readme_exists() -> None:
    commands = [line.strip() for _, block in blocks(README, "sh") for line in block.splitlines()]
    targets = [line.split()[1] for line in commands if line.startswith("make ")]
    done = subprocess.run(["make", "--dry-run", *targets], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not commands or {"make demo", "make test"} <= set(commands)


@pytest.mark.parametrize(("blocks", "app", "page"), [(1, "app", "/me"), (2, "site", "/profile")])
async def test_getting_started_protects_a_page(run: Any, blocks: int, app: str, page: str) -> None:
    names = run("docs/getting-started.md", first=blocks)
    transport = httpx2.ASGITransport(names[app])
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost:3000") as client:
        assert (await client.get(page)).status_code == 401
        to_sign_in = await client.get(page, headers={"accept": "text/html"})
        assert to_sign_in.headers["location"].startswith("http://localhost:3000/api/auth/signin?callbackUrl=")
        csrf = (await client.get("/api/auth/csrf")).json()["csrfToken"]
        form = {"csrfToken": csrf, "username": "alice", "password": "wonderland"}
        await client.post("/api/auth/callback/credentials", data=form)
        assert "alice@example.com" in (await client.get(page)).text


async def test_the_first_callbacks_put_id_and_role_into_the_session(run: Any) -> None:
    browser = Browser(run("docs/callbacks.md", first=1)["auth"])
    await browser.sign_in(pin="2846")
    user = (await browser.session())["user"]
    assert (user["id"], user["role"]) == ("1", "admin")


async def test_the_redirect_callback_compares_whole_origins(run: Any) -> None:
    browser = Browser(run("docs/callbacks.md", first=3)["auth"])
    trusted = await browser.sign_in(pin="2846", callbackUrl="https://docs.example.com/page")
    foreign = await browser.sign_in(pin="2846", callbackUrl="https://docs.example.com.evil.org/page")
    assert location_of(trusted) == "https://docs.example.com/page"
    assert location_of(foreign) == "http://localhost:3000"


@pytest.mark.parametrize(("name", "shown"), [("Alice L.", "Alice L."), ("", "Alice"), (["Alice"], "Alice")])
async def test_the_jwt_callback_accepts_only_a_name(run: Any, name: object, shown: str) -> None:
    browser = Browser(run("docs/callbacks.md")["auth"])
    await browser.sign_in(pin="2846")
    update = {"csrfToken": await browser.csrf(), "data": {"name": name}}
    assert body_of(await browser.post_json("/session", update))["user"]["name"] == shown


async def test_only_the_right_password_signs_in_with_hashed_passwords(run: Any) -> None:
    names = run("docs/credentials.md", first=2)
    await names["register"]("alice", "wonderland", names["User"](id="1", name="Alice"))
    browser = Browser(names["auth"])
    attempts = [("alice", "wonderland"), ("alice", "looking-glass"), ("unknown", "wonderland")]
    responses = [await browser.sign_in(username=name, password=password) for name, password in attempts]
    assert [response.status for response in responses] == [200, 401, 401]


async def test_only_the_owner_of_a_locked_account_sees_that_it_is_locked(run: Any) -> None:
    names = run("docs/credentials.md", first=3)
    await names["register"]("mallory", "wonderland", names["User"](id="2"))
    browser = Browser(names["auth"])
    known = await browser.sign_in(username="mallory", password="wonderland")
    stranger = await browser.sign_in(username="mallory", password="guess")
    assert "error=Your+account+is+locked" in location_of(known)
    assert "error=CredentialsSignin" in location_of(stranger)


async def test_only_addresses_of_the_company_get_a_link(run: Any) -> None:
    names = run("docs/email.md")
    browser = Browser(names["auth"])
    refused = await browser.sign_in("/signin/email", email="alice@example.org")
    sent = await browser.sign_in("/signin/email", email="Alice@example.com")
    await names["auth"].aclose()
    assert "error=EmailSignin" in location_of(refused)
    assert "/verify-request" in location_of(sent)
    assert [mail["to"] for mail in names["queue"]] == ["alice@example.com"]


def test_the_wsgi_example_greets_an_anonymous_visitor(run: Any) -> None:
    application = run("docs/sessions.md")["application"]
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/"}
    assert application(environ, lambda status, headers: None) == [b"Hello stranger"]


def test_the_django_site_serves_the_rest_api_and_its_views(run: Any) -> None:
    names = run("docs/adapter-django.md")
    statuses: list[str] = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/api/auth/csrf", "wsgi.input": BytesIO()}
    body = names["application"](environ, lambda status, headers: statuses.append(status))
    assert (statuses, b"csrfToken" in b"".join(body)) == (["200 OK"], True)
    request = names["HttpRequest"]()
    assert names["greet"](request).content == b"Hello stranger"


def imported_names(text: str) -> Iterator[tuple[str, str]]:
    """Yield the module and the name of each import from authwright in *text*."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "authwright":
            yield from ((node.module or "", alias.name) for alias in node.names)


DOCUMENTED = {name for page in PAGES for _, text in blocks(page, "python") for name in imported_names(text)} | {
    name for example in sorted((ROOT / "examples").glob("*.py")) for name in imported_names(example.read_text())
}


@pytest.mark.parametrize("module", sorted({module for module, _ in DOCUMENTED}))
def test_each_name_that_the_documentation_imports_is_public(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "js", ModuleType("js"))
    imported = importlib.import_module(module)
    names = {name for where, name in DOCUMENTED if where == module}
    submodules = {name for name in names if isinstance(getattr(imported, name, None), ModuleType)}
    assert names - submodules - set(getattr(imported, "__all__", ())) == set()


@pytest.mark.parametrize("module", sorted({module for module, _ in DOCUMENTED}))
def test_each_public_name_of_a_documented_module_has_a_docstring(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "js", ModuleType("js"))
    imported = importlib.import_module(module)
    public = {name: getattr(imported, name) for name in getattr(imported, "__all__", ())}
    assert [
        name
        for name, value in public.items()
        if (inspect.isclass(value) or inspect.isfunction(value)) and not value.__doc__
    ] == []
