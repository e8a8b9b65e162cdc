"""``gtmgen prune``: what it lists, what it takes out of a spec, and what it leaves alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support import load_text

from gtmgen.cli.main import main
from gtmgen.compile.compiler import compile_spec
from gtmgen.container.export import export_json

SPEC = """\
gtmgen: 1
project: attic
container: {gtm: GTM-ATTIC01}
environments:
  staging:
    gtm: {variables: {staged: {name: Staged, type: c, parameters: {value: "{{Only staging}}"}}}}
# What was there before.
gtm:
  folders:
    kept: {name: Kept}
    old:
      name: Old
  variables:
    # The order's number.
    order: {name: Order, type: v, folder: Old, parameters: {dataLayerVersion: 2, name: order}}
    paused_only: {name: Paused only, type: c, parameters: {value: "1"}}
    # Nobody knows what it was for.
    chained:
      name: Chained
      type: c
      folder: Old
      parameters:
        value: "{{Order}}"
    used: {name: Used, type: c, folder: Kept, parameters: {value: "1"}}
    guarded: {name: Guarded, type: c, protected: true, parameters: {value: "{{Behind}}"}}
    behind: {name: Behind, type: c, parameters: {value: "2"}}
    staging: {name: Only staging, type: c, parameters: {value: "3"}}
  triggers:
    lonely: {name: Lonely, type: PAGEVIEW}
  tags:
    live:
      name: Live
      type: img
      firing: [All Pages]
      consent: not_required
      parameters: {url: "https://a.example/{{Used}}"}
    paused:
      name: Paused
      type: img
      firing: [All Pages]
      paused: true
      consent: not_required
      parameters: {url: "https://a.example/{{Paused only}}"}
    unfired: {name: Unfired, type: img, consent: not_required, parameters: {url: "https://b.example/"}}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("attic.yaml").write_text(SPEC)


def test_what_can_go_is_listed_and_nothing_is_changed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prune", "attic.yaml"]) == 0
    out, err = capsys.readouterr()
    assert out == (
        "attic.yaml:44: tag `Unfired`: nothing fires it\n"
        "attic.yaml:29: trigger `Lonely`: nothing refers to it\n"
        "attic.yaml:18: variable `Chained`: nothing refers to it\n"
        "attic.yaml:15: variable `Order`: only what goes, too, refers to it\n"
        "attic.yaml:11: folder `Old`: nothing stays in it\n"
        "attic.yaml: 5 entities can go\n"
    )
    assert err == "nothing is changed; `--write` takes it out of the spec\n"
    assert Path("attic.yaml").read_text() == SPEC


def test_writing_keeps_the_rest_as_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prune", "attic.yaml", "--write", "--quiet"]) == 0
    text = Path("attic.yaml").read_text()
    gone = ("Unfired", "Lonely", "The order's", "order:", "Nobody", "chained", "{{Order}}", "old:")
    assert [word for word in gone if word in text] == []
    assert "triggers:" not in text
    assert text.startswith(SPEC[: SPEC.index("    old:")])
    assert text.count("\n") == SPEC.count("\n") - 14
    out = capsys.readouterr().out
    assert "-  triggers:\n-    lonely: {name: Lonely, type: PAGEVIEW}\n" in out
    assert main(["prune", "attic.yaml"]) == 0
    assert capsys.readouterr().out == "attic.yaml: everything is needed\n"


def test_paused_tags_go_where_that_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prune", "attic.yaml", "--paused", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    listed = [(one["kind"], one["name"], one["reason"], one["line"]) for one in document["unused"]]
    assert listed[0] == ("tag", "Paused", "it is paused", 37)
    assert ("variable", "Paused only", "only what goes, too, refers to it", 16) in listed
    assert len(listed) == 7


def test_an_export_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    Path("export.json").write_bytes(export_json(compile_spec(load_text(SPEC))))
    assert main(["prune", "--container", "export.json", "--format", "markdown"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("**export.json: ")
    assert "| tag | Unfired | nothing fires it |\n" in out
    assert "Paused" not in out


def test_files_that_a_spec_includes_are_edited(capsys: pytest.CaptureFixture[str]) -> None:
    head, _, raw = SPEC.partition("# What was there before.\n")
    Path("attic.yaml").write_text(f"{head}include: [old.yaml]\n")
    Path("old.yaml").write_text(raw)
    assert main(["prune", "attic.yaml", "--write", "--quiet"]) == 0
    assert "Unfired" not in Path("old.yaml").read_text()
    assert capsys.readouterr().out.startswith("--- old.yaml\n+++ old.yaml\n")


def test_a_file_and_a_section_that_lose_everything(capsys: pytest.CaptureFixture[str]) -> None:
    head = SPEC[: SPEC.index("environments:")]
    Path("attic.yaml").write_text(f"{head}include: [old.yaml, data.yaml]\n")
    Path("old.yaml").write_text("# Old.\ngtm:\n  triggers:\n    a: {name: A, type: PAGEVIEW}\n")
    Path("data.yaml").write_text("data:\n  gone: {constant: x, name: Gone}\n")
    assert main(["prune", "attic.yaml", "--write", "--quiet"]) == 0
    assert Path("old.yaml").read_text() == "# Old.\n{}\n"
    assert Path("data.yaml").read_text() == "{}\n"
    assert main(["validate", "attic.yaml"]) == 0


def test_a_spec_that_needs_nothing_less(capsys: pytest.CaptureFixture[str]) -> None:
    head = SPEC[: SPEC.index("environments:")]
    Path("attic.yaml").write_text(head)
    assert main(["prune", "attic.yaml", "--write"]) == 0
    assert capsys.readouterr() == ("attic.yaml: everything is needed\n", "")
    assert Path("attic.yaml").read_text() == head


@pytest.mark.parametrize("flow", ["gtm: {triggers: {a: {name: A, type: PAGEVIEW}}}\n"])
def test_entries_that_share_a_line_are_left(flow: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = SPEC[: SPEC.index("environments:")] + flow
    Path("attic.yaml").write_text(text)
    assert main(["prune", "attic.yaml", "--write"]) == 1
    assert capsys.readouterr().err == (
        "error: `attic.yaml` cannot be edited: an entry shares its lines with others\n"
        "\nhint: delete by hand what `gtmgen prune` lists\n"
    )
    assert Path("attic.yaml").read_text() == text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "error: name a spec, or `--container EXPORT`\n"),
        (["--container", "x.json", "--write"],
         "error: `--write` needs a spec\n\nhint: `gtmgen import` makes one of a container\n"),
    ],
)  # fmt: skip
def test_a_wrong_command_line(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["prune", *arguments]) == 2
    assert capsys.readouterr() == ("", message)
