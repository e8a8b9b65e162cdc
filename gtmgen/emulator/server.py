"""The emulator over HTTP, for clients of any language on this machine.

It listens on 127.0.0.1 and asks for no credentials, so it refuses what a browser would send on
behalf of a page from elsewhere: a Host or an Origin that is not this machine's.
"""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import Self

from gtmgen.emulator.behaviour import Behaviour
from gtmgen.emulator.faults import Faults
from gtmgen.emulator.http_server import HOST, Answering, HttpServer, Log
from gtmgen.emulator.messages import (
    Middleware,
    compose,
)
from gtmgen.emulator.quota import EmulatedQuota, Meter
from gtmgen.emulator.service import Service
from gtmgen.emulator.store import Store
from gtmgen.errors import ApiError


class EmulatorServer:
    """A running server; :meth:`close` (or leaving the ``with`` block) ends it.

    The store stays open: it belongs to whoever made it.
    """

    def __init__(self, service: Answering, port: int, log: Log, stopping: threading.Event) -> None:
        self._stopping = stopping
        self._server = HttpServer((HOST, port), service, log)
        # It looks for its end every 0.05 s: with the library's 0.5 s, each test of it would wait.
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """What clients take as ``rootUrl`` or ``api_endpoint``: ends with a slash."""
        return f"http://{HOST}:{self.port}/"

    def close(self) -> None:
        """Take no more connections, let calls under way finish; twice does no harm."""
        if self._stopping.is_set():
            return
        # First: it ends the calls that `faults` stall, for which the server would wait.
        self._stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.finish()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def serve(
    store: Store,
    behaviour: Behaviour | None = None,
    *,
    port: int = 0,
    faults: Faults | None = None,
    quota: EmulatedQuota | Meter | None = None,
    middleware: Middleware | None = None,
    clock: Callable[[], int] | None = None,
    log: Log = lambda _: None,
) -> EmulatorServer:
    """Start to answer in threads of their own; port 0 takes a free one.

    A request passes the quota (a :class:`EmulatedQuota` runs on real time), then ``faults``, then
    ``middleware``. A stalled call of ``faults`` hangs for as many real seconds, unless a sleep of
    the caller's is set. Raises :class:`ApiError` when the port is taken.
    """
    stopping = threading.Event()
    parts: list[Middleware] = []
    if quota is not None:
        parts.append(Meter(quota, time.time) if isinstance(quota, EmulatedQuota) else quota)
    if faults is not None:
        faults.sleep = faults.sleep or stopping.wait
        parts.append(faults)
    if middleware is not None:
        parts.append(middleware)
    service = Service(store, behaviour, clock=clock, middleware=compose(*parts))
    return listen(service, port=port, log=log, stopping=stopping)


def listen(
    service: Answering,
    *,
    port: int = 0,
    log: Log = lambda _: None,
    stopping: threading.Event | None = None,
) -> EmulatorServer:
    """Start to answer with a service; raises :class:`ApiError` when the port is taken."""
    stopping = threading.Event() if stopping is None else stopping
    try:
        return EmulatorServer(service, port, log, stopping)
    except OSError as error:
        raise ApiError(
            f"cannot listen on {HOST}:{port}: {error.strerror}",
            hint="choose another port, or 0 for any that is free",
        ) from None


def run_until_interrupt(
    start: Callable[[], EmulatorServer], ready: Callable[[EmulatorServer], object]
) -> None:
    """Serve until Ctrl-C or SIGTERM, then finish the calls under way and return.

    ``ready`` is called once, when the port is open. Only the main thread may call this.
    """
    with _handle_interrupts(), contextlib.suppress(KeyboardInterrupt), start() as server:
        ready(server)
        # Calls are answered in threads of their own; this one waits for the signal's exception.
        threading.Event().wait()


@contextlib.contextmanager
def _handle_interrupts() -> Iterator[None]:
    """SIGTERM acts as Ctrl-C does, for as long as the block runs."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
