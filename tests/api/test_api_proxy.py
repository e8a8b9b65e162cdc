"""A proxy that the environment names is used; without a network it ends soon."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import httplib2
import pytest

from api.harness import World, drop
from gtmgen.api import CallError, plain_http
from gtmgen.api.retry.proxy import find_proxy
from gtmgen.api.retry.transport import UnreachableError
from gtmgen.errors import ApiError


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


NO_HOST = "has no host that can be one"
NO_PORT = "has a port that is not a number up to 65535"
NO_KIND = "which is not a kind of proxy that can be used"


@pytest.mark.parametrize(
    ("value", "shown", "flaw"),
    [
        ("nonsense:abc", "nonsense:***", NO_PORT),
        ("http://", "http://", NO_HOST),
        ("http://:8080", "http://:8080", NO_HOST),
        ("http://[::1", "http://[::1", NO_HOST),
        ("http://two words:1", "http://two words:1", NO_HOST),
        ("http://proxy.example:99999", "http://proxy.example:99999", NO_PORT),
        ("http://proxy..example:1", "http://proxy..example:1", NO_HOST),
        ("socks5://\x7f:1", "socks5://\\u007f:1", NO_HOST),
        (f"http://{'a' * 64}:1", f"http://{'a' * 52}…", NO_HOST),
        ("ftp://proxy.example:1", "ftp://proxy.example:1", f"begins with `ftp`, {NO_KIND}"),
        ("http://me:hunter2@", "http://***@", NO_HOST),
        ("http://me:hunter2@proxy.example:x", "http://***@proxy.example:x", NO_PORT),
        ("http://me:hun/ter2@proxy.example:1", "http://***@proxy.example:1", NO_PORT),
        ("me:hunter2", "me:***", NO_PORT),
        ("me:hunter2:8080", "me:***", NO_PORT),
        ("http://me:hunter2://proxy.example:1", "http://me:***", NO_PORT),
        ("proxy.example:3128:hunter2", "proxy.example:***", NO_PORT),
        ("http://[::1]:hunter2", "http://[::1]:***", NO_PORT),
    ],
)
def test_a_proxy_that_cannot_be_one_is_named_without_its_password(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch, value: str, shown: str, flaw: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", value)
    with contextlib.closing(plain_http()) as http, pytest.raises(ApiError) as caught:
        http.request("https://tagmanager.invalid/x")
    assert caught.value.message == f"`HTTPS_PROXY` names no proxy: `{shown}` {flaw}"
    assert caught.value.hint == (
        "write `http://HOST:PORT` (`socks5://` for SOCKS), or unset the variable"
    )


def test_a_verb_that_needs_the_api_names_a_proxy_that_cannot_be_one(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error is none of the network's, which would be tried again."""
    world = World()
    monkeypatch.setenv("https_proxy", "nonsense:abc")
    with pytest.raises(ApiError) as refused:
        ask_for_proxy()
    world.fail(drop(after=False, error=refused.value))
    with pytest.raises(ApiError) as caught:
        world.gtm.accounts()
    assert caught.value is refused.value
    assert caught.value.message.startswith("`https_proxy` names no proxy: ")
    assert world.clock.slept == []


def ask_for_proxy() -> None:
    with contextlib.closing(plain_http()) as http:
        http.request("https://tagmanager.invalid/x")


def test_a_proxy_that_cannot_be_one_does_no_harm_where_none_is_used(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "nonsense:abc")
    ask(f"{proxy.url}/x")
    assert set(proxy.asked) == {"GET /x HTTP/1.1"}
    monkeypatch.setenv("HTTPS_PROXY", "nonsense:abc")
    monkeypatch.setenv("NO_PROXY", "other.invalid, tagmanager.invalid")
    with (
        contextlib.closing(plain_http()) as http,
        pytest.raises(httplib2.ServerNotFoundError),
    ):
        http.request("https://tagmanager.invalid/x")


def test_a_proxy_without_a_scheme_is_an_http_proxy(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy.url.removeprefix("http://"))
    ask("https://tagmanager.example:443/x")
    assert set(proxy.asked) == {"CONNECT tagmanager.example:443 HTTP/1.1"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("socks5h://proxy.example:1", (2, "proxy.example", 1, True, None, None, None)),
        ("socks4a://proxy.example:1", (1, "proxy.example", 1, True, None, None, None)),
        ("HTTP://proxy.example", (3, "proxy.example", 443, True, None, None, None)),
        (
            "http://me:p%40ss@[::1]:8080/",
            (3, "::1", 8080, True, "me", "p@ss", None),
        ),
    ],
)
def test_how_a_proxy_is_written(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch, value: str, expected: tuple[object, ...]
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", value)
    found = find_proxy("https")
    assert found is not None
    assert found.astuple() == expected


def test_a_proxy_that_no_name_server_knows(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://me:hunter2@proxy.invalid:3128")
    with contextlib.closing(plain_http()) as http, pytest.raises(UnreachableError) as caught:
        http.request("https://tagmanager.invalid/x")
    assert str(caught.value) == (
        "the name server does not know the proxy `proxy.invalid` of `HTTPS_PROXY`"
    )


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
