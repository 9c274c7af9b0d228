"""The demo's page /browser: the client API under MicroPython in the browser, from local files only."""

from __future__ import annotations

import json
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from authwright.client.browser_source import browser_source

_HERE = Path(__file__).parent
_INTERPRETER = "@micropython/micropython-webassembly-pyscript/micropython.mjs"
_templates = Jinja2Templates(_HERE / "templates")


def browser_routes(npm: Path | None, headers: dict[str, str]) -> list[BaseRoute]:
    """Return the routes of the page and its files.

    Args:
        npm: The folder with the npm packages of PyScript. If they are missing, the page says how to install them.
        headers: The headers of the page.
    """
    installed = npm is not None and (npm / _INTERPRETER).is_file()

    async def page(request: Request) -> Response:
        config = json.dumps({"interpreter": f"/npm/{_INTERPRETER}", "files": {"/authwright.zip": "./*"}})
        context = {"page": "browser", "installed": installed, "config": config}
        return _templates.TemplateResponse(request, "browser.html", context, headers=headers)

    async def program(request: Request) -> Response:
        return FileResponse(_HERE / "templates" / "browser_program.py", media_type="text/x-python")

    async def source(request: Request) -> Response:
        return Response(browser_source(), media_type="application/zip")

    routes: list[BaseRoute] = [
        Route("/browser", page),
        Route("/browser.py", program),
        Route("/authwright.zip", source),
    ]
    return [*routes, Mount("/npm", StaticFiles(directory=npm))] if installed else routes
