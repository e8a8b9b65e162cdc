"""Failures on demand, in process."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from processes import run

from gtmgen.emulator import (
    ApiRequest,
    Behaviour,
    EmulatedQuota,
    Fault,
    Faults,
    Meter,
    Response,
    Store,
    VirtualClock,
    compose,
)
from gtmgen.emulator.faults import Dropped, Stalled
from gtmgen.emulator.transport import EmulatorHttp

ROOT = "https://tagmanager.googleapis.com/tagmanager/v2/"
INTERNAL = "Internal error encountered."
QUOTA = (
    "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user' of service "
    "'tagmanager.googleapis.com' for consumer 'project_number:1'."
)


class Client:
    """One container behind a middleware."""

    def __init__(self, middleware: Any) -> None:
        store = Store()
        self.uri = f"{ROOT}{store.ensure_container('GTM-ACME42')}/workspaces/1/folders"
        self.http = EmulatorHttp(store, middleware=middleware)
        self.quiet = EmulatorHttp(store)

    def create(self, name: str) -> tuple[int, Any]:
        response, body = self.http.request(self.uri, "POST", json.dumps({"name": name}))
        return response.status, json.loads(body)

    def list(self) -> int:
        return int(self.http.request(self.uri)[0].status)

    @property
    def names(self) -> list[str]:
        listed = json.loads(self.quiet.request(self.uri)[1])
        return [item["name"] for item in listed.get("folder", [])]


@pytest.mark.parametrize(
    ("do", "status", "message", "effect"),
    [
        ("500", 500, INTERNAL, []),
        ("500 after", 500, INTERNAL, ["A"]),
        ("503", 503, "The service is currently unavailable.", []),
        (
            "429",
            429,
            QUOTA,
            [],
        ),
        (
            "403",
            403,
            QUOTA,
            [],
        ),
    ],
)
def test_errors(do: Any, status: int, message: str, effect: list[str]) -> None:
    client = Client(Faults([Fault(do)]))
    answered, body = client.create("A")
    assert (answered, body["error"]["message"]) == (status, message)
    assert client.names == effect
    assert client.create("B")[0] == 200


@pytest.mark.parametrize(("do", "effect"), [("200 garbage", []), ("200 garbage after", ["A"])])
def test_a_success_that_says_nothing(do: Any, effect: list[str]) -> None:
    client = Client(Faults([Fault(do)]))
    assert client.create("A") == (200, {"garbage": [1, None]})
    assert client.names == effect


@pytest.mark.parametrize(
    ("do", "raised", "text", "effect"),
    [
        ("drop", Dropped, "the connection was dropped", []),
        ("drop after", Dropped, "the connection was dropped", ["A"]),
        ("stall", Stalled, "the read operation timed out", []),
        ("stall after", Stalled, "the read operation timed out", ["A"]),
    ],
)
def test_no_answer(do: Any, raised: type[Exception], text: str, effect: list[str]) -> None:
    client = Client(Faults([Fault(do)]))
    with pytest.raises(raised) as caught:
        client.create("A")
    assert str(caught.value) == text
    assert client.names == effect


def test_what_they_are_to_a_client() -> None:
    assert issubclass(Dropped, ConnectionError)
    assert issubclass(Stalled, TimeoutError)


@pytest.mark.parametrize("do", ["stall", "stall after"])
def test_a_stall_shorter_than_the_clients_patience_only_takes_time(do: Any) -> None:
    clock = VirtualClock(0)
    client = Client(Faults([Fault(do, seconds=30)], sleep=clock.advance))
    assert client.create("A")[0] == 200
    assert client.names == ["A"]
    assert clock.now == 30


def test_writes_are_counted_apart() -> None:
    faults = Faults([Fault("500", at=2)])
    client = Client(faults)
    assert [client.list(), client.create("A")[0], client.list()] == [200, 200, 200]
    assert [client.create("B")[0], client.list(), client.create("B")[0]] == [500, 200, 200]
    assert faults.done == [(2, "500")]
    assert (faults.calls, faults.writes) == (6, 3)


def test_all_calls_are_counted() -> None:
    client = Client(Faults([Fault("500", at=2, times=2, of="calls")]))
    statuses = [client.list(), client.list(), client.create("A")[0], client.list()]
    assert statuses == [200, 500, 500, 200]


def test_the_first_fault_that_hits_decides() -> None:
    client = Client(Faults([Fault("429", at=2), Fault("500", at=1, times=3)]))
    assert [client.create(name)[0] for name in "ABCD"] == [500, 429, 500, 200]


def test_the_form_of_the_error_can_be_chosen() -> None:
    fault = Fault("403", reason="dailyLimitExceeded", retry_after=7)
    client = Client(Faults([fault]))
    response, body = client.http.request(client.uri, "POST", '{"name": "A"}')
    (detail,) = json.loads(body)["error"]["errors"]
    assert detail["reason"] == "dailyLimitExceeded"
    assert response["retry-after"] == "7"


def test_killing_is_left_to_whoever_asks() -> None:
    codes: list[int] = []

    class GoneError(Exception):
        pass

    def kill(code: int) -> None:
        codes.append(code)
        raise GoneError

    for do, effect in (("kill", []), ("kill after", ["A"])):
        client = Client(Faults([Fault(do)], kill=kill))  # type: ignore[arg-type]
        with pytest.raises(GoneError):
            client.create("A")
        assert client.names == effect
    assert codes == [137, 137]


@pytest.mark.parametrize(("do", "kept"), [("kill", []), ("kill after", ["A"])])
def test_a_killed_process_leaves_what_it_had_done(tmp_path: Path, do: str, kept: list[str]) -> None:
    path = tmp_path / "state.json"
    code = (
        "import sys; from pathlib import Path; from gtmgen.emulator import Fault, Faults, Store\n"
        "from gtmgen.emulator.transport import EmulatorHttp\n"
        "store = Store(Path(sys.argv[1])); path = store.ensure_container('GTM-ACME42')\n"
        "http = EmulatorHttp(store, middleware=Faults([Fault(sys.argv[2])]))\n"
        f"http.request('{ROOT}' + path + '/workspaces/1/folders', 'POST', '{{\"name\": \"A\"}}')\n"
        "print('still here')"
    )
    result = run("-c", code, str(path), do, cwd=tmp_path)
    assert (result.returncode, result.stdout, result.stderr) == (137, "", "")
    with Store(path) as store:
        folders = store.state.data["containers"]["180000001"]["workspaces"]["1"]["entities"][
            "folder"
        ]
    assert [item["name"] for item in folders.values()] == kept


def test_middlewares_compose_from_the_outside_in() -> None:
    seen: list[str] = []

    def named(name: str) -> Callable[..., Response]:
        def middleware(request: ApiRequest, send: Any) -> Response:
            seen.append(f"{name} in")
            response: Response = send(request)
            seen.append(f"{name} out")
            return response

        return middleware

    assert Client(compose(named("a"), named("b"))).list() == 200
    assert seen == ["a in", "b in", "b out", "a out"]
    assert Client(compose()).list() == 200


def test_what_the_quota_refuses_is_no_call_for_the_faults_behind_it() -> None:
    faults = Faults([Fault("500", at=2)])
    client = Client(compose(Meter(EmulatedQuota(per_window=1), VirtualClock()), faults))
    assert [client.create(name)[0] for name in "AB"] == [200, 429]
    assert faults.calls == 1


def test_from_json() -> None:
    data = [{"do": "500 after", "at": 3}, {"do": "stall", "of": "calls", "seconds": 5}]
    clock = VirtualClock(0)
    faults = Faults.from_json(data, sleep=clock.advance)
    assert faults.faults == (Fault("500 after", at=3), Fault("stall", of="calls", seconds=5))
    assert faults.sleep == clock.advance


ACTIONS = (
    "'429' or '403' or '500' or '503' or '500 after' or '200 garbage' or '200 garbage after' or "
    "'drop' or 'drop after' or 'stall' or 'stall after' or 'kill' or 'kill after'"
)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "the faults are not a list"),
        ([{"do": "500"}, 5], "fault 2 is not an object"),
        ([{"do": "500", "at": 0}], "`at` is 0, not 1 or more"),
        ([{}], "fault 1 lacks `do`"),
        ([{"do": "explode"}], f"`do` of fault 1 is 'explode', not {ACTIONS}"),
        (
            [{"do": "500", "when": 1}],
            "fault 1 has no `when`; it has do, at, times, of, reason, retry_after, seconds",
        ),
        (
            [{"do": "500", "retry_after": "1"}],
            "`retry_after` of fault 1 is '1', not a whole number or null",
        ),
    ],
)
def test_what_is_wrong_in_the_json_is_named(data: Any, message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011  (the whole text is compared)
        Faults.from_json(data)
    assert str(caught.value) == message


def test_switches_from_json() -> None:
    assert Behaviour.from_json({"page_size": 5, "bulk": "partial", "bulk_max_changes": None}) == (
        Behaviour(page_size=5, bulk="partial")
    )
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        Behaviour.from_json({"page_size": 0})
    assert str(caught.value) == "`page_size` is 0, not 1 or more"
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        Behaviour.from_json({"bulk": "magic"})
    assert str(caught.value) == (
        "`bulk` of the behaviour is 'magic', not 'atomic' or 'refused' or 'parent_folder_only' or "
        "'partial'"
    )
