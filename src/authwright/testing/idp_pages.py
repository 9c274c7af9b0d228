"""The fake provider's pages: the choice of a user, and the form that posts the response to the app."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Protocol

from authwright.http import Response

_STYLE = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; }
main { width: min(100%, 22rem); }
button { display: block; width: 100%; margin: .5rem 0; padding: .8rem 1rem; border: 1px solid; border-radius: .6rem;
  background: none; color: inherit; font: inherit; text-align: left; cursor: pointer; }
small { opacity: .7; }
"""


class Person(Protocol):
    """A user to choose on the page."""

    @property
    def sub(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str: ...


def choose_page(action: str, parameters: Mapping[str, str], people: Sequence[Person]) -> Response:
    """Return the page with a button for each of *people* and one to cancel."""
    buttons = "".join(
        f'<button name="sub" value="{escape(one.sub)}">{escape(one.name)}<br>'
        f"<small>{escape(one.email)}</small></button>"
        for one in people
    )
    refuse = '<button name="sub" value="">Do not sign in</button>'
    fields = f"{_hidden(parameters)}{buttons}{refuse}"
    form = f'<form method="post" action="{escape(action)}">{fields}</form>'
    return _page("Fake provider", f"<h1>Sign in as</h1>{form}")


def post_page(action: str, callback: Mapping[str, str]) -> Response:
    """Return the page whose form posts itself to the client (OAuth 2.0 Form Post Response Mode)."""
    form = f'<form method="post" action="{escape(action)}">{_hidden(callback)}<button>Continue</button></form>'
    return _page("Back to the app", f"{form}<script>document.forms[0].submit()</script>")


def text_page(text: str, status: int) -> Response:
    """Return a page with one paragraph."""
    return _page("Fake provider", f"<p>{escape(text)}</p>", status)


def _hidden(fields: Mapping[str, str]) -> str:
    return "".join(f'<input type="hidden" name="{escape(k)}" value="{escape(v)}">' for k, v in fields.items())


def _page(title: str, body: str, status: int = 200) -> Response:
    html = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style><main>{body}</main>'
    )
    return Response(
        status, [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store")], html.encode()
    )
