"""How much of a container is lifted, and the script that measures it over many."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support import load_script

from gtmgen.container.entities import Kind
from gtmgen.importer.convert import convert
from gtmgen.importer.run import run
from gtmgen.importer.verify.coverage import ImportCoverage, UnliftedEntity, add_up, measure
from gtmgen.importer.write.folder import OutFolder
from gtmgen.importer.write.render import SpecSettings
from gtmgen.report.import_report import import_text

from .exports import export, imported, keys_of, tag, text, trigger, variable

measure_import = load_script("measure_import")
CODE = "it is code, which does not say what it sends, if anything"
DOCUMENT = export(
    tag=[
        tag("1", "Chat", firingTriggerId=["2147479553"]),
        tag("2", "Off"),
        {"tagId": "3", "name": "Linker", "type": "gclidw", "firingTriggerId": ["4"]},
    ],
    trigger=[trigger("4", "ready"), trigger("5", "amp", "AMP_CLICK")],
    variable=[variable("6", "currency", "EUR"), {"variableId": "7", "name": "x", "type": "uv"}],
)


def coverage_of(*, lift: bool) -> ImportCoverage:
    source = imported(DOCUMENT)
    return measure(convert(source, SpecSettings("shop"), keys_of(source), lift=lift))


def test_each_raw_entity_has_its_reason() -> None:
    coverage = coverage_of(lift=True)

    assert coverage.total == {Kind.TAG: 3, Kind.TRIGGER: 2, Kind.VARIABLE: 2}
    assert coverage.lifted == {Kind.TAG: 1, Kind.TRIGGER: 1, Kind.VARIABLE: 1}
    assert coverage.raw == (
        UnliftedEntity(Kind.TAG, "html", "Chat", CODE),
        UnliftedEntity(Kind.TAG, "html", "Off", "it has no firing triggers"),
        UnliftedEntity(
            Kind.TRIGGER,
            "AMP_CLICK",
            "amp",
            "the language has no form for triggers of type `AMP_CLICK`",
        ),
        UnliftedEntity(
            Kind.VARIABLE, "uv", "x", "the language has no source for variables of type `uv`"
        ),
    )
    assert round(coverage.share(Kind.TAG), 1) == 33.3


def test_without_lifting_nothing_is_lifted() -> None:
    coverage = coverage_of(lift=False)

    assert coverage.lifted == {Kind.TAG: 0, Kind.TRIGGER: 0, Kind.VARIABLE: 0}
    assert {item.reason for item in coverage.raw} == {"nothing was to be lifted"}


def test_several_containers_add_up() -> None:
    one = coverage_of(lift=True)

    both = add_up([one, one])

    assert both.total == {Kind.TAG: 6, Kind.TRIGGER: 4, Kind.VARIABLE: 4}
    assert both.raw == one.raw * 2
    assert add_up([]).share(Kind.TAG) == 100


def test_the_report_of_an_import_tells_the_shares_and_groups_what_it_says(tmp_path: Path) -> None:
    document = export(
        tag=[tag(str(number), f"Off {number}") for number in range(7)]
        + [{"tagId": "8", "name": "Linker", "type": "gclidw", "firingTriggerId": ["2147479553"]}]
    )
    source = imported(document)
    done = run(
        source, OutFolder(tmp_path), SpecSettings("shop"), lift=True, keep_ids=False, export=None
    )

    lines = import_text(source, done, "x", verbose=False).split("\n")

    assert lines[3:5] == [
        "Lifted 0 of 8 entities into 1 event; the rest is under `gtm`.",
        "Of each kind: 1 of 8 tags on events (12%).",
    ]
    assert lines[lines.index("Left as GTM has it (7):") + 1] == (
        "  7 tags `Off 0`, `Off 1`, `Off 2`, `Off 3`, `Off 4` and 2 more: it has no firing triggers"
    )
    every = import_text(source, done, "x", verbose=True)
    assert "`Off 5`, `Off 6`: it has no firing triggers" in every


def test_the_script_prints_shares_and_reasons(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "a.json").write_text(text(DOCUMENT), encoding="utf-8")
    (tmp_path / "below" / "b.json").write_text(text(DOCUMENT), encoding="utf-8")
    package = tmp_path / "package.json"
    package.write_text(json.dumps({"name": "x"}), encoding="utf-8")

    assert measure_import.main([str(tmp_path)]) == 0

    assert capsys.readouterr().out.split("\n") == [
        "2 exports",
        " 33.3 % of 6 tags hang on an event or are sent by one (2; aim: 60 %)",
        " 50.0 % of 4 triggers are lifted (2; aim: 92 %)",
        " 50.0 % of 4 variables are lifted (2; aim: 88 %)",
        "",
        "Raw, by kind, type and reason:",
        "     2 tag html: it has no firing triggers",
        f"     2 tag html: {CODE}",
        "     2 trigger AMP_CLICK: the language has no form for triggers of type `...`",
        "     2 variable uv: the language has no source for variables of type `...`",
        "",
        "Not imported:",
        f"  {package}: `{package}` is not a GTM export: it has no `containerVersion`, but `name`",
        "",
    ]


def test_the_script_counts_what_is_no_entity_and_imports_the_rest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = json.loads(text(DOCUMENT))
    document["containerVersion"]["trigger"].append({"triggerId": "9", "name": "Of no type"})
    (tmp_path / "a.json").write_text(json.dumps(document), encoding="utf-8")

    assert measure_import.main([str(tmp_path)]) == 0

    lines = capsys.readouterr().out.split("\n")
    assert lines[0] == "1 export"
    assert lines[2] == " 33.3 % of 3 triggers are lifted (1; aim: 92 %)"
    assert "     1 trigger: it is not an entity of GTM's" in lines


def test_without_a_file_the_script_says_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert measure_import.main([]) == 2
    assert "python scripts/measure_import.py FOLDER_OR_FILE..." in capsys.readouterr().err
