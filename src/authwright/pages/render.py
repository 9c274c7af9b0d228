"""Templates to HTML. Jinja is imported, and its environment made, once for each process, at the first page."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


def render(template: str, **values: object) -> str:
    """The HTML of *template* with *values*, each of them escaped."""
    html = _environment().get_template(template).render(**values)
    # A lone surrogate is no text: a browser could not be sent it.
    return html.encode("utf-8", "replace").decode()


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("authwright.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
