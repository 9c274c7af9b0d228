"""The client's warnings: to ``logging`` if the interpreter has it, otherwise to the console."""

try:
    import logging
except ImportError:  # MicroPython
    logging = None  # type: ignore[assignment]


def warn(code: "str", detail: "str") -> "None":
    """Log *detail*, which must not contain a token, under v4's *code*."""
    if logging is None:
        print("[next-auth][warn][" + code + "]", detail)  # type: ignore[unreachable]
    else:
        logging.getLogger("authwright.client").warning("%s: %s", code, detail)
