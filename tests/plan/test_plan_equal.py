"""What nobody owns but is as the spec has it: no change, and adopted with nothing but the line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from push.harness import Shell

from gtmgen.errors import GuardError
from gtmgen.plan.checksum import plan_checksum
from gtmgen.plan.model import Action
from gtmgen.push.apply import Bulk
from gtmgen.report.plan_markdown import render_plan_markdown
from gtmgen.report.plan_report import PlanView, render_plan_text
from plan.full_specs import SERVER, WEB
from plan.stage import STRATEGIES, Stage, fields_of

MATCHES = "the workspace matches the spec"
UNOWNED = {"Gallery", "googtag G-ABC"}  # which carry no line at any time


def disowned(folder: Path, text: str = WEB) -> Stage:
    stage = Stage(folder, text)
    stage.disown()
    stage.before = stage.bodies()
    return stage


@pytest.mark.parametrize(("text", "equal"), [(WEB, 13), (SERVER, 4)], ids=["web", "server"])
def test_what_is_equal_is_no_change(tmp_path: Path, text: str, equal: int) -> None:
    stage = disowned(tmp_path, text)

    plan = stage.plan()

    assert plan.is_empty
    assert len(plan.equal) == equal
    assert plan.unchanged == len(UNOWNED) + 2 if text is WEB else 1
    assert plan.unmanaged == plan.owned == 0


@pytest.mark.parametrize("bulk", STRATEGIES)
@pytest.mark.parametrize("text", [WEB, SERVER], ids=["web", "server"])
def test_adopting_what_is_equal_adds_a_line_and_nothing_else(
    tmp_path: Path, text: str, bulk: Bulk
) -> None:
    stage = disowned(tmp_path, text)
    for body in stage.stored["entities"]["tag"].values():  # as gtmgen would not write it
        body.get("parameter", []).reverse()
        body["liveOnly"] = body.get("liveOnly", False)
    stage.before = stage.bodies()

    plan = stage.plan("equal")
    stage.push(plan, bulk)

    for change in plan.changes:
        field = "templateData" if change.kind.value == "template" else "notes"
        assert (change.action, change.drift) == (Action.ADOPT, None)
        assert list(fields_of(change)) == [field]
    after = stage.bodies()
    for kind, items in stage.before.items():
        assert after[kind].keys() == items.keys()
        for id_, body in items.items():
            field = "templateData" if kind == "template" else "notes"
            now = after[kind][id_]
            assert {**now, field: None} == {**body, field: None}
            if body.get("name", "googtag G-ABC") in UNOWNED:
                assert now == body
            else:
                lines = now[field].rstrip("\n").split("\n")
                assert lines[-1].startswith(f"[gtmgen shop {kind}/gtm/")
                assert lines[-2].startswith("[gtmgen-state ")
    again = stage.plan()
    assert again.is_empty
    assert again.equal == ()


def test_it_is_said_in_one_line(tmp_path: Path) -> None:
    stage = disowned(tmp_path)
    line = "13 match the spec but are not gtmgen's yet; `--adopt equal` takes them over."

    plan = stage.plan()
    view = PlanView(plan, stage.container)

    assert render_plan_text(view).splitlines()[-2:] == [
        f"No changes: {MATCHES}. 4 unchanged, 0 unmanaged.",
        line,
    ]
    assert line in render_plan_markdown(view).splitlines()
    checksums = {plan_checksum(item, stage.container) for item in (plan, stage.plan("equal"))}
    assert len(checksums) == 2


def test_one_is_said_in_the_singular_and_in_json(shell: Shell) -> None:
    shell.gtm.create("folder", name="Shop")
    shell.spec()

    plan = shell.plan()
    data = json.loads(shell.plan("--format", "json").out)["plans"][0]
    pushed = shell.pushed()
    adopted = shell.pushed("--adopt", "equal")

    line = "1 matches the spec but is not gtmgen's yet; `--adopt equal` takes it over.\n"
    assert plan.out.endswith(line)
    assert data["equal"] == [{"kind": "folder", "name": "Shop"}]
    assert data["summary"]["equal"] == 1
    assert pushed.out.endswith("Pushed. Read back: the workspace gtmgen matches the spec.\n")
    assert "Plan: 1 to adopt." in adopted.out
    assert shell.plan().out.count("`--adopt equal`") == 0


def test_what_is_pushed_refers_to_what_is_equal(tmp_path: Path) -> None:
    stage = disowned(tmp_path)
    trigger = next(
        id_ for id_, item in stage.stored["entities"]["trigger"].items() if item["name"] == "Go"
    )
    stage.spec(WEB.replace("  tags:\n", "  tags:\n    new: {type: img, parameters: {url: x}, "
                           "firing: [Go], folder: Main}\n"))  # fmt: skip

    plan = stage.plan()
    stage.push(plan)

    assert [(change.action, change.name) for change in plan.changes] == [(Action.CREATE, "new")]
    assert stage.named("tag", "new")["firingTriggerId"] == [trigger]
    assert "notes" not in stage.named("trigger", "Go")
    assert len(stage.plan().equal) == 13


def test_what_differs_is_refused_and_adopted_by_name(tmp_path: Path) -> None:
    stage = disowned(tmp_path)
    stage.named("tag", "Z made")["paused"] = True

    with pytest.raises(GuardError) as refused:
        stage.plan()
    plan = stage.plan("tag:Z made", "equal")
    stage.push(plan)

    assert refused.value.message.endswith(
        "names that the spec gives are taken in the container:\n"
        f"  tag `Z made`, not gtmgen's (wanted at {tmp_path}/spec.yaml:94:5)"
    )
    (change,) = (item for item in plan.changes if item.name == "Z made")
    assert change.action is Action.ADOPT
    assert fields_of(change) == {
        "notes": (None, "[gtmgen shop tag/gtm/made_too]"),
        "paused": ("true", None),
    }
    assert stage.plan().is_empty


def test_what_another_project_owns_is_never_equal(tmp_path: Path) -> None:
    stage = disowned(tmp_path)
    stage.named("tag", "Z made")["notes"] = "[gtmgen blog tag/gtm/made_too]"

    with pytest.raises(GuardError, match="of the project `blog`"):
        stage.plan("equal")


@pytest.mark.parametrize(
    ("kind", "name", "word"),
    [
        ("template", "Gallery", "template:Gallery"),
        ("gtag_config", "googtag G-ABC", "'gtag_config:googtag G-ABC'"),
    ],
)
def test_what_nobody_can_own_is_refused_when_it_differs(
    tmp_path: Path, kind: str, name: str, word: str
) -> None:
    stage = Stage(tmp_path, WEB)
    body = stage.named(kind, name)
    if kind == "template":
        body["name"] = "Renamed in GTM"
    else:
        body["parameter"].append({"type": "template", "key": "k", "value": "v"})

    with pytest.raises(GuardError) as refused:
        stage.plan()
    plan = stage.plan(word.strip("'"))
    stage.push(plan)

    assert f"with `--adopt {word}`" in str(refused.value.hint)
    assert [change.action for change in plan.changes] == [
        Action.RENAME if kind == "template" else Action.UPDATE
    ]
    assert stage.bodies() == stage.before


def test_a_template_of_the_gallery_that_is_there_twice_goes_by_its_name(tmp_path: Path) -> None:
    stage = Stage(tmp_path, WEB)
    again = {**stage.named("template", "Gallery"), "templateId": "999", "name": "Again"}
    stage.stored["entities"]["template"]["999"] = again

    plan = stage.plan()

    assert plan.is_empty
    assert plan.unmanaged == 1


def test_what_nobody_can_own_is_never_deleted(tmp_path: Path) -> None:
    stage = Stage(tmp_path, WEB)
    lines = WEB.split("    gallery:\n", 1)
    text = lines[0] + lines[1][lines[1].index("  variables:\n"):]  # fmt: skip
    text = text.replace("type: {template: Gallery}", "type: img, parameters: {url: x}")
    stage.spec(text[: text.index("  gtag_configs:")])

    plan = stage.plan()
    stage.push(plan)

    assert [(change.action, change.name) for change in plan.changes] == [
        (Action.UPDATE, "Z made of the gallery")
    ]
    assert stage.named("template", "Gallery")
    assert stage.stored["entities"]["gtag_config"]


def test_notes_and_templates_that_end_in_blank_lines_are_equal_too(tmp_path: Path) -> None:
    stage = disowned(tmp_path)
    stage.named("template", "Own")["templateData"] += "\n\n\n"
    stage.named("tag", "A full tag")["notes"] += "\n"

    assert stage.plan().is_empty


@pytest.mark.parametrize(
    "end",
    ["  \n   \n", "\n\n[gtmgen-state 12345678]\n", "\n\n[gtmgen-state 12345678]"],
    ids=["blanks", "the state alone", "the state and no line break"],
)
def test_a_template_is_settled_after_its_adoption_whatever_its_notes_end_in(
    tmp_path: Path, end: str
) -> None:
    stage = disowned(tmp_path)
    stage.named("template", "Own")["templateData"] += end

    stage.push(stage.plan("template:Own"))

    assert [change.name for change in stage.plan("equal").changes].count("Own") == 0


def test_a_template_of_another_project_is_settled_after_its_adoption(tmp_path: Path) -> None:
    stage = Stage(tmp_path, WEB)
    body = stage.named("template", "Own")
    body["templateData"] = body["templateData"].replace("[gtmgen shop", "[gtmgen blog")

    stage.push(stage.plan("template:Own@blog"))

    assert stage.plan().is_empty
    assert stage.bodies() == stage.before


@pytest.mark.parametrize("lift", ["--lift", "--no-lift"])
def test_an_import_plans_to_no_change_against_its_source(shell: Shell, lift: str) -> None:
    stage = disowned(shell.folder)
    shell.gtm.manager = stage.manager
    imported = shell.run(
        "import", "GTM-SHOP1/workspaces/gtmgen", "--target", "local", lift, "--out", "out"
    )

    plan = shell.run("plan", "out/gtm-shop1.yaml", "--target", "local", "--exit-code")

    assert imported.code == 0
    assert plan.code == 0
    assert "13 match the spec but are not gtmgen's yet" in plan.out
