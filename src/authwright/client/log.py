"""Where the client says that something went wrong: ``logging`` where there is one, else the console."""

try:
    import logging
except ImportError:  # MicroPython
    logging = None  # type: ignore[assignment]


def warn(code: "str", detail: "str") -> "None":
    """Log *detail*, which holds no token, under v4's *code*."""
    if logging is None:
        print("[next-auth][warn][" + code + "]", detail)  # type: ignore[unreachable]
    else:
        logging.getLogger("authwright.client").warning("%s: %s", code, detail)
