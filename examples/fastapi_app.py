"""A FastAPI app with sign-in: pip install "authwright[fastapi]" uvicorn, then uvicorn fastapi_app:app --port 3000."""

from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.responses import HTMLResponse

from authwright import Auth, Callbacks
from authwright.integrations.fastapi import auth_router, current_session, has_role, session_required
from authwright.providers import Credentials
from authwright.types import JWT, Session, User

USERS = {
    "alice": User(id="1", name="Alice Liddell", email="alice@example.com", extra={"role": "admin"}),
    "bob": User(id="2", name="Bob Dodgson", email="bob@example.com", extra={"role": "member"}),
}


def authorize(credentials: dict[str, str]) -> User | None:
    """Check the password. A real app compares password hashes: see docs/credentials.md."""
    return USERS.get(credentials.get("username", "")) if credentials.get("password") == "wonderland" else None


def jwt(token: JWT, user: User | None = None) -> dict[str, object]:
    return {**token, "role": user.extra["role"]} if user else {**token}


def session(session: Session, token: dict[str, object]) -> dict[str, object]:
    return {**session, "user": {**session["user"], "role": token["role"]}}


auth = Auth(
    secret="replace me with what `authwright secret` prints",
    base_url="http://localhost:3000",
    providers=[
        Credentials(
            authorize=authorize,
            fields={"username": {"label": "Username"}, "password": {"label": "Password", "type": "password"}},
        )
    ],
    callbacks=Callbacks(jwt=jwt, session=session),
)

app = FastAPI(title="An app with sign-in")
app.include_router(auth_router(auth))

MaybeSession = Annotated[Session | None, Depends(current_session(auth))]
SignedIn = Annotated[Session, Depends(session_required(auth))]
Admin = Annotated[Session, Depends(session_required(auth, authorized=has_role("admin")))]


@app.get("/", response_class=HTMLResponse)
async def home(session: MaybeSession) -> str:
    if session is None:
        return '<a href="/api/auth/signin">Sign in</a>'
    return '<a href="/me">Me</a> <a href="/api/auth/signout">Sign out</a>'


@app.get("/me")
async def me(session: SignedIn) -> dict[str, object]:
    return {"user": session["user"]}


@app.get("/admin")
async def admin(session: Admin) -> dict[str, str]:
    return {"hello": "admin"}
