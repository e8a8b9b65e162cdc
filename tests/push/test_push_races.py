"""Two pushes at once, call by call: one is refused or both converge, and nothing is mixed."""

from __future__ import annotations

import contextlib
import io
import re
from collections import Counter

import pytest

from gtmgen.cli.main import main
from gtmgen.emulator import ApiRequest
from push.harness import Fault, Response, Result, Send, Shell, stored, unmanaged
from push.specs import events

FEW = events(range(2))
PAID = FEW.replace("done_", "paid_")
FEWER = events(range(1, 2))
MIXED = events(range(4, 7), swap=True).replace("done_6", "paid_6")

#: What the container holds before, what one pushes, what the other pushes meanwhile.
RACES = {
    "creates": (None, FEW, FEW),
    "updates": (FEW, PAID, PAID),
    "deletes": (FEW, FEWER, FEWER),
    "everything": (events(range(3, 6)), MIXED, MIXED),
    "create what the other does not have": (FEWER, FEW, FEWER.replace("done_", "paid_")),
    "update otherwise": (FEW, PAID, FEW.replace("done_", "sold_")),
    "delete what the other changes": (FEW, FEWER, PAID),
    "change what the other deletes": (FEW, PAID, FEWER),
    "update what becomes a version": (FEW, PAID, PAID),
    "create what becomes a version": (None, FEW, PAID),
}
LOST = re.compile(
    r"error: .+\n\nhint: .+(push again|plan again|run the same command again)(: it goes on .+)?\n"
)


def other_push_at(number: int, codes: list[int], *more: str) -> Fault:
    """The other push runs, from its start to its end, before call ``number`` of the first one."""
    count = 0

    def fault(request: ApiRequest, send: Send) -> Response:
        nonlocal count
        count += 1
        if count == number:
            arguments = ["push", "other.yaml", "--target", "local", "--yes", "-q", *more]
            said = io.StringIO()
            with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
                codes.append(main(arguments))
            assert codes == [0], said.getvalue()
        return send(request)

    return fault


@pytest.mark.parametrize("bulk", ["never", "always"])
@pytest.mark.parametrize("race", RACES)
def test_another_push_at_any_call(
    shell: Shell, bulk: str, race: str, capsys: pytest.CaptureFixture[str]
) -> None:
    gtm = shell.gtm
    shell.monkeypatch.setattr("gtmgen.push.bulk.SIZES", (6, 3))  # so that there are many requests
    before, ours, others = RACES[race]
    if before is not None:
        shell.spec(before)
        shell.pushed()
    is_release = "version" in race  # which what is unmanaged here would not compile for
    theirs = unmanaged(gtm) if before is not None and not is_release else {}
    start = gtm.save()
    shell.spec(ours)
    shell.spec(others, "other.yaml")
    shell.pushed("--bulk", bulk)
    wanted, calls = gtm.snapshot(), len(gtm.calls)
    more = ["--bulk", bulk, *(["--version", "v"] if is_release else [])]
    ends: Counter[int] = Counter()

    for number in range(1, calls + 1):
        gtm.restore(start)
        codes: list[int] = []
        gtm.fault = other_push_at(number, codes, *more)
        result = shell.push("--bulk", bulk)
        gtm.fault = None

        assert codes == [0]
        assert stored(gtm, theirs) == theirs
        if result.code == 0:
            assert gtm.snapshot() == wanted, number
            assert shell.is_settled()
        else:
            assert result.code in (4, 5, 6)
            assert LOST.fullmatch(result.err), result.err
            if ours == others:
                assert shell.is_settled(), number
            shell.pushed("--bulk", bulk)  # which reads back that nothing is left
            assert gtm.snapshot() == wanted, number
            assert stored(gtm, theirs) == theirs
        ends[result.code] += 1

    assert ends.total() == calls
    with capsys.disabled():
        print(f"\n{calls} races, {race}, bulk {bulk}; exit codes {dict(sorted(ends.items()))}")


def race(shell: Shell, bulk: str, before: str | None, after: str, path: str) -> Result:
    """Another push of the same spec runs before the first write to ``path``."""
    if before is not None:
        shell.spec(before)
        shell.pushed()
    shell.spec(after)
    shell.spec(after, "other.yaml")
    other: Fault | None = other_push_at(1, [])

    def fault(request: ApiRequest, send: Send) -> Response:
        nonlocal other
        if request.method == "GET" or path not in request.path or other is None:
            return send(request)
        now, other = other, None
        return now(request, send)

    shell.gtm.fault = fault
    result = shell.run("push", "spec.yaml", "--target", "local", "--yes", "--bulk", bulk)
    shell.gtm.fault = None
    return result


@pytest.mark.parametrize("first", [True, False])
def test_a_create_that_somebody_else_has_made(shell: Shell, first: bool) -> None:
    """The first write of a push, or one in its middle."""
    path = "/triggers" if first else "/tags"
    more = FEWER.replace("value: 1", "").replace("event_1", "event_9").replace("GA4 1", "GA4 9")

    result = race(shell, "never", FEWER, FEWER + more.partition("events:\n")[2], path)

    refused = "failed with 400: Found entity with duplicate name."
    assert result.code == (5 if first else 6)
    assert result.err.endswith(
        f"error: triggers.create `event - event_9` {refused}\n\n"
        "hint: something of that name was made in the meantime; push again\n"
        if first
        else f"error: 1 of 2 changes applied, then: tags.create `GA4 9` {refused}\n\n"
        "hint: something of that name was made in the meantime; push again: it goes on from here\n"
    )


@pytest.mark.parametrize("bulk", ["never", "always"])
def test_deletes_that_somebody_else_has_made_are_not_told_as_ours(shell: Shell, bulk: str) -> None:
    result = race(shell, bulk, FEW, FEWER, "/")

    calls = "2 calls" if bulk == "never" else "1 call"
    assert result.code == 0
    assert result.out.endswith(
        f"Applied: nothing, in {calls}; 2 were found already done.\n"
        "Pushed. Read back: the workspace gtmgen matches the spec.\n"
    )
    assert result.err.endswith(
        "[1/2] delete tag GA4 0 (found already done)\n"
        "[2/2] delete trigger event - event_0 (found already done)\n"
    )


@pytest.mark.parametrize("bulk", ["never", "always"])
def test_what_a_new_workspace_has_already_is_told(shell: Shell, bulk: str) -> None:
    """A new container has Page Path enabled: what was planned and what was done add up."""
    shell.spec(FEW.replace("random_number: {gt: 5}", "page_path: {contains: a}"))

    plan = shell.plan().out
    result = shell.push("--bulk", bulk)

    assert "\nPlan: 13 to create. 0 unchanged" in plan
    assert result.code == 0
    assert re.search(
        r"\nApplied: 12 created, in \d+ calls?; the new workspace has 1 more of itself\.\n"
        r"Pushed\. Read back: the workspace gtmgen matches the spec\.\n\Z",
        result.out,
    ), result.out
