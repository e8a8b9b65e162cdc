"""Whatever call of a push fails, in whatever way: the next push converges."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from gtmgen.emulator import ApiRequest, Behaviour
from gtmgen.emulator.messages import make_error_response
from push.harness import SPEC, Fault, Gtm, Response, Send, Shell

CHANGED = (
    SPEC.replace("name: GA4 - buy", "name: GA4 - sold")
    .replace("purchase_done", "paid")
    .replace("folder: Shop", "folder: The shop")
    .replace("name: internal visitors", "name: staff")
    .replace("path: ecommerce.value", "path: ecommerce.total, name: total")
    .replace("{gt: 5}", "{lt: 9}, debug_mode: {equals: 'false'}")
)


def refused_before(request: ApiRequest, send: Send) -> Response:
    return make_error_response("Backend Error", 503)


def dropped_before(request: ApiRequest, send: Send) -> Response:
    raise ConnectionResetError("connection reset")


def dropped_after(request: ApiRequest, send: Send) -> Response:
    send(request)
    raise TimeoutError("timed out")


def failed_after(request: ApiRequest, send: Send) -> Response:
    send(request)
    return make_error_response("Internal error encountered.", 500)


def interrupted(request: ApiRequest, send: Send) -> Response:
    send(request)
    raise KeyboardInterrupt


FAILURES = [refused_before, dropped_before, dropped_after, failed_after, interrupted]


def at_call(number: int, failure: Fault) -> Fault:
    count = 0

    def fault(request: ApiRequest, send: Send) -> Response:
        nonlocal count
        count += 1
        return failure(request, send) if count == number else send(request)

    return fault


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("first", [None, SPEC], ids=["new container", "changes"])
def test_after_a_failure_at_any_call_the_next_push_converges(
    shell: Shell, failure: Fault, first: str | None
) -> None:
    gtm = shell.gtm
    if first is not None:
        shell.spec(first)
        shell.pushed()
    else:
        gtm.container  # noqa: B018  (there to be found)
    start = gtm.save()
    shell.spec(CHANGED)
    shell.pushed()
    wanted, methods = gtm.snapshot(), [call.method for call in gtm.calls]
    write_numbers = [number for number, method in enumerate(methods, 1) if method != "GET"]
    first_write = next(  # of an entity: a new workspace alone counts for nothing
        number for number in write_numbers if not gtm.calls[number - 1].path.endswith("/workspaces")
    )

    for number in range(1, len(methods) + 1):
        gtm.restore(start)
        gtm.fault = at_call(number, failure)
        result = shell.push()
        gtm.fault = None

        recovered = number in write_numbers and failure in (dropped_after, failed_after)
        if failure is interrupted:
            assert result.code == 130
            assert result.err.endswith("interrupted\n")
        elif recovered:
            assert (result.code, result.err) == (0, "")
        else:
            assert result.code == (5 if number <= first_write else 6), (number, result.err)
            assert re.match(r"error: .+\n(\nhint: .+\n)?\Z", result.err), result.err
        shell.pushed()
        assert gtm.snapshot() == wanted, number


@pytest.mark.parametrize(
    ("status", "way_on"),
    [
        (
            403,
            (
                "the account lacks the permission, or the credentials lack the scope: in Tag "
                "Manager, Admin, Container, User Management, add it with the permission `Edit`; "
                "then push again"
            ),
        ),
        (404, "someone else has deleted the workspace or made a version of it; push again"),
        (409, "it was changed in the meantime; plan again; then push again"),
        (
            429,
            (
                "the API allows 25 calls in 100 seconds and 10,000 a day; wait, then go on; then "
                "push again"
            ),
        ),
        (500, "push again"),
    ],
)
def test_what_stops_a_push_half_way_says_how_it_goes_on(
    shell: Shell, status: int, way_on: str
) -> None:
    shell.spec()

    def fault(request: ApiRequest, send: Send) -> Response:
        if request.method == "POST" and request.path.endswith("/tags"):
            return make_error_response("No.", status)
        return send(request)

    shell.gtm.fault = fault
    result = shell.push("--bulk", "never")

    assert result.code == 6
    assert result.err == (
        "error: 7 of 9 changes applied, then: tags.create `GA4 - buy` failed with "
        f"{status}: No.\n\nhint: {way_on}: it goes on from here\n"
    )


@pytest.mark.parametrize("failure", [dropped_after, failed_after])
def test_a_create_whose_answer_is_lost_is_not_repeated(shell: Shell, failure: Fault) -> None:
    shell.spec()

    def fault(request: ApiRequest, send: Send) -> Response:
        is_tag = request.method == "POST" and request.path.endswith("/tags")
        return failure(request, send) if is_tag else send(request)

    shell.gtm.fault = fault
    result = shell.push()

    assert (result.code, result.err) == (0, "")
    assert shell.gtm.names("tag") == ["GA4 - Google tag", "GA4 - buy"]
    assert sum(call.path.endswith("/tags") for call in shell.gtm.writes) == 2


def test_when_the_network_stays_away_the_message_says_what_is_certain(shell: Shell) -> None:
    shell.spec()
    gone = False

    def fault(request: ApiRequest, send: Send) -> Response:
        nonlocal gone
        gone = gone or (request.method == "POST" and request.path.endswith("/tags"))
        if gone:
            raise ConnectionResetError("connection reset")
        return send(request)

    shell.gtm.fault = fault
    result = shell.push()

    assert result.code == 6
    assert result.err.startswith(
        "error: 7 and perhaps one more of 9 changes applied, then: tags.create `GA4 - buy` got no "
        "answer"
    )
    assert result.err.endswith("push again: it goes on from here\n")


def test_a_first_write_whose_outcome_stays_open_may_have_been_one(shell: Shell) -> None:
    shell.spec()
    shell.pushed()
    shell.spec(SPEC.replace("purchase_done", "paid"))
    gone = False

    def fault(request: ApiRequest, send: Send) -> Response:
        nonlocal gone
        if request.method == "PUT":
            gone = True
            send(request)
        if gone:
            raise ConnectionResetError("connection reset")
        return send(request)

    shell.gtm.fault = fault
    result = shell.push()

    assert result.code == 6
    assert result.err.startswith("error: 0 and perhaps one more of 1 change applied, then: ")
    shell.gtm.fault = None
    assert shell.is_settled()


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (403, "Quota exceeded for quota metric 'Queries'."),
        (401, "Request had invalid authentication credentials."),
        (404, "Not found or permission denied."),
        (400, "name contains invalid character"),
    ],
)
def test_a_refusal_in_the_middle_is_a_partial_push(shell: Shell, status: int, message: str) -> None:
    shell.spec()

    def fault(request: ApiRequest, send: Send) -> Response:
        if request.method == "POST" and request.path.endswith("/tags"):
            return make_error_response(message, status)
        return send(request)

    shell.gtm.fault = fault
    result = shell.push()

    assert result.code == 6
    assert (
        f"7 of 9 changes applied, then: tags.create `GA4 - buy` failed with {status}: {message}"
        in (result.err)
    )
    assert result.err.endswith("push again: it goes on from here\n")
    assert sum(call.path.endswith("/tags") for call in shell.gtm.writes) == 1


def test_the_first_failure_is_not_partial(shell: Shell) -> None:
    shell.spec()
    shell.gtm.fault = lambda request, send: make_error_response("Insufficient Permission", 403)

    for result in (shell.plan(), shell.push()):
        assert result.code == 5
        assert "failed with 403: Insufficient Permission" in result.err


def edit_during_push(shell: Shell, when: Callable[[ApiRequest], bool]) -> Fault:
    done = False

    def fault(request: ApiRequest, send: Send) -> Response:
        nonlocal done
        if when(request) and not done:
            done = True
            shell.gtm.edit("tag", "GA4 - buy", paused=True)
        return send(request)

    return fault


@pytest.mark.parametrize("status", [400, 409, 412])
@pytest.mark.parametrize("rewrites", [False, True])
def test_what_somebody_writes_during_the_push_is_not_overwritten(
    shell: Shell, status: int, rewrites: bool
) -> None:
    gtm = shell.use(
        Gtm(Behaviour(stale_fingerprint_status=status, rename_rewrites_references=rewrites))  # type: ignore[arg-type]
    )
    shell.spec()
    shell.pushed()
    shell.spec(CHANGED)
    gtm.fault = edit_during_push(shell, lambda request: request.method == "PUT")

    result = shell.push()

    assert result.code == 6
    assert f"tags.update `GA4 - sold` failed with {status}" in result.err
    assert gtm.get("tag", "GA4 - buy")["paused"] is True
    gtm.fault = None
    assert [
        field["path"]
        for change in shell.changes()
        for field in change["fields"]
        if field["old"] == "true"
    ] == ["paused"]
    shell.pushed()
    assert shell.is_settled()


def test_when_the_read_back_differs_the_push_says_so(shell: Shell) -> None:
    shell.spec()

    def fault(request: ApiRequest, send: Send) -> Response:
        response = send(request)
        if request.method == "POST" and request.path.endswith("/tags"):
            shell.gtm.edit("tag", "GA4 - buy", paused=True)
        return response

    shell.gtm.fault = fault
    result = shell.push()

    assert result.code == 6
    assert "after the push the workspace still differs: Plan: 1 to update." in result.err


def test_progress_is_told_on_stderr(shell: Shell) -> None:
    shell.spec()

    result = shell.run("push", "spec.yaml", "--target", "local", "--yes")

    lines = result.err.splitlines()
    assert lines[0] == "[1/9] create built-in variable Random Number"
    assert lines[-1] == "[9/9] create tag GA4 - Google tag"
    assert len(lines) == 9
    assert result.out.endswith("Pushed. Read back: the workspace gtmgen matches the spec.\n")
