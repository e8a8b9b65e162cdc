"""A push that is killed before or after any of its calls: the next one makes it good."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from push.harness import Gtm, Json, Request, Response, Send, Shell

HEAD = """\
gtmgen: 1
project: shop
container: {gtm: GTM-SHOP1, workspace: gtmgen, folder: Shop}
platforms:
  ga4: {measurement_id: G-ABC1234567, consent: [analytics_storage]}
data:
  value: {path: ecommerce.value, type: number}
triggers:
  internal: {event_matches: ^b, name: internal visitors}
  both: {group: [internal, second]}
  second: {event: second}
events:
"""
EVENT = """\
  event_{n}:
    on: {{event: event_{n}}}
    where: {{random_number: {{gt: 5}}}}
    except: [internal]
    params: {{total: value}}
    send: {{ga4: {{event: done_{n}, name: GA4 {name}}}}}
"""


def spec(numbers: range, swap: bool = False) -> str:
    """Two tags swap their names with ``swap``."""
    names = {number: str(number) for number in numbers}
    if swap:
        names |= {4: "5", 5: "4"}
    return HEAD + "".join(EVENT.format(n=number, name=names[number]) for number in numbers)


# Of these, 5 tags and triggers are created, as many deleted, and two tags swap their names.
FIRST, SECOND = spec(range(10)), spec(range(2, 12), swap=True).replace("done_7", "paid")


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

    def fault(request: Request, send: Send) -> Response:
        nonlocal count
        count += 1
        if count == number and after:
            send(request)
        if count == number:
            raise Killed
        return send(request)

    return fault


def unmanaged(gtm: Gtm) -> dict[tuple[str, str], Json]:
    """What somebody else has in the workspace, as the service keeps it."""
    trigger = gtm.create("trigger", name="Their trigger", type="pageview")
    html = [{"type": "template", "key": "html", "value": "<b>{{event - their}}"}]
    tag = gtm.create(
        "tag", name="Theirs", type="html", parameter=html, firingTriggerId=[trigger["triggerId"]]
    )
    keys = {("trigger", trigger["triggerId"]): {}, ("tag", tag["tagId"]): {}}
    return stored(gtm, keys)


def stored(gtm: Gtm, keys: dict[tuple[str, str], Json]) -> dict[tuple[str, str], Json]:
    if not keys:
        return {}
    data = gtm.manager.store.state.data
    workspace = data["containers"][gtm.container.rsplit("/", 1)[1]]["workspaces"][
        gtm.workspace().rsplit("/", 1)[1]
    ]
    return {
        (kind, id_): json.loads(json.dumps(workspace["entities"][kind][id_])) for kind, id_ in keys
    }


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
ROOT = Path(__file__).resolve().parents[2]


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

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=60,
        )

    killed = run("-c", KILLED, str(number), when, bulk)
    again = run("-m", "gtmgen", "push", "spec.yaml", "--target", "local", "--yes", "-q")
    plan = run("-m", "gtmgen", "plan", "spec.yaml", "--target", "local", "--exit-code")

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert (again.returncode, again.stderr) == (0, "")
    assert plan.returncode == 0
