"""What a shell, a disk or a server can do to a run; none of it is a bug of ours."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from gtmgen.cli.main import main

SPEC = """\
gtmgen: 1
project: shop
container: {gtm: GTM-TEST}
platforms: {ga4: {measurement_id: G-ABC1234567, consent: not_required}}
events: {login: {on: {event: login}, send: [ga4]}}
"""


@pytest.fixture(autouse=True)
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("spec.yaml").write_text(SPEC)


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("http://[::1", "error: the URL after `--target` is not one\n"),
        ("http://", "error: the URL after `--target` is not one\n"),
        ("local:.", "error: `.` is a folder; `local:FILE` names the file of the state\n"),
        ("local:/", "error: `/` is a folder; `local:FILE` names the file of the state\n"),
    ],
)
def test_a_target_that_cannot_be(
    target: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", "spec.yaml", "--target", target]) == 2
    assert capsys.readouterr().err.startswith(message)


def damaged(value: object) -> str:
    """The state of a pushed container in which every note is something else."""
    assert main(["push", "spec.yaml", "--target", "local:state.json", "--yes", "-q"]) == 0
    state = json.loads(Path("state.json").read_text())

    def walk(node: object) -> None:
        for key, item in node.items() if isinstance(node, dict) else ():
            if key == "notes":
                node[key] = value
            walk(item)
        for item in node if isinstance(node, list) else ():
            walk(item)

    walk(state)
    return json.dumps(state)


@pytest.mark.parametrize("value", [5, ["x"]])
def test_a_state_that_is_damaged_inside(value: object, capsys: pytest.CaptureFixture[str]) -> None:
    Path("state.json").write_text(damaged(value))
    capsys.readouterr()
    assert main(["plan", "spec.yaml", "--target", "local:state.json"]) == 5
    assert capsys.readouterr().err == (
        "error: workspaces.getStatus got no answer: the answer is not one of the Tag Manager API: "
        "`workspaceChange[0].tag.notes` is not of the type string\n\n"
        "hint: a proxy or a login page may have answered in its place: check the network; a local "
        "target's state file may be damaged\n"
    )


def test_a_state_that_is_nested_without_end(capsys: pytest.CaptureFixture[str]) -> None:
    Path("state.json").write_text("[" * 100_000)
    assert main(["plan", "spec.yaml", "--target", "local:state.json"]) == 5
    assert "is damaged: it is nested too deeply" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of POSIX")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_closed_streams(closed: str) -> None:
    command = f'"{sys.executable}" -m gtmgen compile spec.yaml {closed}'
    answer = subprocess.run(command, shell=True, capture_output=True, text=True)
    assert (answer.returncode, answer.stderr) == (0, "")
