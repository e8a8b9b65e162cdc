"""The GitHub action and the GitLab template, run as their hosts run them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from gtmgen.report.comment_report import MARKER

from .conftest import TOKEN, Checkout, Host

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
GITLAB: dict[str, Any] = yaml.safe_load(
    (ROOT / "templates/ci/gitlab.yml").read_text(encoding="utf-8")
)["gtmgen-review"]


@pytest.fixture
def path_of_gtmgen(tmp_path: Path) -> str:
    """A PATH with a `gtmgen` that is this one, as the step before installs it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    launcher = folder / "gtmgen"
    launcher.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m gtmgen "$@"\n')
    launcher.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def run_script(script: str, checkout: Checkout, variables: Mapping[str, str]) -> str:
    """As the hosts do: bash that stops at the first failure; what it says."""
    result = subprocess.run(
        ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script),
        cwd=checkout.folder,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stderr


def filled(text: str, inputs: Mapping[str, str]) -> str:
    """A value of the action with its expressions replaced."""
    return re.sub(r"\$\{\{ inputs\.([a-z-]+) \}\}", lambda match: inputs[match.group(1)], text)


def test_the_action_keeps_one_comment_and_has_outputs(
    github: Host, checkout: Checkout, path_of_gtmgen: str
) -> None:
    inputs = {name: str(item.get("default", "")) for name, item in ACTION["inputs"].items()}
    inputs |= {"specs": "tracking\n", "base": checkout.base, "token": TOKEN}
    step = next(item for item in ACTION["runs"]["steps"] if item["name"] == "Review")
    variables = {name: filled(value, inputs) for name, value in step["env"].items()}
    variables |= {"PATH": path_of_gtmgen, "RUNNER_TEMP": str(checkout.folder.parent)}

    said = [run_script(step["run"], checkout, variables) for _ in range(2)]

    assert said == ["comment created\n", "comment updated\n"]
    (comment,) = github.comments
    assert comment["body"].startswith(f"{MARKER}\n## Tracking changes\n")
    outputs = (checkout.folder.parent / "output").read_text().splitlines()
    named = {re.findall(r"outputs\.([a-z-]+)", o["value"])[0] for o in ACTION["outputs"].values()}
    assert named == {line.split("=")[0] for line in outputs} == set(ACTION["outputs"])


def test_the_action_fetches_a_base_that_is_not_there(
    github: Host, checkout: Checkout, path_of_gtmgen: str, tmp_path: Path
) -> None:
    """`actions/checkout` has the last commit alone."""
    shallow = Checkout.__new__(Checkout)
    shallow.folder = tmp_path / "shallow"
    source = f"file://{checkout.folder}"
    subprocess.run(("git", "clone", "-q", "--depth=1", source, shallow.folder), check=True)
    step = next(item for item in ACTION["runs"]["steps"] if item["name"] == "Review")
    variables = {
        "SPECS": "tracking", "BASE": checkout.base, "COMMENT": "true", "GTMGEN_ENV": "",
        "FAIL_ON": "", "PATH": path_of_gtmgen, "RUNNER_TEMP": str(tmp_path),
    }  # fmt: skip

    assert run_script(step["run"], shallow, variables) == "comment created\n"


def test_the_action_says_that_it_needs_a_newer_python(tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("bash", "dirname"):
        (tools / name).symlink_to(shutil.which(name) or name)
    step = next(item for item in ACTION["runs"]["steps"] if item["name"] == "Install gtmgen")
    path_file = tmp_path / "path"

    result = subprocess.run(
        (str(tools / "bash"), "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]),
        env={
            "PATH": str(tools),
            "RUNNER_TEMP": str(tmp_path),
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_PATH": str(path_file),
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 1
    assert result.stderr == "Python 3.11 or newer is needed; none is on the PATH\n"
    assert not path_file.exists()


def test_no_input_becomes_part_of_a_script() -> None:
    assert not [step["name"] for step in ACTION["runs"]["steps"] if "${{" in step["run"]]


def test_gitlabs_template_keeps_one_comment(
    host: Host, checkout: Checkout, path_of_gtmgen: str
) -> None:
    variables = {
        **GITLAB["variables"],
        "GIT_DEPTH": "0",
        "GTMGEN_SPECS": "tracking",
        "GITLAB_TOKEN": TOKEN,
        "CI_API_V4_URL": f"{host.url}/api/v4",
        "CI_PROJECT_ID": "278964",
        "CI_MERGE_REQUEST_IID": "17",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": checkout.base,
        "PATH": path_of_gtmgen,
    }
    script = "\n".join(GITLAB["script"])

    said = [run_script(script, checkout, variables) for _ in range(2)]

    assert said == ["comment created\n", "comment updated\n"]
    assert host.writes == [("POST", "/api/v4/projects/278964/merge_requests/17/notes")]
    (comment,) = host.comments
    assert (checkout.folder / "gtmgen-review.md").read_text() == comment["body"] + "\n"


def test_gitlabs_template_without_a_token_leaves_an_artifact(
    checkout: Checkout, path_of_gtmgen: str
) -> None:
    variables = {
        **GITLAB["variables"], "GIT_DEPTH": "0", "GTMGEN_SPECS": "tracking", "GITLAB_TOKEN": "",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": checkout.base, "PATH": path_of_gtmgen,
    }  # fmt: skip

    assert run_script("\n".join(GITLAB["script"]), checkout, variables) == ""
    assert (checkout.folder / GITLAB["artifacts"]["paths"][0]).is_file()
