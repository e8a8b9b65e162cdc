"""Exports with an entry that is no entity of GTM's: the verbs that only look read what is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gtmgen.cli.main import main

Json = dict[str, Any]
HTML = {"type": "TEMPLATE", "key": "html", "value": "<b>{{Used}}</b>"}
SOUND = {
    "tagId": "1",
    "name": "Sound",
    "type": "html",
    "parameter": [HTML],
    "firingTriggerId": ["2147479553"],
}
NO_TYPE = {
    "tagId": "2",
    "name": "Broken",
    "firingTriggerId": ["7"],
    "parameter": [{"type": "TEMPLATE", "key": "html", "value": "{{Behind}}"}],
}
LEFT_OUT = """\
warning: `{name}`: left out, as GTM has no such entities:
  containerVersion.tag[0] (`Broken`): has no `type`

"""


def constant(id_: str, name: str, value: str) -> Json:
    parameter = [{"type": "TEMPLATE", "key": "value", "value": value}]
    return {"variableId": id_, "name": name, "type": "c", "parameter": parameter}


VARIABLES = [
    constant("3", "Used", "1"),
    constant("4", "Behind", "{{Further}}"),
    constant("5", "Further", "1"),
    constant("6", "Attic", "1"),
]
TRIGGERS = [{"triggerId": id_, "name": id_, "type": "PAGEVIEW"} for id_ in ("7", "8")]


@pytest.fixture
def export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    write("x.json", [NO_TYPE, SOUND])
    return "x.json"


def write(name: str, tags: list[Json]) -> None:
    version = {"tag": tags, "variable": VARIABLES, "trigger": TRIGGERS}
    document = {"exportFormatVersion": 2, "containerVersion": version}
    Path(name).write_text(json.dumps(document), encoding="utf-8")


def test_prune_keeps_what_an_entry_needs_that_is_left_out(
    export: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["prune", "--container", export, "--format", "json"]) == 0
    out, err = capsys.readouterr()
    assert [(one["kind"], one["name"]) for one in json.loads(out)["unused"]] == [
        ("trigger", "8"),
        ("variable", "Attic"),
    ]
    assert err == LEFT_OUT.format(name=export)


def test_lint_tells_what_is_left_out_and_checks_the_rest(
    export: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lint", "--container", export, "--fail-on", "error", "-q"]) == 0
    out, err = capsys.readouterr()
    assert err.startswith(LEFT_OUT.format(name=export))
    told = out + err.removeprefix(LEFT_OUT.format(name=export))
    assert "`Attic`" in told
    assert "`Further`" not in told


def test_diff_shows_the_rest_of_both_sides(export: str, capsys: pytest.CaptureFixture[str]) -> None:
    write("y.json", [SOUND | {"parameter": [{**HTML, "value": "<i>{{Used}}</i>"}]}, NO_TYPE])
    assert main(["diff", export, "y.json", "--exit-code", "-q"]) == 3
    out, err = capsys.readouterr()
    assert "Sound" in out
    assert "Broken" not in out
    second = LEFT_OUT.format(name="y.json").replace("tag[0]", "tag[1]")
    assert err == LEFT_OUT.format(name=export) + second


@pytest.mark.parametrize("verb", [["lint", "--container"], ["prune", "--container"]])
def test_a_file_without_a_sound_entity_is_still_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    verb: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    document = {"exportFormatVersion": 2, "containerVersion": {"tag": [NO_TYPE]}}
    Path("x.json").write_text(json.dumps(document), encoding="utf-8")
    assert main([*verb, "x.json"]) == 1
    assert capsys.readouterr().err == (
        "error: `x.json`: containerVersion.tag[0] (`Broken`): has no `type`\n\n"
        "hint: put it right in the file, or in GTM and export the container again\n"
    )
