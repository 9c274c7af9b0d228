"""Python in the browser with PyScript, from local files.

pip install "authwright[starlette]" uvicorn
npm install @pyscript/core @micropython/micropython-webassembly-pyscript
"""

import os
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from authwright import Auth, Callbacks
from authwright.client.browser_source import browser_source
from authwright.integrations.starlette import auth_mount
from authwright.providers import Credentials

PAGE = """<!doctype html>
<html lang="en">
<title>PyScript</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/npm/@pyscript/core/dist/core.css">
<script type="module" src="/npm/@pyscript/core/dist/core.js"></script>
<p>Signed in: <b id="who"></b> (<span id="status"></span>)</p>
<button id="enter">Sign in</button> <button id="rename">Rename</button> <button id="leave">Sign out</button>
<script type="mpy" src="/page.py" config='{
  "interpreter": "/npm/@micropython/micropython-webassembly-pyscript/micropython.mjs",
  "files": {"/authwright.zip": "./*"}
}'></script>
</html>"""


def check_password(credentials: dict[str, str]) -> dict[str, str] | None:
    # In your app: look up the user, and compare the password with its hash.
    known = (credentials.get("username"), credentials.get("password")) == ("alice", "wonderland")
    return {"id": "1", "name": "Alice"} if known else None


def rename(token: dict[str, object], trigger: str | None = None, session: object = None) -> dict[str, object]:
    if trigger == "update" and isinstance(session, dict):
        token["name"] = str(session.get("name"))[:60]
    return token


auth = Auth(
    secret="replace me with what `authwright secret` prints",
    base_url=os.environ.get("NEXTAUTH_URL", "http://localhost:3000"),
    providers=[Credentials(authorize=check_password, fields={"username": {}, "password": {"type": "password"}})],
    callbacks=Callbacks(jwt=rename),
)


def page(_: Request) -> Response:
    return HTMLResponse(PAGE)


def program(_: Request) -> Response:
    return FileResponse(Path(__file__).with_name("client_browser_page.py"), media_type="text/x-python")


def source(_: Request) -> Response:
    return Response(browser_source(), media_type="application/zip")


app = Starlette(
    routes=[
        auth_mount(auth),
        Route("/", page),
        Route("/page.py", program),
        Route("/authwright.zip", source),
        Mount("/npm", StaticFiles(directory=os.environ.get("NODE_MODULES", "node_modules"), check_dir=False)),
    ]
)

if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app, port=3000)
