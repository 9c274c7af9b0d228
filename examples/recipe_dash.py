"""Dash on a Flask server with authwright: pip install "authwright" dash.

Every callback of Dash is an HTTP request with the browser's cookies, so each request checks the session.
"""

from typing import Any

from dash import Dash, Input, Output, html
from flask import Flask, Response, g, request
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from authwright import Auth
from authwright.providers import Credentials


def check_password(credentials: dict[str, str]) -> dict[str, str] | None:
    # In your app: look up the user, and compare the password with its hash.
    return {"id": "1", "name": "Alice"} if credentials == {"username": "alice", "password": "wonderland"} else None


auth = Auth(
    secret="replace me with what `authwright secret` prints",
    base_url="http://localhost:3000",
    providers=[Credentials(authorize=check_password, fields={"username": {}, "password": {"type": "password"}})],
)
server = Flask(__name__)
server.wsgi_app = DispatcherMiddleware(server.wsgi_app, {"/api/auth": auth.wsgi})
app = Dash(__name__, server=server)


@server.before_request
def signed_in_only() -> Response | None:
    """Require a session for the page and for callbacks. Otherwise anyone could call a callback."""
    g.session = auth.get_server_session_sync(request)
    if g.session:
        return None
    if request.method == "GET" and request.accept_mimetypes.accept_html:
        return Response(status=302, headers={"Location": "/api/auth/signin?callbackUrl=/"})
    return Response("Please sign in first.", 401)


def layout() -> Any:
    sign_out = html.A("Sign out", href="/api/auth/signout")
    return html.Div([html.Button("Who am I?", id="ask"), html.P(id="answer"), sign_out])


app.layout = layout


@app.callback(Output("answer", "children"), Input("ask", "n_clicks"))
def answer(_: int | None) -> str:
    # Use the session of before_request: if asgiref is installed, Dash calls this inside an event loop.
    return f"Signed in as {g.session['user']['name']}"


if __name__ == "__main__":
    server.run(port=3000)
