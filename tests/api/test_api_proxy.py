"""A proxy that the environment names is used; without a network it ends soon."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from api.harness import World, drop
from gtmgen.api import CallError, plain_http


@dataclass
class Proxy:
    """Refuses every tunnel, and keeps the first line of what it was asked for."""

    url: str
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    for name in ("http_proxy", "https_proxy", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        served = Proxy(f"http://127.0.0.1:{listener.getsockname()[1]}")

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection, connection.makefile("rb") as stream:
                    served.asked.append(stream.readline().decode().strip())
                    while stream.readline().strip():
                        pass
                    connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield served
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def ask(uri: str, method: str = "GET") -> None:
    with contextlib.closing(plain_http()) as http, contextlib.suppress(Exception):
        http.request(uri, method)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy"])
def test_the_proxy_is_asked_for_a_tunnel(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch, name: str, method: str
) -> None:
    monkeypatch.setenv(name, proxy.url)
    ask("https://tagmanager.example:443/x", method)
    assert set(proxy.asked) == {"CONNECT tagmanager.example:443 HTTP/1.1"}


@pytest.mark.parametrize("excepted", ["tagmanager.invalid", ".invalid", "*"])
def test_a_host_without_a_proxy(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch, excepted: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    monkeypatch.setenv("NO_PROXY", excepted)
    ask("https://tagmanager.invalid/x")
    assert proxy.asked == []


def test_this_machine_needs_no_proxy(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    ask(f"{proxy.url}/x")
    assert set(proxy.asked) == {"GET /x HTTP/1.1"}


def test_without_a_network_it_ends_within_ten_seconds() -> None:
    world = World()
    refused = drop(after=False, error=ConnectionRefusedError(111, "Connection refused"))
    world.fail(*[refused] * 99)
    with pytest.raises(CallError) as caught:
        world.gtm.accounts()
    assert caught.value.hint == (
        "nothing listens there: check the address, the network and the firewall"
    )
    assert (len(world.asked), world.clock.slept) == (3, [1.5, 2.5])
