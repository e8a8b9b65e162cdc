"""The way out for a Chromium on a machine that reaches the web through a proxy alone.

A proxy resolves names itself, so that the browser's own rules keep no redirect away from a host
that nobody named. The gate is a proxy on this machine, in front of the other: it asks that one for
the named hosts, and refuses all others.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections.abc import Sequence
from fnmatch import fnmatchcase
from itertools import product
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from gtmgen.errors import GtmgenError

_MOST_HEAD: Final = 65_536
_CHUNK: Final = 65_536
_PORTS: Final = {"http": 80, "https": 443}
_THIS_MACHINE: Final = ("localhost", "127.*", "::1")
_OF_CONNECTION: Final = ("connection", "proxy-connection", "keep-alive", "proxy-authorization")

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def find_proxies() -> dict[str, SplitResult]:
    """By scheme, what HTTPS_PROXY and HTTP_PROXY or the system's settings name.

    ALL_PROXY is for a scheme of which they name none: often it is a SOCKS proxy beside two others.
    """
    named = getproxies()
    found = {}
    for scheme in _PORTS:
        if address := named.get(scheme) or named.get("all"):
            found[scheme] = urlsplit(address if "://" in address else f"http://{address}")
    return found


class Gate:
    """Lets a browser to the named hosts, through the machine's proxy where that is needed."""

    def __init__(self, hosts: Sequence[str], proxies: dict[str, SplitResult]) -> None:
        self._hosts, self._proxies = hosts, proxies
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    async def open(self) -> int:
        """Begins to listen, and gives the port."""
        for scheme, host in product(self._proxies, self._hosts):
            proxy = self._find_proxy(scheme, host)
            if proxy is not None and proxy.scheme not in _PORTS:
                raise GtmgenError(
                    f"the browser cannot use a proxy of the kind `{proxy.scheme}://`",
                    hint="set HTTPS_PROXY and HTTP_PROXY to an HTTP proxy",
                )
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_MOST_HEAD)
        return int(self._server.sockets[0].getsockname()[1])

    def close(self) -> None:
        """Lets nobody in any more, and ends what is open."""
        if self._server is not None:
            self._server.close()
        for task in self._open:
            task.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        task.add_done_callback(self._open.discard)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            await self._pass_on(head.decode("latin-1"), (reader, writer))
        except (OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # no answer: an error page of the gate's own would be taken for the site's
        finally:
            writer.close()

    async def _pass_on(self, head: str, browser: Streams) -> None:
        first, *lines = head.rstrip("\r\n").split("\r\n")
        method, target, _ = first.split(" ", 2)
        is_tunnel = method == "CONNECT"
        url = urlsplit(f"https://{target}" if is_tunnel else target)
        host = url.hostname or ""
        is_named = any(fnmatchcase(host, pattern.lower()) for pattern in self._hosts)
        if not host or url.scheme not in _PORTS or not is_named:
            return
        proxy = self._find_proxy(url.scheme, host)
        port = url.port or _PORTS[url.scheme]
        there = await _connect(proxy) if proxy else await asyncio.open_connection(host, port)
        own = [f"Proxy-Authorization: {login}"] if proxy and (login := _login(proxy)) else []
        if is_tunnel and proxy is None:
            browser[1].write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            if proxy is None:
                path = url._replace(scheme="", netloc="", fragment="").geturl() or "/"
                first = f"{method} {path} HTTP/1.1"
            if not is_tunnel:
                # One request in a connection, so that none for another host follows it unseen.
                lines = [one for one in lines if _find_name(one) not in _OF_CONNECTION]
                own.append("Connection: close")
            there[1].write("\r\n".join([first, *lines, *own, "", ""]).encode("latin-1"))
        limit = None if is_tunnel else _find_length(lines)
        await _relay(browser, there, limit)

    def _find_proxy(self, scheme: str, host: str) -> SplitResult | None:
        is_near = any(fnmatchcase(host, pattern) for pattern in _THIS_MACHINE)
        if is_near or proxy_bypass(host):
            return None
        return self._proxies.get(scheme)


async def _connect(proxy: SplitResult) -> Streams:
    is_tls = proxy.scheme == "https"
    port = proxy.port or _PORTS[proxy.scheme]
    return await asyncio.open_connection(proxy.hostname, port, ssl=is_tls or None)


def _login(proxy: SplitResult) -> str:
    if not proxy.username:
        return ""
    login = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return f"Basic {base64.b64encode(login.encode()).decode()}"


def _find_name(line: str) -> str:
    return line.partition(":")[0].strip().lower()


def _find_length(lines: Sequence[str]) -> int:
    """How many bytes follow the head: Chromium says so for each body."""
    found = [one for one in lines if _find_name(one) == "content-length"]
    return int(found[0].partition(":")[2]) if found else 0


async def _relay(browser: Streams, there: Streams, limit: int | None) -> None:
    """Passes bytes in both directions until one side has gone."""
    up = asyncio.ensure_future(_pump(browser[0], there[1], limit))
    down = asyncio.ensure_future(_pump(there[0], browser[1], None))
    try:
        await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        up.cancel()
        down.cancel()
        there[1].close()


async def _pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, limit: int | None
) -> None:
    """Passes bytes on until there are no more; those beyond the limit are dropped."""
    with contextlib.suppress(OSError):
        while data := await reader.read(_CHUNK):
            passed = data if limit is None else data[:limit]
            limit = None if limit is None else limit - len(passed)
            writer.write(passed)
            await writer.drain()
