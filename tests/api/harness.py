"""A clock that the test moves, an emulator that fails when told to, a loopback token endpoint."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from gtmgen.api import LocalTagManager, Retrier, RetryingTagManager, RetryPolicy, connect_local
from gtmgen.emulator import ApiRequest, Response, make_error_response

START = 1_795_348_800.0  # 2026-11-22 12:00 UTC, 04:00 Pacific


class Clock:
    def __init__(self, now: float = START) -> None:
        self.now = now
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.slept.append(seconds)
        self.now += seconds


Send = Callable[[ApiRequest], Response]
Fault = Callable[[ApiRequest, Send], Response]


def answer(code: int, text: str = "no", **error: Any) -> Fault:
    """Refuse; nothing is done. ``error`` replaces fields of the error body."""

    def fault(_request: ApiRequest, _send: Send) -> Response:
        response = make_error_response(text, code)
        body = {"error": {**response.json()["error"], **error}}
        return Response(code, json.dumps(body).encode())

    return fault


def done_but(status: int) -> Fault:
    """Do it, and say that it failed."""

    def fault(request: ApiRequest, send: Send) -> Response:
        send(request)
        return make_error_response("Internal error encountered.", status)

    return fault


def drop(*, after: bool, error: Exception | None = None) -> Fault:
    """Lose the connection before or after it is done."""

    def fault(request: ApiRequest, send: Send) -> Response:
        if after:
            send(request)
        raise error or ConnectionResetError("reset by peer")

    return fault


class World:
    """An emulator behind a retrying connection; ``faults`` befall the next matching requests."""

    def __init__(self, policy: RetryPolicy | None = None) -> None:
        self.clock = Clock()
        self.asked: list[str] = []
        self.faults: list[Fault] = []
        self.method: str | None = None
        self.told: list[tuple[float, str]] = []
        self.plain: LocalTagManager = connect_local(None, middleware=self._middleware)
        retrier = Retrier(
            self.clock,
            self.clock.sleep,
            lambda: 0.5,
            policy=policy or RetryPolicy(),
            on_retry=lambda seconds, error: self.told.append((seconds, error.message)),
        )
        self.gtm = RetryingTagManager(self.plain, retrier)
        self.container = self.plain.resolve_container("GTM-ACME42")
        self.workspace = str(self.plain.workspaces(self.container)[0]["path"])
        self.asked.clear()

    def fail(self, *faults: Fault, method: str | None = None) -> None:
        """``method`` limits the faults to one HTTP method."""
        self.faults, self.method = list(faults), method

    def _middleware(self, request: ApiRequest, send: Send) -> Response:
        self.asked.append(f"{request.method} {request.path.rpartition('/')[2]}")
        if self.faults and self.method in (None, request.method):
            return self.faults.pop(0)(request, send)
        return send(request)


Reply = tuple[int, dict[str, Any]]


class Endpoint:
    """An HTTP server on loopback; ``replies`` maps a path to what it answers, in order."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        self.replies: dict[str, list[Reply]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []

    def reply(self, path: str, fields: dict[str, str]) -> Reply:
        self.asked.append((path, fields))
        return self.replies[path].pop(0)


@contextmanager
def endpoint() -> Iterator[Endpoint]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers["Content-Length"])
            fields = dict(parse_qsl(self.rfile.read(size).decode()))
            status, reply = served.reply(self.path, fields)
            body = json.dumps(reply).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads, server.block_on_close = True, False
    served = Endpoint(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
