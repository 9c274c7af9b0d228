"""FastHTML with authwright: pip install "authwright[starlette]" python-fasthtml.

A FastHTML app is a Starlette app: mount the API, and read the session before every route.
"""

from fasthtml.common import A, Beforeware, FastHTML, P, Request, serve
from starlette.responses import RedirectResponse, Response

from authwright import Auth
from authwright.integrations.starlette import auth_mount
from authwright.providers import Credentials


def check_password(credentials: dict[str, str]) -> dict[str, str] | None:
    # In your app: look up the user, and compare the password with its hash.
    return {"id": "1", "name": "Alice"} if credentials == {"username": "alice", "password": "wonderland"} else None


auth = Auth(
    secret="replace me with what `authwright secret` prints",
    base_url="http://localhost:3000",
    providers=[Credentials(authorize=check_password, fields={"username": {}, "password": {"type": "password"}})],
)


async def signed_in_only(request: Request) -> Response | None:
    request.state.session = await auth.get_server_session(request)
    if request.state.session or request.url.path == "/":
        return None
    if "hx-request" in request.headers:
        # htmx would load the target of a 302 into the current page. With this header the whole page is redirected.
        return Response(headers={"HX-Redirect": "/api/auth/signin"})
    return RedirectResponse("/api/auth/signin?callbackUrl=/account", 302)


# FastHTML signs its own cookie. Without a key it would write a new key to a file.
app = FastHTML(before=Beforeware(signed_in_only), routes=[auth_mount(auth)], secret_key="another secret of yours")


@app.get("/")
def home(request: Request) -> object:
    if request.state.session:
        return P(A("Your account", href="/account"))
    return P(A("Sign in", href="/api/auth/signin?callbackUrl=/account"))


@app.get("/account")
def account(request: Request) -> object:
    name = request.state.session["user"]["name"]
    return P(f"Signed in as {name}. ", A("Sign out", href="/api/auth/signout"))


if __name__ == "__main__":
    serve(port=3000)
