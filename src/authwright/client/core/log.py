"""The client's log: to ``logging`` if the interpreter has it, otherwise to the console."""

try:
    import logging
except ImportError:  # MicroPython
    logging = None  # type: ignore[assignment]
try:
    from authwright.exception_text import text_of
except ImportError:  # MicroPython, or a page that loads only the client
    text_of = None  # type: ignore[assignment]


def warn(code: "str", detail: "str") -> "None":
    """Log *detail*, which must not contain a token, under v4's *code*."""
    if logging is None:
        print("[next-auth][warn][" + code + "]", detail)  # type: ignore[unreachable]
    else:
        logging.getLogger("authwright.client").warning("%s: %s", code, detail)


def failed(code: "str", what: "str", error: "BaseException") -> "None":
    """Log that *what*, usually a function of the app, raised *error*, with its traceback and without secrets."""
    if text_of is None:
        # Only the class: the text may contain personal data or secrets.
        warn(code, what + " raised " + type(error).__name__ + ".")  # type: ignore[unreachable]
    else:
        logging.getLogger("authwright.client").error("%s: %s raised %s", code, what, text_of(error, None))
