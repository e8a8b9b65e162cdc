"""A push that is killed before or after any of its calls: the next one makes it good."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from processes import run

from gtmgen.emulator import ApiRequest
from push.harness import Response, Send, Shell, stored, unmanaged
from push.specs import FIRST, SECOND


class Killed(BaseException):
    """Nothing in the program catches it, as nothing runs after a SIGKILL."""


@pytest.mark.parametrize("bulk", ["never", "always"])
@pytest.mark.parametrize("changing", [False, True], ids=["new container", "changes"])
def test_killed_before_or_after_any_call_a_second_push_converges(
    shell: Shell, bulk: str, changing: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    gtm = shell.gtm
    shell.monkeypatch.setattr("gtmgen.push.bulk.SIZES", (6, 3))  # so that there are many requests
    if changing:
        shell.spec(FIRST)
        shell.pushed()
    theirs = unmanaged(gtm) if changing else {}
    start = gtm.save()
    shell.spec(SECOND if changing else FIRST)
    shell.pushed("--bulk", bulk)
    wanted, calls = gtm.snapshot(), len(gtm.calls)
    cases = 0

    for number in range(1, calls + 1):
        for after in (False, True):
            gtm.restore(start)
            gtm.fault = killed_at(number, after=after)
            with pytest.raises(Killed):
                shell.push("--bulk", bulk)
            gtm.fault = None
            assert stored(gtm, theirs) == theirs
            shell.pushed("--bulk", bulk)
            assert gtm.snapshot() == wanted, (number, after)
            assert stored(gtm, theirs) == theirs
            cases += 1

    assert cases == 2 * calls
    assert cases > (20 if bulk == "always" else 30)
    with capsys.disabled():
        print(f"\n{cases} kills, bulk {bulk}, {'changes' if changing else 'new container'}")


def killed_at(number: int, *, after: bool):
    count = 0

    def fault(request: ApiRequest, send: Send) -> Response:
        nonlocal count
        count += 1
        if count == number and after:
            send(request)
        if count == number:
            raise Killed
        return send(request)

    return fault


# -- real processes, really killed -----------------------------------------------------------

KILLED = """
import os, signal, sys
from gtmgen.api.connect import connect_local
from gtmgen.cli.main import main
import gtmgen.api.connect as connect

number, after, count = int(sys.argv[1]), sys.argv[2] == "after", 0

def middleware(request, send):
    global count
    count += 1
    if count == number and not after:
        os.kill(os.getpid(), signal.SIGKILL)
    response = send(request)
    if count == number:
        os.kill(os.getpid(), signal.SIGKILL)
    return response

connect.connect_local = lambda path, **_: connect_local(path, middleware=middleware)
sys.exit(main(["push", "spec.yaml", "--target", "local", "--yes", "-q", "--bulk", sys.argv[3]]))
"""


@pytest.mark.parametrize(
    ("number", "when", "bulk"),
    [
        (4, "before", "always"),
        (5, "after", "always"),
        (9, "before", "never"),
        (12, "after", "never"),
    ],
)
def test_a_killed_process_leaves_a_state_from_which_a_push_converges(
    tmp_path: Path, number: int, when: str, bulk: str
) -> None:
    (tmp_path / "spec.yaml").write_text(FIRST, encoding="utf-8")

    local = ("spec.yaml", "--target", "local")
    killed = run("-c", KILLED, str(number), when, bulk, cwd=tmp_path)
    again = run("-m", "gtmgen", "push", *local, "--yes", "-q", cwd=tmp_path)
    plan = run("-m", "gtmgen", "plan", *local, "--exit-code", cwd=tmp_path)

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert (again.returncode, again.stderr) == (0, "")
    assert plan.returncode == 0
