"""The HTTP side: connections, what is refused before the call is looked at, what is written."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any, Protocol
from urllib.parse import urlsplit

from gtmgen.emulator.faults import Dropped, Stalled
from gtmgen.emulator.messages import INTERNAL, ApiRequest, Response, make_error_response
from gtmgen.emulator.service import to_request
from gtmgen.errors import ApiError

#: The import file of the user interface may hold as much.
MAX_BODY = 10_000_000
HOST = "127.0.0.1"
_LOOPBACK = {HOST, "localhost", "::1"}
_IDLE_SECONDS = 60
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close at once, with RST

Log = Callable[[str], object]


class Answering(Protocol):
    """What stands behind the server: a service that answers requests from several threads."""

    def answer(self, request: ApiRequest) -> Response: ...


class HttpServer(ThreadingHTTPServer):
    """A thread for each connection; :meth:`finish` lets the calls under way end."""

    daemon_threads = False  # closing waits for the calls under way
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], service: Answering, log: Log) -> None:
        self.service = service
        self.log = log
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        super().__init__(address, HttpHandler)

    def server_bind(self) -> None:
        """Without the look-up of a host name, which asks a DNS server and may hang."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def finish(self) -> None:
        """Nothing more can be read from open connections, so their threads come to an end."""
        with self._open_lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RD)
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is nobody's error; what goes wrong in a call is answered."""


class HttpHandler(BaseHTTPRequestHandler):
    """The calls of one connection."""

    server: HttpServer
    protocol_version = "HTTP/1.1"
    server_version = "gtmgen"
    sys_version = ""
    timeout = _IDLE_SECONDS
    wbufsize = -1  # headers and body leave together

    def answer(self) -> None:
        response = self._refuse_transport()
        if response is None:
            length = int(self.headers.get("content-length") or 0)
            body = self.rfile.read(length)
            if len(body) < length:  # the client went away
                self.close_connection = True
                return
            try:
                response = self._serve_request(body)
            except (Dropped, Stalled) as fault:
                self.server.log(f"{self.command} {self.path} {type(fault).__name__.lower()}")
                self._reset()
                return
        self._write(response)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = answer  # noqa: N815

    def _serve_request(self, body: bytes) -> Response:
        request = to_request(self.path, self.command, body, dict(self.headers))
        try:
            return self.server.service.answer(request)
        except ApiError as error:  # the state file
            return make_error_response(error.message, 500)
        except (Dropped, Stalled):
            raise
        except Exception as error:  # a bug: the client is told, and so is the log
            self.server.log(f"bug: {type(error).__name__}: {error}")
            return make_error_response(INTERNAL, 500)

    def _refuse_transport(self) -> Response | None:
        """What is wrong before anybody looks at the call; the body is left unread.

        The connection is closed then, since the next request would begin within that body.
        """
        host, origin = self.headers.get("host", ""), self.headers.get("origin")
        length = self.headers.get("content-length", "0")
        # A page from elsewhere reaches this port by a name that it has pointed at 127.0.0.1 (DNS
        # rebinding); the Host then is that name, and no Origin need be there.
        if not _is_loopback(f"//{host}"):
            refusal = make_error_response(f"The host {host!r} is not this machine.", 403)
        elif origin is not None and not _is_loopback(origin):
            refusal = make_error_response(f"The origin {origin!r} is not this machine.", 403)
        elif "transfer-encoding" in self.headers or not length.isascii() or not length.isdigit():
            refusal = make_error_response("The request needs a Content-Length.", 411)
        elif int(length) > MAX_BODY:
            refusal = make_error_response(f"The body is larger than {MAX_BODY:,} bytes.", 413)
        else:
            return None
        self.close_connection = True
        return refusal

    def _write(self, response: Response) -> None:
        self.server.log(f"{self.command} {self.path} {response.status}")
        self.send_response(response.status)
        headers: Mapping[str, str] = response.headers
        for name, value in headers.items():
            self.send_header(name.title(), value)
        if response.status != HTTPStatus.NO_CONTENT:
            self.send_header("Content-Type", "application/json; charset=UTF-8")
            self.send_header("Content-Length", str(len(response.body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    def _reset(self) -> None:
        self.close_connection = True
        # A connection that breaks, as the client sees it: closed in order, it would be an empty
        # answer.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.connection.close()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What http.server refuses by itself, such as a broken request line."""
        self.close_connection = True
        self.command = getattr(self, "command", None) or "?"
        self.path = getattr(self, "path", "?")
        self._write(make_error_response(message or HTTPStatus(code).phrase, code))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """The log of this class goes to standard error; ours goes to :data:`Log`."""


def _is_loopback(url: str) -> bool:
    try:
        return urlsplit(url).hostname in _LOOPBACK
    except ValueError:
        return False
