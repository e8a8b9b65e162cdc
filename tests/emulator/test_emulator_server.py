"""The emulator over HTTP on the loopback interface."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httplib2
import pytest
from google.auth.credentials import AnonymousCredentials
from googleapiclient.discovery import build
from processes import Process

from gtmgen.emulator import (
    Behaviour,
    EmulatedQuota,
    Fault,
    Faults,
    Meter,
    Store,
    VirtualClock,
    http_server,
)
from gtmgen.emulator.server import EmulatorServer, serve
from gtmgen.errors import ApiError

from .conftest import html, refusal

ACCOUNTS = "/tagmanager/v2/accounts"


class Local:
    """A server, its container and the two ways to call it."""

    def __init__(self, store: Store | None = None, **options: Any) -> None:
        self.store = store or Store()
        self.container = self.store.ensure_container("GTM-ACME42")
        self.workspace = f"{self.container}/workspaces/1"
        self.log: list[str] = []
        self.server: EmulatorServer = serve(self.store, log=self.log.append, **options)

    def call(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, dict[str, str], Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=5)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            raw = response.read()
            names = {name.lower(): value for name, value in response.getheaders()}
            return response.status, names, json.loads(raw) if raw else None
        finally:
            connection.close()

    def create(self, name: str) -> int:
        path = f"/tagmanager/v2/{self.workspace}/folders"
        return self.call("POST", path, json.dumps({"name": name}).encode())[0]

    def names(self) -> list[str]:
        workspaces = self.store.state.data["containers"]["180000001"]["workspaces"]
        return [item["name"] for item in workspaces["1"]["entities"]["folder"].values()]

    def raw(self, data: bytes) -> bytes:
        """What comes back for these very bytes, until the server closes."""
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=5) as connection:
            connection.sendall(data)
            parts = []
            while part := connection.recv(65_536):
                parts.append(part)
        return b"".join(parts)


@pytest.fixture
def local() -> Iterator[Local]:
    local = Local()
    with local.server:
        yield local


def error(answer: tuple[int, dict[str, str], Any]) -> tuple[int, str]:
    status, headers, body = answer
    assert headers["content-type"] == "application/json; charset=UTF-8"
    assert set(body["error"]) == {"code", "message", "errors", "status"}
    assert body["error"]["code"] == status
    return status, body["error"]["message"]


def test_googles_client_works_unmodified(local: Local) -> None:
    service = build(
        "tagmanager",
        "v2",
        credentials=AnonymousCredentials(),
        client_options={"api_endpoint": local.server.url},
        static_discovery=True,
    )
    tags = service.accounts().containers().workspaces().tags()
    made = tags.create(parent=local.workspace, body=html("T")).execute()
    assert tags.list(parent=local.workspace).execute() == {"tag": [made]}
    updated = tags.update(path=made["path"], body=html("U")).execute()
    assert updated["name"] == "U"
    assert refusal(tags.create(parent=local.workspace, body=html("U"))) == (
        400,
        "Found entity with duplicate name.",
    )
    assert tags.delete(path=made["path"]).execute() == ""
    service.close()


def test_the_wire(local: Local) -> None:
    status, headers, body = local.call("GET", f"{ACCOUNTS}?alt=json&prettyPrint=false")
    assert status == 200
    assert headers["content-type"] == "application/json; charset=UTF-8"
    assert body["account"][0]["name"] == "Local account"
    assert error(local.call("GET", "/")) == (404, "Method not found.")
    status, headers, _ = answer = local.call("DELETE", ACCOUNTS)
    assert error(answer) == (405, "HTTP method not allowed.")
    assert headers["allow"] == "GET"
    for method in ("PATCH", "OPTIONS"):
        assert error(local.call(method, ACCOUNTS)) == (405, "HTTP method not allowed.")
    assert error(local.call("POST", "/batch", b"x")) == (
        501,
        "Batch requests are not emulated: send each on its own.",
    )
    assert error(local.call("GET", f"{ACCOUNTS}?alt=media")) == (
        400,
        "Unsupported output format: only alt=json is emulated.",
    )
    assert local.call("HEAD", ACCOUNTS)[::2] == (405, None)
    assert local.log[0] == f"GET {ACCOUNTS}?alt=json&prettyPrint=false 200"


def test_methods_and_lines_that_http_does_not_know(local: Local) -> None:
    assert error(local.call("BREW", ACCOUNTS)) == (501, "Unsupported method ('BREW')")
    answer = local.raw(b"nonsense\r\n\r\n")
    assert b'"code": 400' in answer


def test_a_connection_serves_many_calls(local: Local) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", local.server.port, timeout=5)
    for number in range(20):
        body = json.dumps({"name": f"F{number}"})
        connection.request("POST", f"/tagmanager/v2/{local.workspace}/folders", body)
        response = connection.getresponse()
        assert response.status == 200
        made = json.loads(response.read())
        connection.request("DELETE", f"/tagmanager/v2/{made['path']}")
        response = connection.getresponse()
        assert (response.status, response.read()) == (204, b"")
    connection.close()


def test_calls_from_many_threads_do_not_get_lost(tmp_path: Path) -> None:
    with Store(tmp_path / "state.json") as store:
        local = Local(store)
        with local.server:
            threads = [
                threading.Thread(target=lambda n=n: [local.create(f"{n}.{i}") for i in range(10)])
                for n in range(4)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert len(local.names()) == 40
    with Store(tmp_path / "state.json") as store:
        assert store.state.data == local.store.state.data


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "[x"]
)
def test_another_host_is_refused(local: Local, host: str) -> None:
    answer = local.call("GET", ACCOUNTS, headers={"Host": host})
    assert error(answer) == (403, f"The host {host!r} is not this machine.")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1234", "127.0.0.1:80", "[::1]:8080"])
def test_this_machines_names_are_fine(local: Local, host: str) -> None:
    assert local.call("GET", ACCOUNTS, headers={"Host": host})[0] == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_another_pages_requests_are_refused(local: Local, origin: str) -> None:
    answer = local.call("POST", ACCOUNTS, b"{}", {"Origin": origin})
    assert error(answer) == (403, f"The origin {origin!r} is not this machine.")


def test_a_page_of_this_machine_may_ask(local: Local) -> None:
    assert local.call("GET", ACCOUNTS, headers={"Origin": "http://localhost:3000"})[0] == 200


def test_it_listens_on_the_loopback_only(local: Local) -> None:
    assert local.server.url == f"http://127.0.0.1:{local.server.port}/"
    assert local.server._server.server_address[0] == "127.0.0.1"


def test_bodies_have_a_limit(local: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_server, "MAX_BODY", 1000)
    path = f"/tagmanager/v2/{local.workspace}/folders"
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\n".encode()
    answer = local.raw(head + b"Content-Length: 1001\r\n\r\n")
    assert b"HTTP/1.1 413" in answer
    assert b"The body is larger than 1,000 bytes." in answer
    for header in (b"Transfer-Encoding: chunked", b"Content-Length: -1", b"Content-Length: x"):
        answer = local.raw(head + header + b"\r\n\r\n")
        assert b"HTTP/1.1 411" in answer
        assert b"The request needs a Content-Length." in answer
    assert local.names() == []


def test_half_a_body_is_no_call(local: Local) -> None:
    path = f"/tagmanager/v2/{local.workspace}/built_in_variables?type=clickUrl"
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n12".encode()
    before = json.dumps(local.store.state.data)
    with socket.create_connection(("127.0.0.1", local.server.port), timeout=5) as connection:
        connection.sendall(head)
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(100) == b""
    assert json.dumps(local.store.state.data) == before


def test_the_override_for_long_urls(local: Local) -> None:
    headers = {"x-http-method-override": "GET"}
    status, _, body = local.call("POST", ACCOUNTS, b"alt=json", headers)
    assert (status, len(body["account"])) == (200, 1)


def test_faults_and_quota() -> None:
    clock = VirtualClock()
    faults = Faults([Fault("500 after", at=1), Fault("drop", at=2), Fault("drop after", at=3)])
    quota = Meter(EmulatedQuota(per_window=4, retry_after=True), clock)
    local = Local(faults=faults, quota=quota)
    with local.server:
        assert local.create("A") == 500
        for name in ("B", "C"):
            with pytest.raises(ConnectionResetError):
                local.create(name)
        assert local.create("D") == 200
        status, headers, _ = local.call("GET", ACCOUNTS)
        assert (status, headers["retry-after"]) == (429, "100")
        clock.advance(100)
        assert local.call("GET", ACCOUNTS)[0] == 200
    assert local.names() == ["A", "C", "D"]
    assert local.log[1].endswith("/folders dropped")


def test_googles_client_meets_a_dropped_connection() -> None:
    """A request that httplib2 repeats on its own counts as a call of its own."""
    local = Local(faults=Faults([Fault("drop after", at=1)]))
    http_client = httplib2.Http(timeout=5)
    with local.server:
        uri = f"{local.server.url}tagmanager/v2/{local.workspace}/folders"
        with pytest.raises(ConnectionResetError):
            http_client.request(uri, "POST", '{"name": "A"}')
    http_client.close()
    assert local.names() == ["A"]


def test_a_stall_hangs_for_real_without_holding_up_others() -> None:
    faults = Faults([Fault("stall", at=1, seconds=30)])
    local = Local(faults=faults)
    with local.server:
        stalled = threading.Thread(target=local.create, args=("A",))
        stalled.start()
        while not faults.done:
            time.sleep(0.01)
        started = time.monotonic()
        assert local.create("B") == 200
        local.server.close()  # ends the stall, too
        stalled.join()
        assert time.monotonic() - started < 5
    assert local.names() == ["B", "A"]


def test_a_stall_past_the_patience_ends_without_an_answer() -> None:
    faults = Faults([Fault("stall", seconds=0.01)], patience=0.01)
    local = Local(faults=faults)
    with local.server, pytest.raises(ConnectionResetError):
        local.create("A")
    assert local.names() == []


def test_a_bug_is_answered_and_logged(local: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Any) -> Any:
        raise KeyError("oops")

    monkeypatch.setattr(local.server._server.service, "answer", fail)
    assert error(local.call("GET", ACCOUNTS)) == (500, "Internal error encountered.")
    assert local.log == ["bug: KeyError: 'oops'", f"GET {ACCOUNTS} 500"]


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "state.json"
    with Store(path) as store:
        local = Local(store)

        def fail(*_: Any) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Path, "replace", fail)
        with local.server:
            answer = local.call(
                "POST", f"/tagmanager/v2/{local.workspace}/folders", b'{"name":"A"}'
            )
        assert local.names() == []
        assert error(answer) == (500, f"cannot write `{path}`: No space left on device")


def test_switches_reach_the_service() -> None:
    local = Local(behaviour=Behaviour(delete_status=200))
    with local.server:
        local.create("A")
        status, headers, body = local.call("DELETE", f"/tagmanager/v2/{local.workspace}/folders/2")
    assert (status, headers["content-length"], body) == (200, "0", None)


def test_closing(local: Local) -> None:
    idle = http.client.HTTPConnection("127.0.0.1", local.server.port, timeout=5)
    idle.request("GET", ACCOUNTS)
    idle.getresponse().read()
    started = time.monotonic()
    local.server.close()
    local.server.close()
    assert time.monotonic() - started < 2
    idle.close()
    with pytest.raises(ConnectionRefusedError):
        local.call("GET", ACCOUNTS)
    local.store.ensure_container("GTM-STILL1")


def test_a_taken_port(local: Local) -> None:
    with pytest.raises(ApiError) as caught:
        serve(Store(), port=local.server.port)
    assert caught.value.message == (
        f"cannot listen on 127.0.0.1:{local.server.port}: Address already in use"
    )
    assert caught.value.hint == "choose another port, or 0 for any that is free"


# run_until_interrupt, in a process of its own

RUN = """
import json, sys
from pathlib import Path
from gtmgen.emulator import Faults, Store
from gtmgen.emulator.server import run_until_interrupt, serve
with Store(Path(sys.argv[1])) as store:
    store.ensure_container("GTM-ACME42")
    faults = Faults.from_json(json.loads(sys.argv[2]))
    run_until_interrupt(
        lambda: serve(store, faults=faults), lambda server: print(server.url, flush=True)
    )
print("closed", flush=True)
"""


def run(path: Path, faults: str = "[]") -> tuple[Process, int]:
    process = Process("-c", RUN, str(path), faults, cwd=path.parent)
    url = process.read_line()
    return process, int(url.rstrip("/\n").rpartition(":")[2])


def post(port: int, name: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    path = "/tagmanager/v2/accounts/6000000001/containers/180000001/workspaces/1/folders"
    try:
        connection.request("POST", path, json.dumps({"name": name}))
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_server_ends_gracefully(tmp_path: Path, number: int) -> None:
    process, port = run(tmp_path / "state.json")
    with process:
        assert post(port, "A") == 200
        os.kill(process.pid, number)
        output = process.communicate(timeout=10)
    assert (process.wait(), output) == (0, ("closed\n", ""))
    assert '"A"' in (tmp_path / "state.json").read_text("utf-8")


@pytest.mark.parametrize(("do", "kept"), [("kill", False), ("kill after", True)])
def test_a_killed_server(tmp_path: Path, do: str, kept: bool) -> None:
    process, port = run(tmp_path / "state.json", json.dumps([{"do": do}]))
    with pytest.raises((ConnectionResetError, http.client.RemoteDisconnected)):
        post(port, "A")
    process.communicate(timeout=10)
    assert process.wait() == 137
    assert ('"A"' in (tmp_path / "state.json").read_text("utf-8")) is kept
    Store(tmp_path / "state.json", wait=1).close()
