"""A transport that sends a write once, follows no redirect, and ends.

``httplib2`` sends any request again, a POST too, when the server closes the connection without
an answer (``Http._conn_request``, version 0.32.1, read 2026-11-22): a create that landed would be
made twice. Reads keep that, for it mends connections that went stale.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import socket
import threading
import time
import zlib
from http.client import BadStatusLine, HTTPException, HTTPResponse, ResponseNotReady
from typing import Any

import httplib2  # type: ignore[import-untyped, unused-ignore]

from gtmgen.api.retry.policy import CONNECT_SECONDS
from gtmgen.api.retry.proxy import Proxy, find_proxy

_READS = ("GET", "HEAD")
MAX_BYTES = 64 * 1024 * 1024
"""Of one answer, unpacked; a container of Google's largest size is exported in 10 MB."""
DEADLINE_SECONDS = 120.0
"""From the request sent to the last byte: a timeout alone never ends where a byte comes now and
then."""


class _Deadline:
    """Ends a connection that takes too long, from the outside."""

    def __init__(self, connection: Any, seconds: float) -> None:
        self.seconds = seconds
        self.passed = False
        self._connection = connection
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._timer.start()

    def _end(self) -> None:
        self.passed = True
        with contextlib.suppress(OSError, AttributeError, TypeError):
            # Not the method of an `SSLSocket`, which would go on in plain text.
            socket.socket.shutdown(self._connection, socket.SHUT_RDWR)

    def stop(self) -> None:
        self._timer.cancel()

    def check(self) -> None:
        if self.passed:
            raise TimeoutError(f"the answer was not complete after {self.seconds:g} seconds")


class _Response(HTTPResponse):
    """Unpacks its body itself, up to a limit: ``httplib2`` has none."""

    deadline: _Deadline | None = None

    def read(self, amount: int | None = None) -> bytes:
        if amount is not None:
            return super().read(amount)
        try:
            data = super().read(MAX_BYTES + 1)  # with a limit, an early end is not told
            if self.length and len(data) <= MAX_BYTES:
                raise OSError("the answer ended before it was complete")
            return self._read_unpacked(data)
        except (HTTPException, ValueError) as error:  # of the chunks, and of a socket closed by us
            raise OSError(f"the answer cannot be read: {error}") from None
        finally:
            self.close()
            if self.deadline is not None:
                self.deadline.stop()
                self.deadline.check()

    def _read_unpacked(self, data: bytes) -> bytes:
        encoding = (self.headers.get("content-encoding") or "").strip().lower()
        if encoding in ("gzip", "deflate") and data:
            del self.headers["content-encoding"]
            try:
                data = _unpack(data, encoding)
            except (OSError, EOFError, zlib.error):
                raise OSError("the answer cannot be unpacked") from None
        if len(data) > MAX_BYTES:
            raise OSError(f"the answer is larger than {MAX_BYTES // 1_048_576} MB")
        return data


def _unpack(data: bytes, encoding: str) -> bytes:
    if encoding == "gzip":
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            return stream.read(MAX_BYTES + 1)
    return zlib.decompressobj().decompress(data, MAX_BYTES + 1)


class UnreachableError(TimeoutError):
    """No connection came about, so nothing was sent."""


class _Bounded:
    """For a connection class: connecting is quick or fails, answers have a size and a deadline."""

    response_class = _Response
    timeout: float
    host: str
    proxy_info: Proxy | None

    def connect(self) -> None:
        patient = self.timeout
        self.timeout = min(patient, CONNECT_SECONDS)
        proxy = (
            self.proxy_info if self.proxy_info and self.proxy_info.applies_to(self.host) else None
        )
        # What lies behind a proxy need not be known on this side of it.
        peer = proxy.proxy_host if proxy else self.host
        try:
            _look_up(peer)
            super().connect()  # type: ignore[misc]
        except TimeoutError:
            raise UnreachableError(
                f"`{peer}` was not reached within {CONNECT_SECONDS:g} seconds"
            ) from None
        except socket.gaierror:
            if proxy is None:
                raise
            raise UnreachableError(
                f"the name server does not know the proxy `{peer}` of `{proxy.variable}`"
            ) from None
        finally:
            self.timeout = patient
        self.sock.settimeout(patient)  # type: ignore[attr-defined]

    def getresponse(self) -> Any:
        deadline = _Deadline(self.sock, DEADLINE_SECONDS)  # type: ignore[attr-defined]
        try:
            response = super().getresponse()  # type: ignore[misc]
        except BaseException:
            deadline.stop()
            deadline.check()
            raise
        response.deadline = deadline
        return response


def _look_up(host: str) -> None:
    """Have the system's resolver know the host: it has no time limit of its own to set."""
    done = threading.Event()

    def look_up() -> None:
        with contextlib.suppress(OSError, UnicodeError):  # the connection will say so
            socket.getaddrinfo(host, None)
        done.set()

    threading.Thread(target=look_up, daemon=True).start()
    if not done.wait(CONNECT_SECONDS):
        raise TimeoutError


class _Once(_Bounded):
    """No answer is an :class:`OSError`, which is passed on at once."""

    def getresponse(self) -> Any:
        try:
            return super().getresponse()
        except (BadStatusLine, ResponseNotReady) as error:
            raise ConnectionResetError(f"the connection was closed: {error}") from None


class _ReadHttp(_Bounded, httplib2.HTTPConnectionWithTimeout):  # type: ignore[misc, unused-ignore]
    pass


class _ReadHttps(_Bounded, httplib2.HTTPSConnectionWithTimeout):  # type: ignore[misc, unused-ignore]
    pass


class _OnceHttp(_Once, httplib2.HTTPConnectionWithTimeout):  # type: ignore[misc, unused-ignore]
    pass


class _OnceHttps(_Once, httplib2.HTTPSConnectionWithTimeout):  # type: ignore[misc, unused-ignore]
    pass


class OnceHttp(httplib2.Http):  # type: ignore[misc, unused-ignore]
    """``httplib2.Http`` for an API where a write must not be repeated unseen.

    Each write gets a new connection, as one that has gone stale would leave its outcome open. A
    redirect, which no API of Google's gives, is an answer that failed: the host that it names gets
    neither the write nor the credentials.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, proxy_info=find_proxy, **options)
        self.follow_redirects = False
        self._seconds = 0.0

    def answering(self) -> float:
        """The seconds that all requests so far took, from connecting to the last byte."""
        return self._seconds

    def request(self, uri: str, method: str = "GET", *arguments: Any, **options: Any) -> Any:
        started = time.monotonic()
        try:
            return self._send_bounded(uri, method, *arguments, **options)
        finally:
            self._seconds += time.monotonic() - started

    def _send_bounded(self, uri: str, method: str, *arguments: Any, **options: Any) -> Any:
        secure = uri.startswith("https:")
        if method in _READS:
            options["connection_type"] = _ReadHttps if secure else _ReadHttp
            try:
                return super().request(uri, method, *arguments, **options)
            except BaseException:  # what was not read of an answer is none of the next one's
                self._drop_connections()
                raise
        self._drop_connections()
        connection = _OnceHttps if secure else _OnceHttp
        options["connection_type"] = connection
        try:
            return super().request(uri, method, *arguments, **options)
        finally:
            self._drop_connections()

    def _drop_connections(self) -> None:
        connections: dict[str, Any] = self.connections
        while connections:
            connections.popitem()[1].close()
