"""What stops a command, for a machine that asked for JSON: one document on stdout, always."""

from __future__ import annotations

import json
from typing import Any

import pytest
from push.harness import SPEC, Shell

MISSING = {
    "rule": "missing-key",
    "severity": "error",
    "message": "`project` is missing",
    "hint": None,
    "file": "spec.yaml",
    "line": 1,
    "column": 1,
    "path": [],
    "fix": None,
}


def read_error(shell: Shell, *arguments: str) -> tuple[int, dict[str, Any], str]:
    result = shell.run(*arguments)
    document = json.loads(result.out)
    assert document["format_version"] == "1.0"
    return result.code, document, result.err


@pytest.mark.parametrize("option", [["--format", "json"], ["--format=json"]])
@pytest.mark.parametrize(
    "verb", [["plan", "--target", "local"], ["test"], ["diff", "spec.yaml"]], ids=lambda it: it[0]
)
def test_a_spec_that_is_not_valid(shell: Shell, verb: list[str], option: list[str]) -> None:
    shell.spec(SPEC.replace("project: shop\n", ""))
    valid = json.loads(shell.run("validate", "spec.yaml", "--format", "json").out)

    code, document, err = read_error(shell, *verb, "spec.yaml", *option)

    assert code == 1
    problems = [{**problem, "hint": None} for problem in document["problems"]]
    assert problems == [MISSING]
    assert document["problems"] == valid["problems"]  # the same shape as of `validate`
    assert document["error"] == {
        "message": "1 problem in the spec", "hint": None, "exit_code": 1,
    }  # fmt: skip
    assert "error[missing-key]: `project` is missing" in err


def test_a_file_that_is_missing(shell: Shell) -> None:
    code, document, err = read_error(shell, "validate", "none.yaml", "--format", "json")

    assert code == 2
    assert (document["problems"], document["ignored"]) == ([], [])
    assert document["error"] == {
        "message": "`none.yaml` does not exist",
        "hint": "`gtmgen init` writes a first spec",
        "exit_code": 2,
    }
    assert err == "error: `none.yaml` does not exist\n\nhint: `gtmgen init` writes a first spec\n"


def test_a_plan_that_a_guard_refuses_is_the_one_document(shell: Shell) -> None:
    """It shows what was refused; the exit code says that it was, and stderr why."""
    for name in ("one.yaml", "two.yaml"):
        (shell.folder / name).write_text(SPEC)

    result = shell.run("plan", "one.yaml", "two.yaml", "--target", "local", "--format", "json")

    assert result.code == 4
    assert len(json.loads(result.out)["plans"]) == 2
    assert "error: two of the specs are the project `shop` in GTM-SHOP1" in result.err


def test_text_stays_text(shell: Shell) -> None:
    result = shell.run("plan", "none.yaml", "--target", "local")

    assert (result.code, result.out) == (2, "")
