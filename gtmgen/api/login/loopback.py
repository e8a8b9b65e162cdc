"""A port of this machine that waits for the browser's redirect."""

from __future__ import annotations

import queue
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from gtmgen.errors import ApiError

_DONE = b"gtmgen is logged in. You can close this window.\n"
_DENIED = b"gtmgen is not logged in. You can close this window.\n"


class Loopback:
    """Listens on 127.0.0.1 at a free port while the ``with`` lasts.

    Requests without the right ``state`` (icons, other programs) are answered with 404 and do not
    end the wait; connections that say nothing do not hold it up.
    """

    def __init__(self, state: str) -> None:
        self._replies: queue.Queue[dict[str, str]] = queue.Queue()
        self._server = _Server(("127.0.0.1", 0), _build_handler(state, self._replies))
        self.uri = f"http://127.0.0.1:{self._server.server_port}/"

    def wait(self, timeout: float) -> dict[str, str]:
        """The redirect's query: it holds ``code`` or ``error``."""
        try:
            return self._replies.get(timeout=timeout)
        except queue.Empty:
            raise ApiError(
                f"no login in the browser within {timeout:.0f} s", hint="log in again"
            ) from None

    def __enter__(self) -> Self:
        serve = self._server.serve_forever
        threading.Thread(target=serve, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: object) -> None:
        """Nothing on stderr: a browser may hang up whenever it likes."""


def _build_handler(
    state: str, replies: queue.Queue[dict[str, str]]
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            query = dict(parse_qsl(urlsplit(self.path).query))
            answered = query.get("state", "")
            if not secrets.compare_digest(answered.encode(), state.encode()):
                self.send_error(404)
                return
            body = _DONE if "code" in query else _DENIED
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Referrer-Policy", "no-referrer")
            self.end_headers()
            self.wfile.write(body)
            replies.put(query)

        def log_message(self, *_: object) -> None:
            """Nothing: the line would hold the code."""

    return Handler
