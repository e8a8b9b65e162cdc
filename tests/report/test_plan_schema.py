"""The published schema of the plan's JSON, and what is shown of code, cost and progress."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import jsonschema
import pytest
from push.harness import EVERYTHING, SPEC, Shell

SCHEMA: Any = json.loads(
    resources.files("gtmgen.report").joinpath("plan.schema.json").read_text(encoding="utf-8")
)
HTML = [{"type": "template", "key": "html", "value": "<b>"}]
CODE = 'gtm: {tags: {raw: {type: html, on: internal, parameters: {html: "CODE"}}}}\n'


def schema_errors(data: Any) -> list[str]:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    return [error.message for error in validator.iter_errors(data)]


def plan_json(shell: Shell, *more: str) -> Any:
    return json.loads(shell.plan("--format", "json", "-q", *more).out)


def one_plan(shell: Shell, *more: str) -> Any:
    (plan,) = plan_json(shell, *more)["plans"]
    return plan


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == jsonschema.Draft202012Validator.META_SCHEMA["$id"]


def test_every_kind_of_plan_is_valid(shell: Shell) -> None:
    shell.gtm.create("folder", name="Shop")
    shell.spec(EVERYTHING)
    first = plan_json(shell, "--adopt", "folder:Shop")
    shell.pushed("--adopt", "folder:Shop")
    empty = plan_json(shell)
    shell.spec(EVERYTHING.replace("Product viewed", "Seen"))
    changed = plan_json(shell)
    shell.gtm.create("variable", name="Theirs", type="c", parameter=[
        {"type": "template", "key": "value", "value": "{{data - plan}}"}])  # fmt: skip
    shell.spec(SPEC)
    refused = plan_json(shell)

    for data in (first, empty, changed, refused):
        assert schema_errors(data) == []
    assert refused["plans"][0]["in_use"]
    changes = [data["plans"][0]["changes"] for data in (first, changed, refused)]
    actions = {change["action"] for listed in changes for change in listed}
    assert {"create", "update", "adopt", "delete"} <= actions


def test_several_plans_are_valid(shell: Shell) -> None:
    shell.spec(SPEC, "a.yaml")
    shell.spec(SPEC.replace("project: shop", "project: blog"), "b.yaml")

    result = shell.run("plan", "a.yaml", "b.yaml", "--target", "local", "--format", "json")

    assert schema_errors(json.loads(result.out)) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data["plans"][0].pop("checksum"),
        lambda data: data["plans"][0].update(more=1),
        lambda data: data["plans"][0]["changes"][0].update(action="destroy"),
        lambda data: data["plans"][0]["cost"].pop("bulk"),
        lambda data: data.update(format_version="9"),
        lambda data: data.update(data.pop("plans")[0]),
    ],
)
def test_the_schema_refuses_what_is_no_plan(shell: Shell, spoil: Any) -> None:
    shell.spec()
    data = plan_json(shell)
    spoil(data)

    assert schema_errors(data)


def test_the_checksum_moves_with_either_side_and_only_then(shell: Shell) -> None:
    shell.spec()
    shell.pushed()
    sums = [one_plan(shell)["checksum"], one_plan(shell)["checksum"]]
    shell.spec(f"# comment\n{SPEC}")
    sums.append(one_plan(shell)["checksum"])
    shell.spec(SPEC.replace("purchase_done", "paid"))
    sums.append(one_plan(shell)["checksum"])
    shell.spec(SPEC)
    shell.gtm.edit("tag", "GA4 - buy", paused=True)
    sums.append(one_plan(shell)["checksum"])

    assert sums[0] == sums[1] == sums[2]
    assert len(set(sums)) == 3


def with_code(shell: Shell) -> None:
    lines = [f"line {number}" for number in range(1, 30)]
    shell.spec(SPEC + CODE.replace("CODE", "\\n".join(lines)))
    shell.pushed()
    lines[14] = "```changed @team\x1b[31m```"
    shell.gtm.edit("tag", "raw", parameter=[{**HTML[0], "value": "\n".join(lines)}])


DIFF = """\
@@ -12,7 +12,7 @@
 line 12
 line 13
 line 14
-```changed @team\\u001b[31m```
+line 15
 line 16
 line 17
 line 18
"""


def test_code_is_shown_as_a_unified_diff(shell: Shell) -> None:
    with_code(shell)

    text = shell.plan("--verbose").out

    indented = "".join(f"          {line}\n" for line in DIFF.splitlines())
    assert f"      ~ parameter.html:\n{indented}      (" in text
    assert "unchanged fields hidden)\n" in text


def test_markdown_has_the_diff_below_the_table(shell: Shell) -> None:
    with_code(shell)

    text = shell.plan("--format", "markdown").out

    assert "\\~ parameter.html: see below<br>" in text
    assert text.endswith(f"\ntag raw, parameter.html\n\n````diff\n{DIFF}````\n\n</details>\n")


def test_the_cost_is_foretold_to_the_call(shell: Shell) -> None:
    """Of the local service, too: its calls are the real one's."""
    for bulk, way in (("never", "entity_by_entity"), ("always", "bulk")):
        shell.use(type(shell.gtm)())
        for text in (SPEC, SPEC.replace("purchase_done", "paid"), EVERYTHING):
            shell.spec(text)
            cost = one_plan(shell)["cost"][way]["calls"]
            shell.pushed("--bulk", bulk, "--allow-delete", "all:4")
            assert len(shell.gtm.calls) == cost


class Terminal:
    def __init__(self, stream: Any) -> None:
        self.stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def isatty(self) -> bool:
        return True


def test_on_a_terminal_progress_is_one_line_that_is_written_anew(shell: Shell) -> None:
    import sys

    shell.spec()
    shell.monkeypatch.setattr(sys, "stderr", Terminal(sys.stderr))

    result = shell.run("push", "spec.yaml", "--target", "local", "--yes")

    steps = result.err.split("\r\x1b[K")
    assert steps[0] == ""
    assert steps[1] == "[##----------------------] 1/9 changes, 1 call"
    assert steps[-1] == "[########################] 9/9 changes, 9 calls\n"
    assert len(steps) == 10


def test_what_became_of_every_change_is_said_when_a_push_stops(shell: Shell) -> None:
    from gtmgen.emulator.messages import make_error_response

    shell.spec()

    def fault(request: Any, send: Any) -> Any:
        if request.path.endswith("/tags"):
            return make_error_response("No.", 403)
        return send(request)

    shell.gtm.fault = fault
    result = shell.run("push", "spec.yaml", "--target", "local", "--yes")

    assert result.code == 6
    assert "  done  + trigger internal visitors\n  open  + tag GA4 - buy\n" in result.err
