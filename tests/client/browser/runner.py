"""Run the tests of the core in the interpreter of the page, and write the results into ``#results`` as JSON."""

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
            result = getattr(module, key)()
            if hasattr(result, "send"):
                await result
            results[name + "." + key] = None
        except Exception as error:
            results[name + "." + key] = described(error)


for module in ("test_api", "test_clock", "test_store", "test_truth", "test_consumers", "test_context"):
    await run(module)  # noqa: F704
js.document.querySelector("#results").textContent = json.dumps(results)
