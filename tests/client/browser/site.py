"""The site that Chromium visits: PyScript and its interpreter from the npm packages, our source, and authwright."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from authwright import Callbacks
from authwright.client.browser_source import browser_source
from authwright.types import JWT, Session
from support.apps import make_auth

HERE = Path(__file__).parent
PACKAGES = HERE.parents[1] / "contract" / "node" / "node_modules"
INTERPRETERS = {
    "micropython": ("mpy", "/npm/@micropython/micropython-webassembly-pyscript/micropython.mjs"),
    "pyodide": ("py", "/npm/pyodide/pyodide.mjs"),
}
_CONTROLS = ("sign-in", "wrong-password", "sign-out", "update", "go", "leave", "elsewhere")
# The elements that the PyScript on the client API page uses, and a program that calls its functions.
_DOCUMENTED = '<p id="greeting"></p><p id="admin" hidden></p><p id="message"></p><button id="leave"></button>'
_AND_THEN = """
import js
from pyscript import when
told = [await names(), await look()]
await sign_in("credentials", redirect=False, username="alice", password="wonderland")
told += [await look(), profile()]
await rename(None)
told.append(js.document.querySelector("#greeting").textContent)
js.document.querySelector("#message").textContent = str(told)
when("click", "#leave")(leave)
"""


def documented() -> str:
    """Return all PyScript code blocks of docs/client-api.md."""
    page = (HERE.parents[2] / "docs" / "client-api.md").read_text()
    return "\n".join(re.findall(r"^```py\n(.*?)^```$", page, re.M | re.S))


def site(origin: str, interpreter: str) -> Starlette:
    """Return the app for *origin*: / and /required run app.py, /tests runs runner.py."""
    auth = make_auth(base_url=f"{origin}/api/auth", callbacks=Callbacks(jwt=_rename, session=_with_role))

    async def show_app(_: Request) -> Response:
        buttons = "".join(f'<button id="{name}">{name}</button>' for name in _CONTROLS)
        hidden = '<p id="admin" hidden>for admins</p><p id="waiting" hidden>waiting</p>'
        body = f'<p id="status"></p><p id="message"></p>{buttons}<a id="required" href="/required">required</a>{hidden}'
        return HTMLResponse(_page(interpreter, "app.py", body))

    async def show_tests(_: Request) -> Response:
        return HTMLResponse(_page(interpreter, "runner.py", '<p id="results"></p>'))

    async def show_python(request: Request) -> Response:
        return FileResponse(HERE / f"{request.path_params['name']}.py", media_type="text/x-python")

    async def show_documented(_: Request) -> Response:
        return HTMLResponse(_page(interpreter, "documented.py", _DOCUMENTED))

    async def show_documented_python(_: Request) -> Response:
        return Response(documented() + _AND_THEN, media_type="text/x-python")

    async def show_source(_: Request) -> Response:
        return Response(browser_source(), media_type="application/zip")

    async def show_core_tests(_: Request) -> Response:
        return Response(_core_tests(), media_type="application/zip")

    return Starlette(
        routes=[
            Mount("/api/auth", auth.asgi),
            Mount("/npm", StaticFiles(directory=PACKAGES)),
            Route("/authwright.zip", show_source),
            Route("/core-tests.zip", show_core_tests),
            Route("/python/documented.py", show_documented_python),
            Route("/python/{name}.py", show_python),
            Route("/documented", show_documented),
            Route("/tests", show_tests),
            Route("/{page:path}", show_app),
        ]
    )


def _page(interpreter: str, program: str, body: str) -> str:
    kind, url = INTERPRETERS[interpreter]
    config = json.dumps({"interpreter": url, "files": {"/authwright.zip": "./*", "/core-tests.zip": "./*"}})
    return (
        '<!doctype html><html lang="en"><title>App</title><link rel="icon" href="data:,">'
        '<link rel="stylesheet" href="/npm/@pyscript/core/dist/core.css">'
        '<script type="module" src="/npm/@pyscript/core/dist/core.js"></script>'
        f'{body}<script type="{kind}" src="/python/{program}" config=\'{config}\'></script></html>'
    )


def _core_tests() -> bytes:
    """Return a zip archive of the core tests, without the file that needs Hypothesis."""
    archive = BytesIO()
    with ZipFile(archive, "w") as zipped:
        zipped.mkdir("client")  # PyScript creates only one folder level for a file
        for name in ("fakes", "test_api", "test_clock", "test_store", "test_truth", "test_consumers", "test_context"):
            zipped.write(HERE.parent / "core" / f"{name}.py", f"client/core/{name}.py")
    return archive.getvalue()


def _rename(token: JWT, trigger: str | None = None, session: Any = None) -> JWT:
    if trigger == "update" and isinstance(session, dict):
        token["name"] = str(session["name"])
    return token


def _with_role(session: Session) -> dict[str, Any]:
    return {**session, "user": {**session["user"], "role": "member"}}
