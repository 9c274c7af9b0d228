"""Real servers on a port of this machine that do everything wrong."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

JSON, HTML = "application/json", "text/html"
Answer = Callable[[socket.socket, str], None]


def response(status: str, body: str, kind: str = JSON, extra: str = "", length: int | None = None) -> bytes:
    size = len(body.encode()) if length is None else length
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {size}\r\n{extra}Connection: close\r\n\r\n"
    return (head + body).encode()


def always(data: bytes) -> Answer:
    return lambda connection, path: connection.sendall(data)


def trickle(data: bytes) -> Answer:
    """Send one byte now and then, for ten seconds."""

    def answer(connection: socket.socket, path: str) -> None:
        for byte in data * 100:
            connection.sendall(bytes([byte]))
            time.sleep(0.05)

    return answer


def silent(connection: socket.socket, path: str) -> None:
    time.sleep(3)


def loop(connection: socket.socket, path: str) -> None:
    connection.sendall(response("302 Found", "", extra=f"Location: {path}\r\n"))


PAGE = "<!doctype html><title>Shop</title>"
FAULTS: dict[str, Answer] = {
    "500": always(response("500 Internal Server Error", '{"message": "There is a problem"}')),
    "500 without JSON": always(response("500 Internal Server Error", "Internal Server Error", "text/plain")),
    "HTML": always(response("200 OK", PAGE, HTML)),
    "an error page of a proxy": always(response("502 Bad Gateway", PAGE, HTML)),
    "truncated JSON": always(response("200 OK", '{"csrfToken": "x", "url": "http://loc')),
    "a body that ends early": always(response("200 OK", '{"csrfToken": "x"}', length=500)),
    "redirect loop": loop,
    "silence": silent,
    "headers that trickle in": trickle(b"HTTP/1.1 200 OK\r\nX-A: b\r\n" + b"X-B: c\r\n" * 30),
    "a body that trickles in": trickle(response("200 OK", "{}", length=5_000)),
    "no HTTP": always(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "a closed connection": lambda connection, path: None,
    "JSON of another API": always(response("200 OK", '{"status": "ok"}')),
}


@contextmanager
def serve(answer: Answer) -> Iterator[str]:
    """Run a server that reads a request and then calls *answer* with the connection and the path. Yields its URL."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        ended = threading.Event()

        def handle(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                head = connection.recv(65536).decode("latin-1")
                answer(connection, head.split(" ")[1])

        def run() -> None:
            while not ended.is_set():
                with suppress(TimeoutError):
                    connection = server.accept()[0]
                    connection.settimeout(5)
                    threading.Thread(target=handle, args=(connection,), daemon=True).start()

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            ended.set()
            thread.join()
