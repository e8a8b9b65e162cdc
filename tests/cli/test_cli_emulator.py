"""``gtmgen emulator`` in a process of its own, and what another process does with it."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from processes import Process, run
from push.harness import SPEC, Result, Shell


def gtmgen_run(folder: Path, *arguments: str) -> Result:
    done = run("-m", "gtmgen", *arguments, cwd=folder)
    return Result(done.returncode, done.stdout, done.stderr)


class Running:
    def __init__(self, process: Process) -> None:
        self._process = process
        self.url = process.read_line().strip()

    def stop(self, number: int = signal.SIGINT) -> Result:
        """The rest of its output."""
        self._process.send_signal(number)
        out, err = self._process.communicate(timeout=30)
        return Result(self._process.wait(), out, err)


@contextlib.contextmanager
def emulator(folder: Path, *arguments: str) -> Iterator[Running]:
    command = ("-m", "gtmgen", "emulator", "--container", "GTM-SHOP1", *arguments)
    with Process(*command, cwd=folder) as process:
        yield Running(process)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "spec.yaml").write_text(SPEC)
    return tmp_path


def test_a_push_to_it_and_ctrl_c(folder: Path) -> None:
    with emulator(folder) as running:
        push = gtmgen_run(folder, "push", "spec.yaml", "--target", running.url, "--yes", "-q")
        plan = gtmgen_run(folder, "plan", "spec.yaml", "--target", running.url, "--exit-code")
        versions = gtmgen_run(folder, "versions", "spec.yaml", "--target", running.url)
        doctor = gtmgen_run(folder, "doctor", "spec.yaml", "--target", running.url)
        end = running.stop()

    assert (push.code, push.err) == (0, "")
    assert plan.code == 0
    assert versions == Result(0, f"GTM-SHOP1 ({running.url}): no versions\n", "")
    assert (doctor.code, doctor.err) == (0, "")
    assert (end.code, end.out) == (0, "")  # stdout holds the URL and nothing else
    first, *log, last = end.err.splitlines()
    assert first == "GTM emulator on this machine, state in memory only; Ctrl-C ends it"
    assert last == "the emulator has ended"
    assert any(line.startswith("POST /tagmanager/v2/accounts/") for line in log)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_state_outlives_it(folder: Path, number: int) -> None:
    for expected in (3, 0):  # changes, then none
        with emulator(folder, "--state", "state.json", "-q") as running:
            target = ["--target", running.url]
            plan = gtmgen_run(folder, "plan", "spec.yaml", "--exit-code", *target)
            gtmgen_run(folder, "push", "spec.yaml", "--yes", "-q", *target)
            assert running.stop(number) == Result(0, "", "")
        assert plan.code == expected


def test_a_server_container_is_made_as_one(folder: Path) -> None:
    with emulator(folder, "--state", "gtm.json", "--server-container", "GTM-SERV1") as running:
        running.stop()

    state = json.loads((folder / "gtm.json").read_text())
    fields = [container["fields"] for container in state["containers"].values()]
    assert {item["publicId"]: item["usageContext"] for item in fields} == {
        "GTM-SHOP1": ["web"],
        "GTM-SERV1": ["server"],
    }


def test_behaviour_faults_and_quota_from_files(folder: Path) -> None:
    (folder / "faults.json").write_text('[{"do": "503", "at": 2, "of": "calls"}]')
    (folder / "quota.json").write_text('{"per_window": 1000}')
    (folder / "behaviour.json").write_text('{"page_size": 1}')
    files = [
        text for name in ("faults", "quota", "behaviour") for text in (f"--{name}", f"{name}.json")
    ]

    with emulator(folder, *files, "-q") as running:
        push = gtmgen_run(folder, "push", "spec.yaml", "--target", running.url, "--yes")

    assert push.code == 0, push.err  # tried again
    again = r"failed with 503: The service is currently unavailable\.; trying again in [12] s\n"
    assert re.search(again, push.err)  # one second and up to one more


def test_no_token_in_its_log(folder: Path) -> None:
    with emulator(folder) as running:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{running.url}tagmanager/v2/accounts?access_token=ya29.SECRET")
        end = running.stop()

    assert "GET /tagmanager/v2/accounts?[redacted] " in end.err
    assert "SECRET" not in end.err


# -- what is wrong in its command line; no server is started -----------------------------


@pytest.mark.parametrize(
    ("option", "text", "message"),
    [
        ("behaviour", None, "`x.json` cannot be read: No such file or directory"),
        (
            "behaviour",
            "{",
            (
                "`x.json` is not JSON: Expecting property name enclosed in double quotes: line 1 "
                "column 2 (char 1)"
            ),
        ),
        ("faults", "{}", "`x.json`: the faults are not a list"),
        ("quota", '{"per_day": "many"}', "`x.json`: `per_day` of the quota is 'many'"),
        ("behaviour", '{"bogus": 1}', "`x.json`: the behaviour has no `bogus`; it has page_size"),
    ],
)
def test_a_file_of_switches_with_a_flaw(
    shell: Shell, option: str, text: str | None, message: str
) -> None:
    if text is not None:
        (shell.folder / "x.json").write_text(text)

    result = shell.run("emulator", f"--{option}", "x.json")

    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"error: {message}")


def test_a_container_that_is_none(shell: Shell) -> None:
    assert shell.run("emulator", "--container", "shop") == Result(
        2,
        "",
        "error: `shop` names no container\n\n"
        "hint: write `GTM-XXXX`, or `accounts/1/containers/2`\n",
    )


def test_a_port_that_is_taken(folder: Path) -> None:
    with emulator(folder, "-q") as running:
        port = running.url.rstrip("/").rpartition(":")[2]
        second = gtmgen_run(folder, "emulator", "--port", port)

    assert second == Result(
        5,
        "",
        f"error: cannot listen on 127.0.0.1:{port}: Address already in use\n\n"
        "hint: choose another port, or 0 for any that is free\n",
    )


def test_a_state_file_that_is_in_use(folder: Path) -> None:
    with emulator(folder, "-q", "--state", "state.json"):
        target = ["--target", "local:state.json"]
        second = gtmgen_run(folder, "push", "spec.yaml", "--yes", *target)
        plan = gtmgen_run(folder, "plan", "spec.yaml", *target)  # reads what is there

    assert second == Result(
        5,
        "",
        "error: the state file `state.json` is in use by another process\n\n"
        "hint: wait until it has finished, or give each process its own state file\n",
    )
    assert (plan.code, plan.err) == (0, "")
    assert json.loads((folder / "state.json").read_text())["containers"]
