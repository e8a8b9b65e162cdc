"""Every `--format json` as docs/json.md says: one shape, however many entries there are."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from push.harness import SPEC, Shell

from gtmgen.cli.app import VERBS

PAGE = Path(__file__).parents[2] / "docs" / "json.md"
ROWS = re.findall(r"^\| (`.+?`) \| ([\d.]+) \| `(\w+)` \|", PAGE.read_text("utf-8"), re.MULTILINE)
DOCUMENTED = {
    verb: (version, entries)
    for verbs, version, entries in ROWS
    for verb in re.findall("`(.+?)`", verbs)
}
LOCAL = ("--target", "local")
COMMANDS = {
    "validate": ("spec.yaml",),
    "lint": ("spec.yaml",),
    "plan": ("spec.yaml", *LOCAL),
    "push": ("spec.yaml", *LOCAL, "--yes"),
    "diff": ("spec.yaml", "spec.yaml"),
    "doctor": ("spec.yaml", *LOCAL),
    "versions": ("spec.yaml", *LOCAL),
    "environments": ("spec.yaml", *LOCAL),
    "test": ("spec.yaml",),
    "prune": ("spec.yaml",),
    "import": ("container.json", "--out", "imported"),
    "rules": (),
}
SCENARIO = """\
tests:
  - {name: Nothing is sent, engine: quickjs, steps: [{load: /}], expect: []}
"""


@pytest.mark.parametrize("verb", COMMANDS)
def test_one_is_a_list_of_one(shell: Shell, verb: str) -> None:
    shell.spec(SPEC + SCENARIO)
    shell.run("compile", "spec.yaml", "-o", "container.json", "-q")

    result = shell.run(verb, *COMMANDS[verb], "--format", "json")

    document = json.loads(result.out)
    version, entries = DOCUMENTED[verb]
    assert (document["format_version"], document.get("error")) == (version, None)
    assert isinstance(document[entries], list)
    # A sound spec has no problems, and its container nothing that could be pruned.
    assert document[entries] or verb in ("validate", "prune")


def test_every_command_with_json_is_documented(shell: Shell) -> None:
    with_json = {
        verb for verb in VERBS if "json" in find_formats(shell.run(verb, "--help").out)
    }  # fmt: skip
    assert with_json - {"schema"} == {verb.split()[0] for verb in DOCUMENTED}


def find_formats(text: str) -> list[str]:
    found = re.search(r"--format <str>(.*)", text)
    return re.findall(r"\w+", found[1]) if found else []


@pytest.mark.parametrize(
    "command",
    [
        ("validate", "broken.yaml"),
        ("lint", "broken.yaml"),
        ("check-payload", "calls.json", "--spec", "specs/shop.yaml"),
    ],
    ids=lambda command: command[0],
)
def test_a_problem_has_the_same_names_everywhere(shell: Shell, command: tuple[str, ...]) -> None:
    example = Path(__file__).parents[2] / "specs" / "acme-shop.yaml"
    (shell.folder / "specs").mkdir()
    (shell.folder / "specs" / "shop.yaml").write_bytes(example.read_bytes())
    shell.spec(SPEC.replace("project: shop\n", ""), "broken.yaml")
    (shell.folder / "calls.json").write_text(
        json.dumps({"event_source": "web", "data": [{"event": 1}]})
    )

    result = shell.run(*command, "--format", "json")

    document = json.loads(result.out)
    version, entries = DOCUMENTED[command[0]]
    assert document["format_version"] == version
    assert document[entries]
    for problem in document[entries]:
        assert set(problem) >= {"rule", "severity", "message", "hint", "file"}
        assert problem["severity"] in ("error", "warning", "note")
