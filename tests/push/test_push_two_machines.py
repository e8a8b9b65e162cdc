"""Two pushes at once from two machines: processes with homes of their own, one GTM over HTTP."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import gtmgen
from gtmgen.emulator import ApiRequest, Fault, Faults, Response, Send
from gtmgen.emulator.server import serve
from push.harness import Result, Shell, stored, unmanaged
from push.test_push_races import RACES

ROOT = Path(gtmgen.__file__).parent.parent
WORK = """
import contextlib, io, json, sys
from gtmgen.cli.main import main
for line in sys.stdin:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(json.loads(line))
    print(json.dumps([code, out.getvalue(), err.getvalue()]), flush=True)
"""
#: Which calls of both together hang, and for how long: the order of the calls comes out otherwise.
STALLS = [
    (),
    (Fault("stall after", at=2, times=9, of="calls", seconds=0.01),),
    (Fault("stall after", at=1, of="writes", seconds=0.05),),
]


class Machine:
    """A process that runs one command line after the other; it shares nothing but the network."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        home = {"HOME": str(folder), "XDG_STATE_HOME": str(folder / "state")}
        self.process = subprocess.Popen(
            [sys.executable, "-c", WORK],
            cwd=folder,
            env={**os.environ, **home, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, *arguments: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(arguments) + "\n")
        self.process.stdin.flush()

    def end(self) -> Result:
        assert self.process.stdout is not None
        result = Result(*json.loads(self.process.stdout.readline()))
        assert "Traceback" not in result.err
        return result


class Network:
    """What lies between the machines and the emulator."""

    def __init__(self) -> None:
        self.faults = Faults([])

    def __call__(self, request: ApiRequest, send: Send) -> Response:
        return self.faults(request, send)


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[list[Machine]]:
    with contextlib.ExitStack() as stack:
        made = []
        for name in ("one", "two"):
            made.append(Machine(tmp_path / name))
            stack.enter_context(made[-1].process)
            stack.callback(made[-1].process.kill)
        yield made


def test_two_machines(
    shell: Shell, machines: list[Machine], capsys: pytest.CaptureFixture[str]
) -> None:
    gtm, network = shell.gtm, Network()
    ends: Counter[tuple[int, ...]] = Counter()
    assert gtm.container  # there to be found
    empty = gtm.save()
    cases = itertools.product(("creates", "updates", "deletes", "everything"), ("never", "always"))
    with serve(gtm.manager.store, middleware=network) as server:
        for race, bulk in cases:
            before, wanted_spec, _ = RACES[race]
            gtm.restore(empty)
            if before is not None:
                shell.spec(before)
                shell.pushed()
            theirs = unmanaged(gtm) if before is not None else {}
            start = gtm.save()
            shell.spec(wanted_spec)
            shell.pushed("--bulk", bulk)
            wanted, more = gtm.snapshot(), ("-yq", "--bulk", bulk)
            for machine in machines:
                (machine.folder / "spec.yaml").write_text(wanted_spec, encoding="utf-8")

            for stalls in STALLS:
                gtm.restore(start)
                network.faults = Faults(stalls, sleep=time.sleep)
                for machine in machines:
                    machine.start("push", "spec.yaml", "--target", server.url, *more)
                results = [machine.end() for machine in machines]

                where = (race, bulk, stalls, results)
                assert any(result.code == 0 for result in results), where
                assert gtm.snapshot() == wanted, where
                assert stored(gtm, theirs) == theirs, where
                for result in results:
                    assert result.code in (0, 4, 5, 6), where
                    assert result.code == 0 or "again" in result.err, where
                if race == "deletes":
                    assert told_deletes(results) == 2, where
                ends[tuple(sorted(result.code for result in results))] += 1
            assert shell.is_settled(), race

    with capsys.disabled():
        print(f"\n{ends.total()} races of two processes; exit codes {dict(sorted(ends.items()))}")


def told_deletes(results: list[Result]) -> int:
    """How many deletes the pushes say were theirs."""
    found = [re.search(r"Applied: .*?(\d+) deleted", result.out) for result in results]
    return sum(int(match[1]) for match in found if match)
