"""Every example and starter is a good spec, and what it compiles into is a good container."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tiggy.cli import cli as tiggy_cli
from tiggy.gtm import base as tiggy_base
from tiggy.spec import yamlio

from gtmgen.api.connect import connect_local
from gtmgen.cli.main import main
from gtmgen.cli.target import expect_containers, offer_in_gallery
from gtmgen.compile.compiler import compile_both, compile_spec
from gtmgen.container.export import export_json
from gtmgen.plan.make import make_plan
from gtmgen.push.apply import apply
from gtmgen.report.summary_report import render_container_summary
from gtmgen.spec.load import load

from .conftest import EXAMPLES, FILES, ROOT, SPECS, STARTER_NAMES, STARTERS, Example, all_examples

GOLDEN = Path(__file__).parent / "golden"
UPDATE = "GTMGEN_UPDATE_GOLDEN"


def file_ids(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_there_are_examples() -> None:
    names = {file_ids(path) for path in EXAMPLES}
    assert names >= {
        "specs/acme-both.yaml",
        "specs/acme-shop.yaml",
        "specs/everything/everything.yaml",
        "specs/lead-gen.yaml",
        "specs/server/server.yaml",
        "specs/split/shop.yaml",
        "specs/woocommerce.yaml",
    }
    assert STARTER_NAMES == ["lead-form", "shop", "spa-shop"]


# ------------------------------------------------------------------ the spec


@pytest.mark.parametrize("path", FILES, ids=file_ids)
def test_the_first_line_names_the_schema_for_editors(path: Path) -> None:
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    up = "../" * (len(path.relative_to(SPECS).parts)) if path.is_relative_to(SPECS) else ""
    assert first == f"# yaml-language-server: $schema={up}gtmgen.schema.json"


@pytest.mark.parametrize("path", FILES, ids=file_ids)
def test_lines_fit_an_editor(path: Path) -> None:
    long = [line for line in path.read_text(encoding="utf-8").splitlines() if len(line) > 240]
    assert long == []


def test_it_validates_without_a_problem(example: Example) -> None:
    assert example.loaded.warnings == ()


def test_the_command_line_says_so_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    for name in [name for name in os.environ if name.startswith(("GTM", "TIKTOK", "GA4"))]:
        monkeypatch.delenv(name)
    assert main(["validate", *map(file_ids, FILES)]) == 0
    assert capsys.readouterr().err == f"{len(FILES)} specs checked: no problems, 3 ignored\n"


# ------------------------------------------------------------------ the container


def test_compiling_it_again_gives_the_same_bytes(example: Example) -> None:
    again = compile_spec(load(example.path, {}, example.env))
    assert export_json(again).decode() == example.text


def test_every_environment_is_another_container() -> None:
    for path in FILES:
        found = [example for example in all_examples() if example.path == path]
        assert len({example.text for example in found}) == len(found), path


def test_an_independent_reader_finds_nothing_wrong(
    example: Example, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It parses each file several times, as written, as staged and as checked, in plain Python. And
    # it spells all values of an enum for each that it reads.
    monkeypatch.setattr(yamlio, "_events", cache(yamlio._events))
    monkeypatch.setattr(tiggy_base, "export_spelling", cache(tiggy_base.export_spelling))
    export = tmp_path / "export.json"
    export.write_text(example.text, encoding="utf-8")
    checked = tiggy("validate", "--strict", "--format", "json", str(export))
    assert (checked.exit_code, json.loads(checked.stdout)["findings"]) == (0, []), checked.output
    spec = tmp_path / "spec"
    imported = tiggy("import", str(export), str(spec))
    assert imported.exit_code == 0, imported.output
    assert "the spec compiles back to the same container" in imported.stdout
    assert tiggy("import", "--check", str(export), str(spec)).exit_code == 0


def tiggy(*arguments: str) -> Result:
    """Its command line in this process: starting Python 57 times takes longer than its work."""
    return CliRunner().invoke(tiggy_cli, arguments, catch_exceptions=False)


def test_it_holds_custom_code_only_where_the_spec_asks_for_it(example: Example) -> None:
    spec = example.loaded.spec
    asked = {tag.name for tag in spec.raw_tags.values() if tag.data["type"] == "html"}
    assert {tag["name"] for tag in example.version["tag"] if tag["type"] == "html"} == asked
    scripts = [key for key, data in spec.data.items() if data.source == "script"]
    made = [item["name"] for item in example.version["variable"] if item["type"] == "jsm"]
    raw = [item for item in spec.raw_variables.values() if item.data["type"] == "jsm"]
    assert len(made) == len(scripts) + len(raw)
    assert (asked, scripts) == (set(), []) or example.path.stem == "everything"


def test_every_tag_fires_and_says_what_consent_it_needs(example: Example) -> None:
    for tag in example.version["tag"]:
        assert tag.get("firingTriggerId"), tag["name"]
        assert "consentSettings" in tag, tag["name"]


def test_what_it_names_exists(example: Example) -> None:
    version = example.version
    names = {item["name"] for item in version["variable"]} | {"_event"}
    names |= {item["name"] for item in version.get("builtInVariable", ())}
    named = set(re.findall(r"\{\{(.+?)\}\}", json.dumps([*version["tag"], *version["trigger"]])))
    named |= set(re.findall(r"\{\{(.+?)\}\}", json.dumps(version["variable"])))
    assert named <= names


def test_every_variable_and_built_in_is_used(example: Example) -> None:
    version = example.version
    parts = [*version["tag"], *version["trigger"], *version["variable"]]
    named = set(re.findall(r"\{\{(.+?)\}\}", json.dumps(parts)))
    made = [*version["variable"], *version.get("builtInVariable", ())]
    assert {item["name"] for item in made} <= named


def test_items_belong_to_one_event_only(example: Example) -> None:
    """A value that stays in the data layer turns up in the next event: the examples say so."""
    for key, data in example.loaded.spec.data.items():
        if data.source == "path" and str(data.argument).startswith("ecommerce.items"):
            assert data.scope == "event", key


def test_every_purchase_has_an_id_that_the_server_can_make(example: Example) -> None:
    for event in example.loaded.spec.events.values():
        if any(send.event == "Purchase" or event.key == "purchase" for send in event.send):
            assert event.event_id is not None
            assert event.event_id.prefix == "purchase_"


# ------------------------------------------------------------------ pushing it


def test_pushed_into_an_empty_container_nothing_is_left_to_do(example: Example) -> None:
    workspace = example.loaded.spec.container.workspace
    with connect_local(None) as manager:
        _existing(manager, example.container.gtm)
        expect_containers(manager, [example.container])
        offer_in_gallery(manager, [example.container])
        plan = make_plan(manager, example.container, workspace, "local GTM")
        assert not plan.is_empty
        rest = apply(manager, example.container, plan, lambda *_: None)
        assert rest.changes == ()
        assert make_plan(manager, example.container, workspace, "local GTM").is_empty


def _existing(manager: Any, gtm: str) -> None:
    """A path names a container that must be there already; make them until it is."""
    if gtm.startswith("accounts/"):
        for number in range(1, 4):
            manager.store.ensure_container(f"GTM-FILL{number}")


@pytest.mark.parametrize("path", EXAMPLES, ids=file_ids)
def test_the_command_line_pushes_it(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = ["--target", f"local:{tmp_path / 'gtm.json'}"]
    assert main(["push", str(path), "--yes", "--quiet", *target]) == 0
    assert "matches the spec" in capsys.readouterr().out
    assert main(["plan", str(path), "--exit-code", *target]) == 0


# ------------------------------------------------------------------ starters


@pytest.mark.parametrize("name", STARTER_NAMES)
def test_init_writes_a_starter_that_validates(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "tracking"
    assert main(["init", str(folder), "--starter", name]) == 0
    assert sorted(path.name for path in folder.iterdir()) == [
        "gtmgen.schema.json",
        "tracking.yaml",
    ]
    capsys.readouterr()
    assert main(["validate", str(folder / "tracking.yaml")]) == 0
    assert capsys.readouterr().err == "1 spec checked: no problems\n"


@pytest.mark.parametrize("name", STARTER_NAMES)
def test_a_starter_is_short_and_says_what_to_change(name: str) -> None:
    text = (STARTERS / f"{name}.yaml").read_text(encoding="utf-8")
    spec, _, tests = text.partition("\ntests:\n")
    assert 60 <= len(spec.splitlines()) <= 90
    assert 20 <= len(tests.splitlines()) <= 60
    for placeholder in ("GTM-XXXXXXX", "CXXXXXXXXXXXXXXXXXXX", "G-XXXXXXXXXX"):
        line = next(line for line in text.splitlines() if placeholder in line)
        assert "# <-" in line
    assert text.count("event_id: {from:") == 1
    assert text.count("# Consent:") == 1


# ------------------------------------------------------------------ golden summaries


def golden_files() -> Iterator[Path]:
    yield from (GOLDEN / f"{example.name}.txt" for example in all_examples())


def test_the_summary_is_the_golden_one(example: Example, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a change that is meant: ``GTMGEN_UPDATE_GOLDEN=1 pytest tests/examples``, and read."""
    monkeypatch.chdir(ROOT)
    relative = Example(example.path.relative_to(ROOT), example.env)
    halves = compile_both(relative.loaded)
    text = render_container_summary(halves.web) + "\n"
    if halves.server is not None:
        text += "\n" + render_container_summary(halves.server) + "\n"
    golden = GOLDEN / f"{example.name}.txt"
    if os.environ.get(UPDATE):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_there_is_no_golden_file_too_many() -> None:
    assert sorted(GOLDEN.iterdir()) == sorted(golden_files())
