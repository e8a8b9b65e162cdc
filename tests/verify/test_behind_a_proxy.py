"""A machine that reaches the web through a proxy alone: the named hosts, and no others."""

from __future__ import annotations

import asyncio
import base64
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from gtmgen.errors import GtmgenError
from gtmgen.runtime.browser_gate import Gate
from gtmgen.runtime.browser_process import close_browsers
from gtmgen.verify.run import OPEN_ONLY
from gtmgen.verify.setting import VisitedSite, VisitSetting
from gtmgen.verify.visit import record_visit

from .conftest import QuietServer, Running, Visit, subject

LOGIN = f"Basic {base64.b64encode(b'ada:s3cret@').decode()}"
SNIPPET = (
    "<script>dataLayer=[{'gtm.start':1,event:'gtm.js'}]</script>"
    "<script async src='https://www.googletagmanager.com/gtm.js?id=GTM-DEMO42'></script>"
)


@dataclass
class Proxy:
    """A proxy that answers every request itself; ``asked`` are their methods and targets."""

    port: int = 0
    asked: list[str] = field(default_factory=list)
    logins: set[str] = field(default_factory=set)
    bodies: list[str] = field(default_factory=list)
    html: str = ""

    @property
    def address(self) -> str:
        return f"http://ada:s3cret%40@127.0.0.1:{self.port}"


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    made = Proxy()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            made.asked.append(f"{self.command} {self.path}")
            made.logins.add(str(self.headers["proxy-authorization"]))
            size = int(self.headers["content-length"] or 0)
            if size:
                made.bodies.append(self.rfile.read(size).decode())
            if self.command == "CONNECT":
                self.send_error(403)
                return
            is_left = self.path.endswith("/leave")
            self.send_response(302 if is_left else 200)
            if is_left:
                self.send_header("location", "http://elsewhere.example/")
            body = b"" if is_left else made.html.encode()
            self.send_header("content-type", "text/html")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_CONNECT = answer  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    listening = QuietServer(("127.0.0.1", 0), Handler)
    made.port = listening.server_address[1]
    thread = threading.Thread(target=listening.serve_forever, args=(0.02,))
    thread.start()
    close_browsers()
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("HTTP_PROXY", made.address)
    monkeypatch.setenv("HTTPS_PROXY", made.address)
    yield made
    close_browsers()
    listening.shutdown()
    thread.join()
    listening.server_close()


def test_the_site_is_asked_for_at_the_proxy(visit: Visit, proxy: Proxy) -> None:
    post = "<script>fetch('/say', {method: 'POST', body: 'hello'})</script>"
    proxy.html = f"{SNIPPET}{post}"
    found = visit(url="http://shop.example/")
    assert [(one.kind, one.platform) for one in found.findings] == []
    assert proxy.asked == ["GET http://shop.example/", "POST http://shop.example/say"]
    assert proxy.bodies == ["hello"]
    assert proxy.logins == {LOGIN}


def test_google_is_asked_for_at_the_proxy(visit: Visit, proxy: Proxy) -> None:
    proxy.html = SNIPPET
    (finding,) = visit(url="http://shop.example/", source="live").findings
    assert proxy.asked == ["GET http://shop.example/", "CONNECT www.googletagmanager.com:443"]
    assert finding.message == (
        "`GTM-DEMO42` does not come: www.googletagmanager.com cannot be reached "
        "(net::ERR_TUNNEL_CONNECTION_FAILED)"
    )


def test_nobody_else_is_asked_for(visit: Visit, proxy: Proxy) -> None:
    sockets = "<script>new WebSocket('ws://elsewhere.example/socket')</script>"
    proxy.html = f"{SNIPPET}{sockets}<iframe src='/leave'></iframe>"
    visit({"load": "/"}, {"load": "/leave"}, url="http://shop.example/")
    assert {one.split("/")[2] for one in proxy.asked} == {"shop.example"}


def test_a_redirect_that_is_kept_away_is_told(visit: Visit, proxy: Proxy) -> None:
    (finding,) = visit(url="http://shop.example/leave").findings
    assert finding.kind == "stopped"
    assert finding.hint == (
        "http://shop.example/leave leads to http://elsewhere.example/, "
        "which `--allow-host elsewhere.example` would let in"
    )


def test_this_machine_needs_no_proxy(visit: Visit, proxy: Proxy, running: Running) -> None:
    assert visit().findings == ()
    assert proxy.asked == []


def test_a_host_that_needs_no_proxy_is_reached_without(
    visit: Visit, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    async def connect(host: str, port: int, **_: Any) -> Any:
        tried.append((host, port))
        raise ConnectionRefusedError

    monkeypatch.setattr("asyncio.open_connection", connect)
    monkeypatch.setenv("NO_PROXY", ".example")
    (finding,) = visit(url="http://shop.example/").findings
    told = "http://shop.example/ cannot be loaded: net::ERR_EMPTY_RESPONSE"
    assert (finding.kind, finding.message) == ("stopped", told)
    assert set(tried) == {("shop.example", 80)}
    assert proxy.asked == []


def test_a_proxy_of_another_kind_is_refused(
    chromium: str, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "socks5://127.0.0.1:1080")
    setting = VisitSetting(executable=chromium)
    for _ in range(2):  # the second time, too: the browser never goes out without the gate
        with pytest.raises(GtmgenError) as failure:
            record_visit(VisitedSite.at("http://shop.example/"), subject(), setting, OPEN_ONLY)
        told = "the browser cannot use a proxy of the kind `socks5://`"
        assert failure.value.message == told
        assert failure.value.hint == "set HTTPS_PROXY and HTTP_PROXY to an HTTP proxy"


def test_a_proxy_of_another_kind_does_not_matter_where_none_is_needed(
    visit: Visit, proxy: Proxy, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "socks5://127.0.0.1:1080")
    assert visit().findings == ()


def test_the_proxy_of_a_scheme_goes_before_that_of_all(
    visit: Visit, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1080")
    proxy.html = SNIPPET
    assert visit(url="http://shop.example/").findings == ()
    assert proxy.asked == ["GET http://shop.example/"]


def test_the_proxy_of_all_is_asked_where_a_scheme_has_none(
    visit: Visit, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HTTP_PROXY")
    monkeypatch.setenv("ALL_PROXY", proxy.address)
    proxy.html = SNIPPET
    assert visit(url="http://shop.example/").findings == ()
    assert proxy.asked == ["GET http://shop.example/"]


def test_the_gate_answers_nothing_that_is_no_address(caplog: pytest.LogCaptureFixture) -> None:
    async def ask(target: str) -> bytes:
        gate = Gate(("*",), {})
        reader, writer = await asyncio.open_connection("127.0.0.1", await gate.open())
        writer.write(f"GET {target} HTTP/1.1\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        gate.close()
        return answer

    for target in ("/", "ftp://shop.example/", "http://[", "http://shop.example:x/", "http:///"):
        assert asyncio.run(ask(target)) == b""
    assert caplog.messages == []
