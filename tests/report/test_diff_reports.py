"""The published schema of the differences' JSON, and names that want to be markup."""

from __future__ import annotations

import json
import re
from importlib import resources
from typing import Any

import jsonschema
import pytest

from gtmgen.compare.changes import compare
from gtmgen.compare.model import Difference, Differences
from gtmgen.compare.snapshot import Snapshot, of_version
from gtmgen.container.entities import Kind
from gtmgen.meaning.compare import compare_containers
from gtmgen.meaning.model import Meaning
from gtmgen.report.diff_report import diff_json, diff_markdown, diff_text

Json = dict[str, Any]
SCHEMA: Any = json.loads(
    resources.files("gtmgen.report").joinpath("diff.schema.json").read_text(encoding="utf-8")
)
HOSTILE = "a|b\n# <img src=x> @team [x](y) ``` \x1b[31m\u202e{{v}} <!-- ~~~"


def html(name: str, value: str, **fields: Any) -> Json:
    parameter = [{"type": "TEMPLATE", "key": "html", "value": value}]
    return {"name": name, "tagId": "1", "type": "html", "parameter": parameter, **fields}


def hostile_snapshots() -> tuple[Snapshot, Snapshot]:
    lines = [f"line {number}" for number in range(20)]
    spoilt = [*lines]
    spoilt[10] = "````\n# out of the fence @team\x1b[31m"
    old = {
        "container": {"usageContext": ["WEB"]},
        "tag": [html(HOSTILE, "\n".join(lines)), html("gone" + HOSTILE, "x")],
        "variable": [{"name": HOSTILE, "type": "c", "notes": HOSTILE}],
        "builtInVariable": [{"type": "PAGE_URL"}],
    }
    new = {
        "container": {"usageContext": ["SERVER"]},
        "tag": [html(HOSTILE, "\n".join(spoilt)), html("new" + HOSTILE, "y")],
        "variable": [{"name": HOSTILE + "!", "type": "c", "notes": HOSTILE}],
    }
    return of_version(old), of_version(new)


def hostile() -> Differences:
    return compare(*hostile_snapshots())


def meaning() -> Meaning:
    return compare_containers(*hostile_snapshots(), hostile())


def schema_errors(data: Any) -> list[str]:
    return [item.message for item in jsonschema.Draft202012Validator(SCHEMA).iter_errors(data)]


def test_the_schema_is_one_and_knows_every_kind() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    change = SCHEMA["$defs"]["change"]["properties"]
    assert change["kind"]["enum"] == [kind.value for kind in Kind]
    assert change["difference"]["enum"] == [item.value for item in Difference]


def test_all_differences_are_valid() -> None:
    found = hostile()
    assert {change.difference for change in found.changes} == set(Difference)
    for item in (found, Differences((), (), 0)):
        assert schema_errors(json.loads(diff_json([(HOSTILE, "b", item, meaning())]))) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data["diffs"][0].pop("old"),
        lambda data: data["diffs"][0].update(more=1),
        lambda data: data["diffs"][0]["changes"][0].update(difference="moved"),
        lambda data: data["diffs"][0]["summary"].pop("renamed"),
        lambda data: data.update(format_version="9"),
        lambda data: data.update(data.pop("diffs")[0]),
    ],
)
def test_the_schema_refuses_what_is_no_difference(spoil: Any) -> None:
    data = json.loads(diff_json([("a", "b", hostile(), meaning())]))
    spoil(data)

    assert schema_errors(data)


def test_several_pairs_are_valid() -> None:
    data = json.loads(diff_json([("a", "b", hostile(), meaning())] * 2))
    assert schema_errors(data) == []
    del data["diffs"][1]["old"]
    assert schema_errors(data)


def test_text_holds_no_control_characters() -> None:
    text = diff_text(HOSTILE, "b", hostile(), meaning(), verbose=True)

    assert "\x1b" not in text
    assert "\u202e" not in text
    assert '\n  ~ container\n      ~ usageContext: "WEB" -> "SERVER"\n' in text


def test_json_holds_none_either() -> None:
    assert not re.search("[\x1b\u202e]", diff_json([("a", "b", hostile(), meaning())]))


def test_hostile_names_stay_in_their_cells() -> None:
    text = diff_markdown(HOSTILE, "b", hostile(), meaning())

    told, _, folded = text.partition("<details><summary>Entities and fields</summary>")
    table, *fenced = re.split(r"(?m)^`````diff$", folded)
    assert len(fenced) == 1
    assert "@team" not in re.sub(r"`[^`\n]*`", "", told)
    assert not re.search(r"(?<!\\)<(?!/)", re.sub(r"`[^`\n]*`", "", told))
    for line in table.replace("|---|---|---|---|\n", "").split("\n"):
        cells = line.strip("|").replace(" | ", "").replace("<br>", "").replace("&#64;", "")
        assert not re.search(r"(?<!\\)[<>|#`*~]", cells.removeprefix("### ")), line
        assert "@" not in line
        assert "```" not in line
    rows = [line for line in table.split("\n") if line.startswith("| ")][1:]
    assert len(rows) == 1 + len(hostile().changes)


def test_code_cannot_leave_its_fence() -> None:
    text = diff_markdown("a", "b", hostile(), meaning())

    body = text.split("`````diff\n")[1].removesuffix("\n\n</details>")
    assert body.count("`````") == 1
    assert body.endswith("\n`````")
    assert "\n+# out of the fence" in body
    assert "\x1b" not in body


def test_nothing_differs() -> None:
    found = Differences((), (), 3)

    assert diff_text("a", "b", found, Meaning()) == "a -> b\n\nNo differences. 3 unchanged."
    assert diff_markdown("a", "b", found, Meaning()) == "### a → b\n\nNo differences. 3 unchanged."
