"""Many changes a call: the same outcome as entity by entity, whatever the API makes of it."""

from __future__ import annotations

import itertools
import json

import pytest

from gtmgen.emulator import ApiRequest, Behaviour
from gtmgen.emulator.messages import make_error_response
from push.harness import EVERYTHING, Gtm, Response, Send, Shell
from push.specs import FIRST, SECOND
from push.test_push_failures import at_call, dropped_after, dropped_before, failed_after

NAMING = """folder: New folder, naming: {
  tag: "t {project} {platform} {event}", trigger: "{key} {form} tr",
  variable: "{key} {form} va", template: "{title} te"}"""
MOVED = EVERYTHING.replace("folder: Shop", NAMING)
SPECS = {"everything": (EVERYTHING, MOVED), "events": (FIRST, SECOND)}
BEHAVIOURS = [
    Behaviour(bulk=bulk, bulk_order=order)
    for bulk, order in itertools.product(
        ("atomic", "refused", "parent_folder_only", "partial"), ("as_listed", "any")
    )
] + [
    Behaviour(bulk_reply_order="request"),
    Behaviour(bulk_max_changes=7),
    Behaviour(bulk="partial", bulk_max_changes=7),
    Behaviour(rename_rewrites_references=True),
    Behaviour(bulk="partial", rename_rewrites_references=True),
    Behaviour(stale_fingerprint_status=412, fill_defaults=False),
]


def bulk_calls(gtm: Gtm) -> list[ApiRequest]:
    return [call for call in gtm.calls if call.path.endswith("/bulk_update")]


@pytest.mark.parametrize("name", SPECS)
@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda item: "-".join(
    str(value) for value in (item.bulk, item.bulk_order, item.bulk_reply_order,
                             item.bulk_max_changes, item.rename_rewrites_references)))  # fmt: skip
def test_in_bulk_the_same_comes_out(shell: Shell, name: str, behaviour: Behaviour) -> None:
    first, second = SPECS[name]
    found = {}
    for bulk in ("never", "always"):
        gtm = shell.use(Gtm(behaviour))
        shell.monkeypatch.setattr("gtmgen.push.bulk.SIZES", (20, 5))
        states = []
        for text in (first, second):
            shell.spec(text)
            for _ in range(3):  # a rename that changes what others hold may take a second push
                if shell.push("--bulk", bulk).code == 0:
                    break
            assert bool(bulk_calls(gtm)) is (bulk == "always") or shell.is_settled()
            assert shell.is_settled()
            states.append(gtm.snapshot())
        found[bulk] = states

    assert found["always"] == found["never"]


@pytest.mark.parametrize("bulk", ["atomic", "refused", "parent_folder_only", "partial"])
def test_one_push_is_enough_whatever_the_api_refuses(shell: Shell, bulk: str) -> None:
    gtm = shell.use(Gtm(Behaviour(bulk=bulk)))  # type: ignore[arg-type]
    for text in (FIRST, SECOND, FIRST.replace("done_1", "paid_1")):
        shell.spec(text)
        shell.pushed("--bulk", "always", "--allow-delete", "all:4")
        assert bulk_calls(gtm)
        assert shell.is_settled()


def test_a_refused_request_is_not_sent_again_as_it_was(shell: Shell) -> None:
    gtm = shell.use(Gtm(Behaviour(bulk="refused")))
    shell.spec(FIRST)

    shell.pushed("--bulk", "always")

    assert len(bulk_calls(gtm)) == 1
    assert shell.is_settled()


def test_a_request_that_is_too_large_is_cut(shell: Shell) -> None:
    gtm = shell.use(Gtm(Behaviour(bulk_max_changes=100)))
    text = FIRST + "".join(
        f"  more_{n}:\n    on: {{event: more_{n}}}\n    send: {{ga4: more_{n}}}\n"
        for n in range(60)
    )
    shell.spec(text)

    shell.pushed()

    sizes = [len(json.loads(call.body)["changes"]) for call in bulk_calls(gtm)]
    assert len(sizes) == 4  # templates, too many, and the same in two
    assert sizes[1] > 100
    assert sizes[2] == 100
    assert not [call for call in gtm.writes if call.path.endswith("/tags")]
    assert shell.is_settled()


@pytest.mark.parametrize(("count", "bulk"), [(1, False), (11, True)])
def test_auto_takes_bulk_where_it_saves_calls(shell: Shell, count: int, bulk: bool) -> None:
    events = "".join(
        f"  e{n}:\n    on: {{event: e{n}}}\n    send: {{ga4: e{n}}}\n" for n in range(count)
    )
    shell.spec(FIRST.split("events:\n")[0] + "events:\n" + events)

    shell.pushed()

    assert bool(bulk_calls(shell.gtm)) is bulk


def test_new_templates_go_before_what_is_made_from_them(shell: Shell) -> None:
    shell.spec(EVERYTHING)

    shell.pushed("--bulk", "always")

    first, *rest = [json.loads(call.body)["changes"] for call in bulk_calls(shell.gtm)]
    assert {key for item in first for key in item} == {"folder", "customTemplate", "changeStatus"}
    types = [body["type"] for items in rest for item in items for key, body in item.items()
             if key in ("tag", "variable")]  # fmt: skip
    assert [item for item in types if item.startswith("cvt_")]
    assert not [item for item in types if "new_" in item]


def in_bulk_only(failure) -> object:
    def fault(request: ApiRequest, send: Send) -> Response:
        if request.path.endswith("/bulk_update"):
            return failure(request, send)
        return send(request)

    return fault


@pytest.mark.parametrize("status", [400, 404, 409, 413, 500, 501, 503])
def test_a_refusal_leads_to_entity_by_entity(shell: Shell, status: int) -> None:
    shell.spec(FIRST)
    shell.gtm.fault = in_bulk_only(lambda request, send: make_error_response("No.", status))

    shell.pushed("--bulk", "always")

    assert shell.is_settled()


@pytest.mark.parametrize("status", [401, 403])
def test_what_no_other_way_of_writing_would_help_stops(shell: Shell, status: int) -> None:
    shell.spec(FIRST)
    shell.gtm.fault = in_bulk_only(lambda request, send: make_error_response("No.", status))

    result = shell.push("--bulk", "always")

    assert result.code == 5
    assert f"workspaces.bulk_update failed with {status}: No." in result.err
    assert len(bulk_calls(shell.gtm)) == 1


@pytest.mark.parametrize("failure", [dropped_after, failed_after])
def test_an_answer_that_is_lost_is_looked_up(shell: Shell, failure) -> None:
    shell.spec(FIRST)
    shell.gtm.fault = in_bulk_only(failure)

    shell.pushed("--bulk", "always")

    assert len(bulk_calls(shell.gtm)) == 2
    assert not [call for call in shell.gtm.writes if call.path.endswith("/tags")]
    assert shell.is_settled()


@pytest.mark.parametrize("status", [408, 502, 504])
def test_what_a_gateway_says_may_still_be_under_way(shell: Shell, status: int) -> None:
    shell.spec(FIRST)
    shell.gtm.fault = in_bulk_only(lambda request, send: make_error_response("No.", status))

    result = shell.push("--bulk", "always")

    assert result.code == 6
    assert len(bulk_calls(shell.gtm)) == len(shell.gtm.writes) - 1  # the workspace
    assert f"failed with {status}: No." in result.err
    assert result.err.startswith("error: 0 and perhaps more of ")


@pytest.mark.parametrize("status", [408, 502, 504])
def test_what_was_done_although_a_gateway_gave_up_is_done(shell: Shell, status: int) -> None:
    shell.spec(FIRST)

    def give_up(request: ApiRequest, send: Send) -> Response:
        send(request)
        return make_error_response("No.", status)

    shell.gtm.fault = in_bulk_only(give_up)

    shell.pushed("--bulk", "always")

    assert len(bulk_calls(shell.gtm)) == 2  # templates, and what is made from them
    assert shell.is_settled()


@pytest.mark.parametrize("told", ["nothing", "half", "no paths", "new IDs"])
def test_what_the_answer_does_not_tell_is_looked_up(shell: Shell, told: str) -> None:
    shell.spec(FIRST)
    shell.pushed()
    shell.spec(SECOND)

    def poor(request: ApiRequest, send: Send) -> Response:
        response = send(request)
        changes = json.loads(response.body).get("changes", [])
        bodies = [body for item in changes for key, body in item.items() if key != "changeStatus"]
        if told == "nothing":
            changes = []
        elif told == "half":
            changes = changes[::2]
        for number, body in enumerate(bodies):
            if told == "no paths":
                del body["path"]
            if told == "new IDs" and "tagId" in body:
                body["tagId"] = f"new_{number}"
        return Response(response.status, json.dumps({"changes": changes}).encode())

    shell.gtm.fault = in_bulk_only(poor)
    shell.pushed("--bulk", "always")

    assert not [call for call in shell.gtm.writes if call.path.endswith("/tags")]
    assert shell.is_settled()


def test_a_delete_of_what_somebody_has_changed_meanwhile_is_not_made(shell: Shell) -> None:
    shell.spec(FIRST)
    shell.pushed()
    shell.spec(SECOND)

    def fault(request: ApiRequest, send: Send) -> Response:
        if request.path.endswith("/bulk_update"):
            shell.gtm.edit("tag", "GA4 0", paused=True)
        return send(request)

    shell.gtm.fault = fault
    result = shell.push("--bulk", "always")

    assert result.code == 6
    assert (
        "then: tag `GA4 0` was changed since the plan was shown; it is not deleted\n\n"
        "hint: `gtmgen plan` shows it as it is now; then push again: it goes on from here\n"
    ) in result.err
    assert shell.gtm.get("tag", "GA4 0")["paused"] is True


def test_without_an_answer_what_is_open_is_left_alone(shell: Shell) -> None:
    """The request may still be under way: writing beside it could double nothing, but clash."""
    shell.spec(FIRST)
    shell.gtm.fault = in_bulk_only(dropped_before)

    result = shell.push("--bulk", "always")

    assert result.code == 6
    assert result.err.startswith("error: 0 and perhaps more of ")
    assert "workspaces.bulk_update got no answer: connection reset" in result.err
    shell.gtm.fault = None
    shell.pushed()
    assert shell.is_settled()


@pytest.mark.parametrize("failure", [dropped_before, dropped_after, failed_after])
def test_after_a_failure_at_any_call_the_next_push_converges(shell: Shell, failure) -> None:
    gtm = shell.gtm
    shell.monkeypatch.setattr("gtmgen.push.bulk.SIZES", (10, 5))
    shell.spec(FIRST)
    shell.pushed()
    start = gtm.save()
    shell.spec(SECOND)
    shell.pushed("--bulk", "always")
    wanted, calls = gtm.snapshot(), len(gtm.calls)

    for number in range(1, calls + 1):
        gtm.restore(start)
        gtm.fault = at_call(number, failure)
        assert shell.push("--bulk", "always").code in (0, 5, 6)
        gtm.fault = None
        shell.pushed("--bulk", "always")
        assert gtm.snapshot() == wanted, number


def test_what_somebody_writes_meanwhile_is_not_overwritten(shell: Shell) -> None:
    shell.spec(FIRST)
    shell.pushed()
    shell.spec(FIRST.replace("done_", "paid_"))

    def fault(request: ApiRequest, send: Send) -> Response:
        if request.path.endswith("/bulk_update"):
            shell.gtm.edit("tag", "GA4 3", paused=True)
        return send(request)

    shell.gtm.fault = fault
    result = shell.push("--bulk", "always")

    assert result.code == 6
    assert "tags.update `GA4 3` failed with 409" in result.err
    assert shell.gtm.get("tag", "GA4 3")["paused"] is True


def test_bulk_is_one_of_three_words(shell: Shell) -> None:
    shell.spec()

    result = shell.push("--bulk", "yes")

    assert (result.code, result.err.splitlines()[0]) == (
        2,
        "error: `--bulk` is auto or always or never, not `yes`",
    )
