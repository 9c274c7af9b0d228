"""Runs the core's tests in the page's interpreter, and writes what came of each into ``#results`` as JSON."""

import json
import sys

import js

results = {}


def described(error):
    try:
        from io import StringIO

        text = StringIO()
        sys.print_exception(error, text)
        return text.getvalue()
    except AttributeError:  # Pyodide
        import traceback

        return "".join(traceback.format_exception(error))


async def run(name):
    module = getattr(__import__("client.core." + name).core, name)
    for key in dir(module):
        if not key.startswith("test_"):
            continue
        try:
            answer = getattr(module, key)()
            if hasattr(answer, "send"):
                await answer
            results[name + "." + key] = None
        except Exception as error:
            results[name + "." + key] = described(error)


for module in ("test_api", "test_store"):
    await run(module)  # noqa: F704
js.document.querySelector("#results").textContent = json.dumps(results)
