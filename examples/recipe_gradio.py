"""Gradio in a FastAPI app with authwright: pip install "authwright[fastapi]" gradio uvicorn.

Gradio calls ``auth_dependency`` for each page, event and file. Its return value is ``request.username``.
"""

import gradio as gr
from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse

from authwright import Auth
from authwright.integrations.fastapi import auth_router
from authwright.providers import Credentials


def check_password(credentials: dict[str, str]) -> dict[str, str] | None:
    # In your app: look up the user, and compare the password with its hash.
    return {"id": "1", "name": "Alice"} if credentials == {"username": "alice", "password": "wonderland"} else None


auth = Auth(
    secret="replace me with what `authwright secret` prints",
    base_url="http://localhost:3000",
    providers=[Credentials(authorize=check_password, fields={"username": {}, "password": {"type": "password"}})],
)
app = FastAPI()
app.include_router(auth_router(auth))


async def username(request: Request) -> str | None:
    session = await auth.get_server_session(request)
    return session["user"]["name"] if session else None


@app.get("/")
async def home(request: Request) -> RedirectResponse:
    """Redirect an anonymous visitor to the sign-in page. (Gradio itself would respond with 401.)"""
    return RedirectResponse("/gradio" if await username(request) else "/api/auth/signin?callbackUrl=/gradio")


def greet(request: gr.Request) -> str:
    return f"Signed in as {request.username}"


with gr.Blocks() as demo:
    answer = gr.Textbox(label="Who am I?")
    gr.Button("Ask").click(greet, outputs=answer, api_name="greet")

app = gr.mount_gradio_app(app, demo, path="/gradio", auth_dependency=username)

if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app, port=3000)
