"""httplib2 sends a POST again when the connection is closed without an answer; ours does not."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

import httplib2
import pytest

from gtmgen.api import plain_http
from gtmgen.api.quota.pacing import PacedHttp


class Closing:
    """A server that reads each request and closes without a word, or after one good answer."""

    def __init__(self, good_answers: int = 0) -> None:
        self.good_answers = good_answers
        self.requests: list[str] = []
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.uri = f"http://127.0.0.1:{self._listener.getsockname()[1]}/x"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            with connection, connection.makefile("rb") as stream:
                self._talk(connection, stream)

    def _talk(self, connection: socket.socket, stream: object) -> None:
        while line := stream.readline():  # type: ignore[attr-defined]
            while stream.readline().strip():  # type: ignore[attr-defined]
                pass  # the headers
            self.requests.append(line.split()[0].decode())
            if len(self.requests) > self.good_answers:
                return
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()


@pytest.fixture
def server() -> Iterator[Closing]:
    made = Closing()
    yield made
    made.close()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_write_is_sent_once(server: Closing, method: str) -> None:
    with pytest.raises(ConnectionResetError, match="the connection was closed: "):
        plain_http().request(server.uri, method)
    assert server.requests == [method]


def test_why_that_needs_code_of_ours(server: Closing) -> None:
    with pytest.raises((httplib2.HttpLib2Error, OSError)):
        httplib2.Http(timeout=5).request(server.uri, "POST")
    assert server.requests == [
        "POST",
        "POST",
    ]  # when this fails, gtmgen/api/retry/transport.py can go


def test_a_read_on_a_stale_connection_is_mended(server: Closing) -> None:
    server.good_answers = 1
    http = plain_http()
    assert http.request(server.uri)[0].status == 200
    with pytest.raises(OSError, match="closed"):
        http.request(server.uri)
    assert server.requests == ["GET", "GET", "GET"]
    http.close()


def test_a_write_does_not_use_a_connection_that_may_be_stale(server: Closing) -> None:
    server.good_answers = 9
    http = plain_http()
    for method in ("GET", "GET", "POST"):
        assert http.request(server.uri, method)[0].status == 200
    assert (server.connections, http.connections) == (2, {})


def test_only_calls_of_the_api_wait_for_the_quota() -> None:
    passed: list[str] = []

    class Http:
        def request(self, uri: str, *_: object, **__: object) -> None:
            passed.append(uri)

    class Turnstile:
        def wait(self) -> None:
            passed.append("waited")

    http = PacedHttp(Http(), Turnstile())
    http.request("https://oauth2.googleapis.com/token", "POST")
    http.request("https://tagmanager.googleapis.com/tagmanager/v2/accounts?alt=json")
    assert [text[:30] for text in passed] == [
        "https://oauth2.googleapis.com/",
        "waited",
        "https://tagmanager.googleapis.",
    ]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_no_redirect_is_followed(server: Closing, method: str, status: int) -> None:
    answer = (
        f"HTTP/1.1 {status} Elsewhere\r\nLocation: {server.uri}\r\nContent-Length: 2\r\n\r\n{{}}"
    )
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def redirect() -> None:
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as stream:
                while stream.readline().strip():
                    pass
                connection.sendall(answer.encode())

        thread = threading.Thread(target=redirect, daemon=True)
        thread.start()
        uri = f"http://127.0.0.1:{listener.getsockname()[1]}/y"
        with contextlib.closing(plain_http()) as http:
            reply, _ = http.request(uri, method)
        thread.join(5)
    assert reply.status == status
    assert server.requests == []
