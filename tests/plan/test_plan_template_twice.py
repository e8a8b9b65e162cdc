"""One template of the gallery that is in a container twice: its type names neither of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from importer.exports import export, keys_of, text

from gtmgen.container.export import export_json
from gtmgen.importer.convert import convert
from gtmgen.importer.read.container import Imported
from gtmgen.importer.read.source import read_export
from gtmgen.importer.verify.prove import compile_files
from gtmgen.importer.write.render import SpecSettings
from gtmgen.lint.engine import lint_container
from gtmgen.lint.view import ContainerView
from gtmgen.push.apply import Bulk
from plan.stage import STRATEGIES, Stage, changes_of

SPEC = """
gtmgen: 1
project: shop
container: {gtm: GTM-SHOP1, workspace: gtmgen}
gtm:
  built_in_variables: []
  tags:
    view: {name: View, type: %s, parameters: {other: {$template: Pixel}}, firing: [All Pages]}
  templates:
    pixel:
      name: Pixel
      data: {file: one.tpl}
      gallery: {owner: acme, repository: pixel, version: aaa, galleryTemplateId: K8M24}
    pixel_1:
      name: Pixel 1
      data: {file: two.tpl}
      gallery:
        {owner: acme, repository: pixel, version: aaa, galleryTemplateId: K8M24, isModified: true}
"""
BY_TYPE = SPEC % "cvt_K8M24"
BY_NAME = SPEC % "{template: Pixel}"
BY_OTHER_NAME = SPEC % "{template: Pixel 1}"


def template(name: str) -> str:
    return (
        f'___INFO___\n\n{{"type": "TAG", "id": "cvt_K8M24", "version": 1, "displayName": "{name}"}}'
        "\n\n\n___TEMPLATE_PARAMETERS___\n\n[]\n\n\n___SANDBOXED_JS_FOR_WEB_TEMPLATE___\n\n"
        "data.gtmOnSuccess();\n"
    )


def write_templates(folder: Path) -> None:
    for name in ("one", "two"):
        (folder / f"{name}.tpl").write_text(template(name), encoding="utf-8")


@pytest.mark.parametrize("bulk", STRATEGIES)
@pytest.mark.parametrize("spec", [BY_TYPE, BY_NAME, BY_OTHER_NAME])
def test_a_push_ends_and_the_next_plan_is_empty(tmp_path: Path, spec: str, bulk: Bulk) -> None:
    write_templates(tmp_path)
    stage = Stage(tmp_path, spec, bulk)

    assert stage.named("tag", "View")["type"] == "cvt_K8M24"
    assert stage.plan().is_empty
    for other in (BY_TYPE, BY_NAME, BY_OTHER_NAME):
        stage.spec(other)
        assert stage.plan().is_empty


def test_the_other_one_may_be_somebody_elses(tmp_path: Path) -> None:
    write_templates(tmp_path)
    alone = BY_NAME[: BY_NAME.index("    pixel_1:")]
    stage = Stage(tmp_path, alone)
    held = stage.stored["entities"]["template"]
    (pixel,) = held.values()
    held["99"] = {**pixel, "name": "Theirs", "templateData": template("three")}

    assert stage.plan().is_empty
    stage.spec(alone.replace("firing: [All Pages]", "firing: []"))
    assert [name for _, name in changes_of(stage.plan())] == ["View"]
    stage.push(stage.plan())
    assert stage.plan().is_empty


def twice() -> dict[str, Any]:
    templates = [
        {
            "templateId": id_,
            "name": name,
            "templateData": template(name),
            "galleryReference": {"owner": "a", "repository": "b", "galleryTemplateId": "K8M24"},
        }
        for id_, name in (("5", "Pixel 1"), ("132", "Pixel"))
    ]
    tags = [{"tagId": "9", "name": "View", "type": "cvt_K8M24", "firingTriggerId": ["2147479553"]}]
    tags.append({"tagId": "10", "name": "Own", "type": "cvt_2_132"})
    return export(tag=tags, customTemplate=templates)


def test_an_import_keeps_the_type_and_says_so() -> None:
    found = read_export(text(twice()).encode(), "export.json")
    source = Imported(found.version, "export.json", found.notes)

    converted = convert(source, SpecSettings("shop"), keys_of(source), lift=False)

    assert found.notes == (
        (
            "the templates `Pixel 1`, `Pixel` are the same one of the gallery: a tag of the type "
            "`cvt_K8M24` does not say which of them makes it, and keeps the type"
        ),
    )
    assert converted.files["gtm/tags.yaml"].decode() == (
        "gtm:\n"
        "  tags:\n"
        "    # cvt_2_132 is the type of Pixel\n"
        "    own: {name: Own, type: cvt_2_132}\n"
        "    # cvt_K8M24 is the type of Pixel 1 and of Pixel\n"
        "    view:\n"
        "      name: View\n"
        "      type: cvt_K8M24\n"
        "      firing: [All Pages]\n"
    )
    container = compile_files(converted.files, "shop.yaml")
    back = json.loads(export_json(container))["containerVersion"]
    assert {tag["name"]: tag["type"] for tag in back["tag"]} == {
        "View": "cvt_K8M24",
        "Own": "cvt_2_132",
    }


def test_neither_is_called_unused() -> None:
    source = Imported(read_export(text(twice()).encode(), "x").version, "x")
    view = ContainerView(source.entities, source.built_ins, source.context)

    assert [found for found in lint_container(view) if found.kind and found.name == "Pixel 1"] == []
