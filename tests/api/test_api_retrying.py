"""What is repeated, what is looked up first, and how often: against the emulator, by fault."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httplib2
import pytest

from api.harness import START, Fault, World, answer, done_but, drop
from gtmgen.api import CallError, RetryPolicy, TagManager
from gtmgen.api.retry.policy import retry_after
from gtmgen.emulator import ApiRequest, Response
from gtmgen.errors import ApiError

FOLDER = {"name": "F", "notes": "ours"}
TAG = {
    "name": "T",
    "type": "html",
    "notes": "ours",
    "parameter": [{"type": "template", "key": "html", "value": "<b>"}],
}
TEMPLATE = {
    "name": "N",
    "templateData": '___INFO___\n\n{"type": "TAG"}\n\n___TEMPLATE_PARAMETERS___\n\n[]\n\n'
    "___SANDBOXED_JS_FOR_WEB_TEMPLATE___\n\ndata.gtmOnSuccess();\n",
}
EXHAUSTED = answer(403, "Busy", errors=[], status="RESOURCE_EXHAUSTED")
NOTHING_DONE: dict[str, Fault] = {
    "429": answer(429),
    "403 rateLimitExceeded": answer(403, errors=[{"reason": "rateLimitExceeded"}]),
    "403 userRateLimitExceeded": answer(403, errors=[{"reason": "userRateLimitExceeded"}]),
    "403 quotaExceeded": answer(403, errors=[{"reason": "quotaExceeded"}]),
    "403 without errors": EXHAUSTED,
    "refused": drop(after=False, error=ConnectionRefusedError(111, "Connection refused")),
}
UNKNOWN: dict[str, Fault] = {
    "500 before": answer(500),
    "500 after": done_but(500),
    "503 before": answer(503),
    "503 after": done_but(503),
    "dropped before": drop(after=False),
    "dropped after": drop(after=True),
    "timeout after": drop(after=True, error=TimeoutError("timed out")),
}
FAULTS = {**NOTHING_DONE, **UNKNOWN}
by_fault = pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)


@pytest.fixture
def world() -> World:
    return World()


def test_it_is_a_tag_manager(world: World) -> None:
    port: TagManager = world.gtm
    with port as entered:
        assert entered is world.gtm


# Reading


READS: dict[str, Callable[[World], object]] = {
    "accounts": lambda w: w.gtm.accounts(),
    "container": lambda w: w.gtm.container(w.container),
    "workspaces": lambda w: w.gtm.workspaces(w.container),
    "workspace_status": lambda w: w.gtm.workspace_status(w.workspace),
    "list_entities": lambda w: w.gtm.list_entities(w.workspace, "tag"),
    "version_headers": lambda w: w.gtm.version_headers(w.container),
    "live_version": lambda w: w.gtm.live_version(w.container),
}


@by_fault
@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_reads_are_repeated(world: World, read: Callable[[World], object], fault: Fault) -> None:
    wanted = read(world)
    world.fail(fault, fault)
    assert read(world) == wanted
    assert world.clock.slept == [1.5, 2.5]  # 2^n and the jitter


def test_an_entity_and_a_version_are_read_again(world: World) -> None:
    made = world.gtm.create(world.workspace, "folder", FOLDER)
    world.fail(answer(429), method="GET")
    assert world.gtm.get(made["path"]) == made
    version = world.gtm.create_version(world.workspace)["containerVersion"]
    world.fail(answer(429), method="GET")
    assert world.gtm.version(version["path"]) == version
    world.fail(answer(500), method="POST")
    assert world.gtm.set_latest(version["path"]) == version


def test_a_container_is_looked_up_again(world: World) -> None:
    asked: list[str] = []

    class Inner:
        def resolve_container(self, gtm: str) -> str:
            asked.append(gtm)
            if len(asked) == 1:
                raise CallError("containers.lookup", "x", status=503)
            return "accounts/1/containers/2"

    world.gtm._inner = Inner()  # type: ignore[assignment]
    assert world.gtm.resolve_container("GTM-A") == "accounts/1/containers/2"
    assert len(asked) == 2


@pytest.mark.parametrize("verb", ["sync", "quick_preview"])
def test_what_has_the_same_effect_each_time_is_repeated(world: World, verb: str) -> None:
    def done(_request: ApiRequest, _send: Any) -> Response:
        return Response(200, b"{}")

    world.fail(done_but(500), done, method="POST")
    assert getattr(world.gtm, verb)(world.workspace) == {}
    assert world.asked == [f"POST {world.workspace.rpartition('/')[2]}:{verb}"] * 2


# Writing: whatever happens, it is done once, and the answer is the right one


@by_fault
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("folder", FOLDER),
        ("tag", TAG),
        ("template", TEMPLATE),
        ("gtag_config", {"type": "google", "parameter": TAG["parameter"]}),
    ],
)
def test_a_create_is_made_once(world: World, kind: str, body: dict[str, Any], fault: Fault) -> None:
    world.fail(fault, method="POST")
    made = world.gtm.create(world.workspace, kind, body)
    assert world.gtm.list_entities(world.workspace, kind) == [made]
    assert made["fingerprint"]


def test_a_refused_create_is_not_looked_up_and_a_lost_one_is(world: World) -> None:
    world.fail(answer(429), method="POST")
    world.gtm.create(world.workspace, "folder", FOLDER)
    assert world.asked == ["POST folders", "POST folders"]
    world.asked.clear()
    world.fail(drop(after=True), method="POST")
    world.gtm.create(world.workspace, "folder", {"name": "G"})
    assert world.asked == ["POST folders", "GET folders"]
    world.asked.clear()
    world.fail(drop(after=False), method="POST")
    world.gtm.create(world.workspace, "folder", {"name": "H"})
    assert world.asked == ["POST folders", "GET folders", "POST folders"]


def test_a_create_that_lands_late_is_found_when_the_second_one_is_refused(world: World) -> None:
    late: list[ApiRequest] = []

    def lost(request: ApiRequest, _send: Any) -> Response:
        late.append(request)
        raise TimeoutError("timed out")

    def lands_now(request: ApiRequest, send: Any) -> Response:
        send(late[0])
        return send(request)  # type: ignore[no-any-return]

    world.fail(lost, lands_now, method="POST")
    made = world.gtm.create(world.workspace, "folder", FOLDER)
    assert world.gtm.list_entities(world.workspace, "folder") == [made]
    assert made["notes"] == "ours"


@pytest.mark.parametrize("theirs", [{"notes": "theirs"}, {}, {"notes": "ours", "type": "img"}])
def test_somebody_elses_entity_of_that_name_is_not_taken_for_ours(
    world: World, theirs: dict[str, Any]
) -> None:
    image = {"parameter": [{"type": "template", "key": "url", "value": "u"}]}
    body = {"name": "T", "type": "html", "parameter": TAG["parameter"], **theirs}
    world.gtm.create(world.workspace, "tag", {**body, **(image if "type" in theirs else {})})
    world.fail(answer(500), method="POST")
    with pytest.raises(CallError) as caught:
        world.gtm.create(world.workspace, "tag", TAG)
    assert caught.value.message == (
        "tags.create `T` failed with 400: Found entity with duplicate name."
    )


def test_what_has_notes_is_not_taken_for_ours_without(world: World) -> None:
    world.gtm.create(world.workspace, "folder", FOLDER)
    world.fail(answer(500), method="POST")
    with pytest.raises(CallError, match="duplicate name"):
        world.gtm.create(world.workspace, "folder", {"name": "F"})


@by_fault
@pytest.mark.parametrize("checked", [True, False], ids=["fingerprint", "no fingerprint"])
def test_an_update_is_made_once(world: World, fault: Fault, checked: bool) -> None:
    made = world.gtm.create(world.workspace, "tag", TAG)
    world.fail(fault, method="PUT")
    body = {**TAG, "name": "U", "paused": False, "firingTriggerId": []}  # the service drops these
    updated = world.gtm.update(made["path"], body, made["fingerprint"] if checked else None)
    assert updated == world.gtm.get(made["path"])
    assert updated["name"] == "U"
    landed = fault in (UNKNOWN["500 after"], UNKNOWN["503 after"], UNKNOWN["dropped after"])
    if landed:
        assert world.asked.count(f"PUT {made['tagId']}") == 1


def test_an_update_that_lands_late_is_found_when_the_second_one_is_refused(world: World) -> None:
    made = world.gtm.create(world.workspace, "folder", FOLDER)
    late: list[ApiRequest] = []

    def lost(request: ApiRequest, _send: Any) -> Response:
        late.append(request)
        raise TimeoutError("timed out")

    def lands_now(request: ApiRequest, send: Any) -> Response:
        send(late[0])
        return send(request)  # type: ignore[no-any-return]

    world.fail(lost, lands_now, method="PUT")
    updated = world.gtm.update(made["path"], {"name": "U"}, made["fingerprint"])
    assert updated == world.gtm.get(made["path"])
    assert updated["name"] == "U"


def test_an_update_that_somebody_else_overtook_is_a_conflict(world: World) -> None:
    made = world.gtm.create(world.workspace, "folder", FOLDER)

    def overtaken(_request: ApiRequest, _send: Any) -> Response:
        world.plain.update(made["path"], {"name": "Theirs"}, None)
        raise ConnectionResetError("reset by peer")

    world.fail(overtaken, method="PUT")
    with pytest.raises(CallError) as caught:
        world.gtm.update(made["path"], {"name": "Ours"}, made["fingerprint"])
    assert caught.value.is_conflict
    assert world.gtm.get(made["path"])["name"] == "Theirs"


def test_an_update_of_what_is_gone_by_now_is_refused(world: World) -> None:
    made = world.gtm.create(world.workspace, "folder", FOLDER)

    def gone(_request: ApiRequest, _send: Any) -> Response:
        world.plain.delete(made["path"])
        raise ConnectionResetError("reset by peer")

    world.fail(gone, method="PUT")
    with pytest.raises(CallError) as caught:
        world.gtm.update(made["path"], {"name": "Ours"}, made["fingerprint"])
    assert caught.value.outcome_unknown  # the look could not tell; the caller looks itself
    assert caught.value.message == "folders.update `Ours` got no answer: reset by peer"


@by_fault
def test_a_delete_is_done(world: World, fault: Fault) -> None:
    made = world.gtm.create(world.workspace, "folder", FOLDER)
    world.fail(fault, method="DELETE")
    world.gtm.delete(made["path"], name="F")
    assert world.gtm.list_entities(world.workspace, "folder") == []


@pytest.mark.parametrize("faults", [[], [answer(429)]], ids=["at once", "after 429"])
def test_a_delete_of_what_was_never_there_is_refused(world: World, faults: list[Fault]) -> None:
    world.fail(*faults, method="DELETE")
    with pytest.raises(CallError) as caught:
        world.gtm.delete(f"{world.workspace}/folders/77", name="F")
    assert caught.value.message == (
        "folders.delete `F` failed with 404: Not found or permission denied."
    )


@by_fault
def test_workspaces_are_made_and_deleted_once(world: World, fault: Fault) -> None:
    world.fail(fault, method="POST")
    made = world.gtm.create_workspace(world.container, "W", "why")
    assert world.gtm.workspaces(world.container)[1:] == [made]
    world.fail(fault, method="DELETE")
    world.gtm.delete_workspace(made["path"])
    assert len(world.gtm.workspaces(world.container)) == 1


@by_fault
def test_built_ins_are_enabled_and_disabled_once(world: World, fault: Fault) -> None:
    world.fail(fault, method="POST")
    enabled = world.gtm.enable_built_ins(world.workspace, ["clickUrl", "clickText"])
    assert sorted(item["type"] for item in enabled) == ["clickText", "clickUrl"]
    world.fail(fault, method="DELETE")
    world.gtm.disable_built_ins(world.workspace, ["clickUrl", "clickText"])
    listed = world.gtm.list_entities(world.workspace, "built_in_variable")
    assert not {"clickUrl", "clickText"} & {item["type"] for item in listed}


@by_fault
def test_a_version_is_made_and_published_once(world: World, fault: Fault) -> None:
    world.gtm.create(world.workspace, "folder", FOLDER)
    earlier = world.gtm.create_version(world.workspace, "Mine")["containerVersion"]
    world.gtm.publish(earlier["path"])
    workspace = str(world.gtm.workspaces(world.container)[0]["path"])
    world.fail(fault, method="POST")
    reply = world.gtm.create_version(workspace, "Mine", "why")
    version = reply["containerVersion"]
    assert [item["name"] for item in world.gtm.version_headers(world.container)] == [
        "Mine",
        "Mine",
    ]
    assert version["path"] != earlier["path"]
    assert version == world.gtm.version(version["path"])
    assert version["name"] == "Mine"
    (successor,) = world.gtm.workspaces(world.container)
    assert reply["newWorkspacePath"] == successor["path"]
    world.fail(fault, method="POST")
    published = world.gtm.publish(version["path"], version["fingerprint"])
    assert published["containerVersion"] == world.gtm.live_version(world.container) == version


def test_somebody_elses_later_version_is_not_taken_for_ours(world: World) -> None:
    def overtaken(request: ApiRequest, send: Any) -> Response:
        send(request)
        (successor,) = world.plain.workspaces(world.container)
        world.plain.create_version(successor["path"], "Theirs")
        raise ConnectionResetError("reset by peer")

    world.fail(overtaken, method="POST")
    reply = world.gtm.create_version(world.workspace, "Mine")
    assert reply["containerVersion"]["name"] == "Mine"


def test_a_version_of_a_workspace_that_somebody_deleted_is_not_found(world: World) -> None:
    made = world.gtm.create_workspace(world.container, "W")

    def gone(_request: ApiRequest, _send: Any) -> Response:
        world.plain.delete_workspace(made["path"])
        raise ConnectionResetError("reset by peer")

    world.fail(gone, method="POST")
    with pytest.raises(CallError, match="create_version `V` failed with 404"):
        world.gtm.create_version(made["path"], "V")


@pytest.mark.parametrize("fault", NOTHING_DONE.values(), ids=NOTHING_DONE)
def test_a_bulk_update_is_repeated_when_nothing_was_done(world: World, fault: Fault) -> None:
    def done(_request: ApiRequest, _send: Any) -> Response:
        return Response(200, json.dumps({"changes": [{"folder": FOLDER}]}).encode())

    world.fail(fault, done, method="POST")
    change = {"folder": FOLDER, "changeStatus": "added"}
    assert world.gtm.bulk_update(world.workspace, [change]) == [{"folder": FOLDER}]


@pytest.mark.parametrize("fault", UNKNOWN.values(), ids=UNKNOWN)
def test_a_bulk_update_with_an_open_outcome_is_not_repeated(world: World, fault: Fault) -> None:
    world.fail(fault, method="POST")
    with pytest.raises(CallError) as caught:
        world.gtm.bulk_update(world.workspace, [{"folder": FOLDER, "changeStatus": "added"}])
    assert caught.value.outcome_unknown
    assert world.asked == ["POST bulk_update"]


# The end of patience


@pytest.mark.parametrize(
    ("status", "text"), [(400, "no"), (401, "no"), (403, "no"), (404, "no"), (409, "no")]
)
def test_a_refusal_for_good_is_not_repeated(world: World, status: int, text: str) -> None:
    world.fail(answer(status, text))
    with pytest.raises(CallError, match=f"failed with {status}: no"):
        world.gtm.workspaces(world.container)
    assert (len(world.asked), world.clock.slept) == (1, [])


def test_an_answer_that_is_no_json_is_not_asked_for_again(world: World) -> None:
    world.fail(lambda _request, _send: Response(200, b"<html>"))
    with pytest.raises(CallError):
        world.gtm.create(world.workspace, "folder", FOLDER)
    assert (world.asked, world.clock.slept) == (["POST folders", "GET folders"], [])


def test_the_waits_outlast_the_quotas_window_and_end(world: World) -> None:
    world.fail(*[answer(429, "Quota exceeded")] * 9)
    with pytest.raises(CallError) as caught:
        world.gtm.workspaces(world.container)
    assert caught.value.message == "workspaces.list failed with 429: Quota exceeded"
    assert world.clock.slept == [1.5, 2.5, 4.5, 8.5, 16.5, 32.5, 32.5, 32.5]
    assert sum(world.clock.slept) > 100
    assert world.told[0] == (1.5, "workspaces.list failed with 429: Quota exceeded")


def test_without_a_network_it_ends_sooner_and_says_that_the_outcome_is_open(
    world: World,
) -> None:
    world.fail(drop(after=True), *[drop(after=False)] * 99)
    with pytest.raises(CallError) as caught:
        world.gtm.create(world.workspace, "folder", FOLDER)
    assert caught.value.outcome_unknown
    assert caught.value.message == "folders.create `F` got no answer: reset by peer"
    assert len(world.asked) == 6  # the create, and one look with its repetitions
    world.faults = []
    assert len(world.gtm.list_entities(world.workspace, "folder")) == 1


def test_an_open_outcome_stays_open_when_the_rest_is_refused_for_quota() -> None:
    world = World(RetryPolicy(attempts=2))
    world.fail(drop(after=False), answer(429), method="POST")
    with pytest.raises(CallError) as caught:
        world.gtm.create(world.workspace, "folder", FOLDER)
    assert caught.value.outcome_unknown


def test_the_time_is_capped() -> None:
    world = World(RetryPolicy(seconds=10))
    world.fail(*[answer(503)] * 9)
    with pytest.raises(CallError, match="failed with 503"):
        world.gtm.workspaces(world.container)
    assert world.clock.slept == [1.5, 2.5, 4.5]


def test_a_clock_that_goes_back_does_not_stop_it(world: World) -> None:
    def back(_request: ApiRequest, _send: Any) -> Response:
        world.clock.now -= 86_400
        return answer(503)(_request, _send)

    world.fail(back, back)
    assert len(world.gtm.workspaces(world.container)) == 1


def with_retry_after(world: World, header: str) -> None:
    """The emulator's answers have no such header; put one into them."""
    http = world.plain._service._http
    inner = http.request

    def request(*arguments: Any, **options: Any) -> Any:
        response, content = inner(*arguments, **options)
        if response.status == 429:
            response["retry-after"] = header
        return response, content

    http.request = request


@pytest.mark.parametrize(
    ("header", "waited"),
    [
        ("30", 30.0),
        ("0", 1.5),
        ("Sun, 22 Nov 2026 12:00:45 GMT", 45.0),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 1.5),
        ("soon", 1.5),
    ],
)
def test_retry_after_is_honoured(world: World, header: str, waited: float) -> None:
    with_retry_after(world, header)
    world.fail(answer(429))
    world.gtm.workspaces(world.container)
    assert world.clock.slept == [waited]


@pytest.mark.parametrize("write", [False, True])
@pytest.mark.parametrize("header", ["-5", "nan", "inf", "-inf", "299", "301", "9" * 5000])
@pytest.mark.parametrize(
    ("status", "body"),
    [
        (429, b"null"),
        (500, b"null"),
        (500, b'{"error": {"message": null}}'),
        (503, b"\xff\xfe"),
        (600, b"{}"),
        (999, b""),
    ],
)
def test_whatever_fails_it_ends_within_five_minutes(
    world: World, status: int, body: bytes, header: str, write: bool
) -> None:
    """What an answer says of itself makes no call wait for longer, and none for less than it asks.

    Nothing is told in between where ``-q`` wants to hear nothing.
    """
    http = world.plain._service._http
    inner = http.request

    def request(uri: str, method: str = "GET", *arguments: Any, **options: Any) -> Any:
        if write and method == "GET":
            return inner(uri, method, *arguments, **options)
        return httplib2.Response({"status": str(status), "retry-after": header}), body

    http.request = request
    calls: dict[bool, Callable[[], object]] = {
        True: lambda: world.gtm.create(world.workspace, "folder", {"name": "F"}),
        False: lambda: world.gtm.workspaces(world.container),
    }
    with pytest.raises(CallError) as caught:
        calls[write]()

    asked = {"299": [299.0], "301": [], "9" * 5000: []}
    backoff = [1.5, 2.5, 4.5, 8.5, 16.5, 32.5, 32.5, 32.5]
    assert (caught.value.status, caught.value.exit_code) == (status, 5)
    assert world.clock.slept == asked.get(header, backoff)


def test_a_retry_after_beyond_all_patience_ends_it(world: World) -> None:
    with_retry_after(world, "3600")
    world.fail(answer(429))
    with pytest.raises(CallError):
        world.gtm.workspaces(world.container)
    assert world.clock.slept == []


@pytest.mark.parametrize(
    "header", [None, "", "-5", "+5", "1e3", "nan", "inf", "٣٠", "Sun, 99 Nov 2026 12:00:45 GMT"]
)
def test_a_retry_after_that_says_nothing(header: str | None) -> None:
    assert retry_after(header, START) in (0.0, 30.0)


DAY: dict[str, Fault] = {
    "dailyLimitExceeded": answer(
        403, "Daily Limit Exceeded", errors=[{"reason": "dailyLimitExceeded"}]
    ),
    "per day": answer(429, "Quota exceeded for limit 'Queries per day'", errors=[]),
}


@pytest.mark.parametrize("fault", DAY.values(), ids=DAY)
def test_a_day_that_is_used_up_ends_it_at_once(world: World, fault: Fault) -> None:
    world.fail(fault)
    with pytest.raises(ApiError) as caught:
        world.gtm.create(world.workspace, "folder", FOLDER)
    assert caught.value.message.startswith("folders.create `F` failed with 4")
    assert caught.value.hint == (
        "the calls of this Google project for today are used up; they are possible again at "
        "midnight Pacific time: 2026-11-23 08:00 UTC, in 20 h"
    )
    assert (len(world.asked), world.clock.slept) == (1, [])
