"""``gtmgen import``: exports and live containers, a second import, adoption."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from importer.exports import export, tag, text, trigger, variable
from push.harness import EVERYTHING, Shell

LOCAL = ("--target", "local")


def written(shell: Shell, document: Any, name: str = "export.json") -> str:
    (shell.folder / name).write_text(text(document), encoding="utf-8")
    return name


def small(colour: str = "blue") -> dict[str, Any]:
    return export(
        tag=[tag("3", "Pixel", firingTriggerId=["5"])],
        trigger=[trigger("5", "Ready")],
        variable=[variable("7", "Colour", colour)],
    )


def everybody(gtm: Any) -> str:
    return json.dumps(gtm.snapshot(), sort_keys=True)


def main_of(folder: str) -> str:
    """The spec's own file."""
    (found,) = [path for path in Path(folder).glob("*.yaml") if "gtmgen: 1" in path.read_text()]
    return str(found)


# -- migrate ---------------------------------------------------------------------------


def with_pixel() -> dict[str, Any]:
    code = "ttq.load('C4MIGRATE0000000001'); ttq.page();"
    return export(
        tag=[
            tag("3", code, firingTriggerId=["2147479553"]),
            tag("4", "ttq.track('Contact', {});", firingTriggerId=["5"]),
        ],
        trigger=[trigger("5", "Ready")],
    )


def test_tags_of_others_are_replaced_where_that_is_asked_for(shell: Shell) -> None:
    result = shell.run(
        "import", written(shell, with_pixel()), "--out", "out", "--migrate", "tiktok"
    )

    assert result.code == 0
    assert "Replaced by tags of gtmgen's own (2):" in result.out
    assert "but for 2 tags that it replaces." in result.out
    main = main_of("out")
    assert shell.run("validate", main).code == 0
    compared = shell.run("diff", "export.json", main, "--format", "json")
    kinds = {
        (item["difference"], item["kind"])
        for item in json.loads(compared.out)["diffs"][0]["changes"]
    }
    assert kinds == {
        ("removed", "tag"),
        ("added", "tag"),
        ("added", "variable"),
        ("added", "template"),
    }


def test_a_migration_for_programs(shell: Shell) -> None:
    source = written(shell, with_pixel())
    result = shell.run("import", source, "--out", "out", "--migrate", "tiktok", "--format", "json")
    found = json.loads(result.out)["migration"]
    assert found["packs"] == ["tiktok"]
    assert [(item["pack"], item["send"]) for item in found["replaced"]] == [
        ("tiktok", {}),
        ("tiktok", {"tiktok": "Contact"}),
    ]
    assert {"difference": "removed", "kind": "tag", "name": "ttq.track('Contact', {});"} in found[
        "plan"
    ]


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (
            ("--migrate", "meta"),
            "error: `meta` is not a pack whose tags gtmgen recognises; there are `ga4`, `tiktok`\n",
        ),
        (
            ("--migrate", "tiktok", "--keep-ids"),
            (
                "error: `--migrate` replaces tags, and `--keep-ids` promises the same file again\n"
                "\nhint: import with one of them\n"
            ),
        ),
        (
            ("--migrate", "tiktok", "--no-lift"),
            "error: `--migrate` needs the events that `--no-lift` would not make\n",
        ),
    ],
)
def test_a_migration_that_makes_no_sense(
    shell: Shell, options: tuple[str, ...], error: str
) -> None:
    result = shell.run("import", written(shell, with_pixel()), "--out", "out", *options)

    assert (result.code, result.err) == (2, error)
    assert not Path("out").exists()


# -- refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("none.json", "error: `none.json` does not exist\n"),
        (
            "spec.yaml",
            (
                "error: `spec.yaml` is a spec; an export (.json) or a container (GTM-XXXX) is "
                "imported\n"
            ),
        ),
        (".", "error: `.` is a directory, not an export\n\nhint: name the JSON file in it\n"),
    ],
)
def test_what_cannot_be_imported(shell: Shell, source: str, error: str) -> None:
    shell.spec()

    result = shell.run("import", source, "--out", "out")

    assert (result.code, result.out, result.err) == (2, "", error)
    assert not (shell.folder / "out").exists()


def test_a_folder_is_needed_and_a_file_is_none(shell: Shell) -> None:
    source = written(shell, small())

    assert shell.run("import", source).code == 2
    assert shell.run("import", source, "--out", "export.json").err == (
        "error: `export.json` is a file; `--out` names a folder\n"
    )


def test_a_project_must_be_one(shell: Shell) -> None:
    source = written(shell, small())

    assert shell.run("import", source, "--out", "out", "--project", "My Shop").err == (
        "error: `My Shop` is not a project name: lower case letters, digits, `-` and `_`\n"
    )


def test_a_broken_export_leaves_nothing_behind(shell: Shell) -> None:
    (shell.folder / "export.json").write_text('{"exportFormatVersion": 2,')

    result = shell.run("import", "export.json", "--out", "out")

    assert result.code == 1
    assert not (shell.folder / "out").exists()


# -- an export -------------------------------------------------------------------------


def test_the_report_of_an_import(shell: Shell) -> None:
    result = shell.run("import", written(shell, small()), "--out", "out", "--no-lift")

    assert (result.code, result.err) == (0, "next: gtmgen plan out/my-shop.yaml\n")
    assert result.out == (
        "export.json -> out/my-shop.yaml\n"
        "\n"
        "1 variable, 1 trigger, 1 tag, 0 built-in variables. The spec compiles to the same "
        "container.\n"
        "Lifted none of 3 entities: all of them are under `gtm`.\n"
        "\n"
        "Files: 6 added.\n"
    )


def test_the_report_as_json(shell: Shell) -> None:
    source = written(shell, small())

    found = json.loads(shell.run("import", source, "--out", "out", "--format", "json", "-q").out)

    assert found["format_version"] == "1.0"
    assert found["entities"] == {"tags": 1, "triggers": 1, "variables": 1}
    assert found["spec"] == "out/my-shop.yaml"
    assert "my-shop.yaml" in found["files"]["added"]


@pytest.mark.parametrize("lift", ["--lift", "--no-lift"])
def test_the_spec_is_the_same_container_for_every_verb(shell: Shell, lift: str) -> None:
    source = written(shell, small())
    assert shell.run("import", source, "--out", "out", lift, "-q").code == 0

    assert shell.run("validate", "out/my-shop.yaml", "-q").code == 0
    compared = shell.run("diff", source, "out/my-shop.yaml", "--exit-code")
    assert (compared.code, compared.out.splitlines()[-1]) == (0, "No differences. 3 unchanged.")


def test_a_second_import_says_what_changed(shell: Shell) -> None:
    shell.run("import", written(shell, small()), "--out", "out", "--no-lift", "-q")
    before = (shell.folder / "out/gtm/tags.yaml").stat().st_mtime_ns

    result = shell.run("import", written(shell, small("red")), "--out", "out", "--no-lift", "-q")

    assert result.out.endswith("Files: 1 changed, 5 unchanged.\n  ~ gtm/variables.yaml\n")
    assert "red" in (shell.folder / "out/gtm/variables.yaml").read_text()
    assert (shell.folder / "out/gtm/tags.yaml").stat().st_mtime_ns == before


def test_a_renamed_entity_keeps_its_key(shell: Shell) -> None:
    shell.run("import", written(shell, small()), "--out", "out", "--no-lift", "-q")
    document = small()
    document["containerVersion"]["variable"][0]["name"] = "Color"

    shell.run("import", written(shell, document), "--out", "out", "--no-lift", "-q")

    found = (shell.folder / "out/gtm/variables.yaml").read_text()
    assert "    colour:\n      name: Color\n" in found


def test_what_a_person_edited_is_not_overwritten(shell: Shell) -> None:
    source = written(shell, small())
    shell.run("import", source, "--out", "out", "--no-lift", "-q")
    file = shell.folder / "out/gtm/variables.yaml"
    file.write_text(file.read_text().replace("blue", "green"))
    edited = file.read_text()

    result = shell.run("import", source, "--out", "out", "--no-lift", "-q")

    assert (result.code, result.out) == (4, "")
    assert result.err == (
        "error: 1 file in `out` would be overwritten or removed\n"
        "  gtm/variables.yaml  (edited since the last import)\n"
        "\n"
        "hint: `--overwrite gtm/variables.yaml` allows it for that file, and can be given several "
        "times; or import into another folder and compare\n"
    )
    assert file.read_text() == edited
    allowed = shell.run(
        "import", source, "--out", "out", "--no-lift", "-q", "--overwrite", "gtm/variables.yaml"
    )
    assert allowed.code == 0
    assert "blue" in file.read_text()


@pytest.mark.parametrize("context", ["WEB", "SERVER"])
def test_with_ids_the_same_file_is_compiled(shell: Shell, context: str) -> None:
    document = small()
    document["containerVersion"]["container"]["usageContext"] = [context]
    source = written(shell, document)

    assert shell.run("import", source, "--out", "out", "--keep-ids", "-q").code == 0
    assert shell.run("compile", "out/my-shop.yaml", "-o", "back.json", "-q").code == 0

    assert (shell.folder / "back.json").read_bytes() == (shell.folder / source).read_bytes()
    assert (
        shell.run("compile", "out/my-shop.yaml").out == (shell.folder / source).read_text() + "\n"
    )


def test_a_layout_that_is_gone(shell: Shell) -> None:
    shell.run("import", written(shell, small()), "--out", "out", "--keep-ids", "-q")
    (shell.folder / "out/gtm/export-layout.json").unlink()

    result = shell.run("compile", "out/my-shop.yaml", "-q")

    assert (result.code, result.out) == (1, "")
    assert result.err == (
        "error: the export layout `gtm/export-layout.json` cannot be read\n"
        "\n"
        "hint: import again with `--keep-ids`, or take `export_layout` out of the spec\n"
    )


# -- a live container ------------------------------------------------------------------


def live(shell: Shell) -> None:
    """A container that somebody made by hand, with one of each kind of reference."""
    gtm = shell.gtm
    folder = gtm.create("folder", name="Theirs", notes="Old things.")
    first = gtm.create(
        "trigger",
        name="Bought",
        type="customEvent",
        customEventFilter=[
            {
                "type": "equals",
                "parameter": [
                    {"type": "template", "key": "arg0", "value": "{{_event}}"},
                    {"type": "template", "key": "arg1", "value": "buy"},
                ],
            }
        ],
        parentFolderId=folder["folderId"],
    )
    gtm.create(
        "variable",
        name="dlv - total",
        type="v",
        parameter=[
            {"type": "integer", "key": "dataLayerVersion", "value": "2"},
            {"type": "boolean", "key": "setDefaultValue", "value": "false"},
            {"type": "template", "key": "name", "value": "total"},
        ],
        notes="What was paid.",
    )
    html = [{"type": "template", "key": "html", "value": "<script>\nx({{dlv - total}})\n</script>"}]
    gtm.create(
        "tag",
        name="Pixel",
        type="html",
        parameter=html,
        firingTriggerId=[first["triggerId"], "2147479553"],
        tagFiringOption="oncePerLoad",
    )


@pytest.mark.parametrize("lift", ["--lift", "--no-lift"])
def test_an_imported_workspace_plans_to_no_change(shell: Shell, lift: str) -> None:
    live(shell)
    before = everybody(shell.gtm)

    result = shell.run("import", "GTM-SHOP1/workspaces/gtmgen", "--out", "out", lift, "-q", *LOCAL)
    assert (result.code, result.err) == (0, "")
    spec = main_of("out")

    plan = shell.plan("--exit-code", spec=spec)
    assert plan.code == 0, plan.out + plan.err
    assert everybody(shell.gtm) == before


def test_adoption_writes_the_owners_line_and_nothing_else(shell: Shell) -> None:
    live(shell)
    shell.run("import", "GTM-SHOP1/workspaces/gtmgen", "--out", "out", "-q", *LOCAL)
    spec = main_of("out")
    before = {kind: shell.gtm.all(kind) for kind in ("folder", "variable", "trigger", "tag")}

    shell.pushed("--adopt", "equal", spec=spec)

    for kind, items in before.items():
        for item in items:
            now = shell.gtm.get(kind, item["name"])
            notes = now.pop("notes")
            old = item.pop("notes", "")
            now.pop("fingerprint"), item.pop("fingerprint")
            assert now == item
            lines = notes.split("\n")
            assert lines[-1].startswith("[gtmgen ")
            assert [line for line in lines if not line.startswith("[gtmgen")] == (
                [old] if old else []
            )
    assert shell.is_settled(spec)


def test_a_published_version_is_imported(shell: Shell) -> None:
    live(shell)
    shell.spec()
    assert shell.push("--version", "one", "--publish").code == 0

    result = shell.run("import", "GTM-SHOP1", "--out", "out", "-q", *LOCAL)

    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("GTM-SHOP1, version 1 `one` -> out/")


def test_a_container_without_anything(shell: Shell) -> None:
    shell.gtm.workspace()

    result = shell.run("import", "GTM-SHOP1/workspaces/gtmgen", "--out", "out", "-q", *LOCAL)

    assert (result.code, result.err) == (0, "")


def test_what_gtmgen_made_is_imported_without_its_lines(shell: Shell) -> None:
    shell.spec(EVERYTHING)
    shell.pushed()

    result = shell.run("import", "GTM-SHOP1/workspaces/gtmgen", "--out", "out", "-q", *LOCAL)

    assert (result.code, result.err) == (0, "")
    assert not any("[gtmgen" in path.read_text() for path in Path("out").rglob("*.yaml"))


def test_a_workspace_that_is_not_there(shell: Shell) -> None:
    shell.gtm.workspace()

    result = shell.run("import", "GTM-SHOP1/workspaces/none", "--out", "out", *LOCAL)

    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("error: GTM-SHOP1 has no workspace `none`\n")
