"""What was changed in GTM since the last push stands apart from what the spec changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from push.harness import SPEC, Json, Shell

from gtmgen.container.entities import Kind
from gtmgen.container.ownership import state_in
from gtmgen.container.reading import read_entity
from gtmgen.plan.model import Action, Drift, Plan
from gtmgen.push.apply import Bulk
from plan.full_specs import SERVER, WEB
from plan.stage import STRATEGIES, Stage, fields_of, only

NAMES = {
    "folder": "Main",
    "template": "Own",
    "variable": "Full variable",
    "trigger": "Full trigger",
    "tag": "A full tag",
    "zone": "Full zone",
    "client": "Full client",
    "transformation": "Full transformation",
}


def drifts(plan: Plan) -> dict[str, Drift | None]:
    return {change.name: change.drift for change in plan.changes}


def edited(kind: str, body: Json) -> None:
    if kind == "template":
        body["templateData"] = body["templateData"].replace("return 1;", "return 2;")
    elif kind == "folder":
        body["notes"] = "Edited.\n" + body["notes"]
    elif kind == "zone":
        body["childContainer"].append({"publicId": "GTM-EVIL99"})
    else:
        body["parameter"][0]["value"] = "edited"


@pytest.mark.parametrize("bulk", STRATEGIES)
@pytest.mark.parametrize("text", [WEB, SERVER], ids=["web", "server"])
def test_every_entity_that_is_owned_says_what_was_written(
    tmp_path: Path, text: str, bulk: Bulk
) -> None:
    stage = Stage(tmp_path, text, bulk)

    for entity in stage.plan().live.entities:
        owned = entity.owner is not None
        assert (state_in(entity.kind, entity.body) is not None) == owned
        assert owned != (entity.name in ("Gallery", "googtag G-ABC"))
        field = "templateData" if entity.kind.value == "template" else "notes"
        if owned:
            *_, state, owner = entity.body[field].rstrip("\n").split("\n")
            assert state.startswith("[gtmgen-state ")
            assert owner == str(entity.owner)


DIGITS = """
gtmgen: 1
project: shop
container: {gtm: GTM-SHOP1, workspace: gtmgen, folder: Shop}
gtm:
  triggers:
    seen: {type: PAGEVIEW, name: Seen}
    staff: {type: PAGEVIEW, name: Staff}
  tags:
    own:
      {type: html, name: Own, firing: [Seen, All Pages], blocking: [Staff], parameters: {html: <b>}}
"""


def test_the_digits_are_those_that_earlier_versions_wrote(tmp_path: Path) -> None:
    """Others would have every entity look changed on both sides, once."""
    stage = Stage(tmp_path, DIGITS)

    assert {
        name: state_in(Kind(kind), stage.named(kind, name))
        for kind, name in (("folder", "Shop"), ("trigger", "Seen"), ("tag", "Own"))
    } == {"Shop": "148b6a8b", "Seen": "771fea72-b29df657", "Own": "cf4d68d0-7493ec80"}


@pytest.mark.parametrize("kind", NAMES)
def test_an_edit_in_gtm_is_from_outside(tmp_path: Path, kind: str) -> None:
    stage = Stage(tmp_path, SERVER if kind in ("client", "transformation") else WEB)
    edited(kind, stage.named(kind, NAMES[kind]))

    plan = stage.plan()
    stage.push(plan)

    assert drifts(plan) == {NAMES[kind]: Drift.OUTSIDE}
    assert stage.bodies() == stage.before


Edit = Callable[[Json], object]
CHANGED = WEB.replace("number: 7", "number: 8")
BY: dict[str, tuple[str, Edit | None, Drift]] = {
    "the spec": (CHANGED, None, Drift.SPEC),
    "both, another field": (CHANGED, lambda tag: tag.update(paused=False), Drift.BOTH),
    "both, the same field": (CHANGED, lambda tag: edited("tag", tag), Drift.BOTH),
    "somebody in GTM": (WEB, lambda tag: tag.update(paused=False), Drift.OUTSIDE),
    "somebody who gave it a name": (WEB, lambda tag: tag.update(name="Mine"), Drift.OUTSIDE),
    "notes above the lines": (
        WEB, lambda tag: tag.update(notes=f"Hands off!\n{tag['notes']}"), Drift.OUTSIDE,
    ),
    "notes below the lines": (
        WEB, lambda tag: tag.update(notes=f"{tag['notes']}\nHands off!"), Drift.OUTSIDE,
    ),
    "a rename in the spec": (WEB.replace("name: A full tag", "name: B"), None, Drift.SPEC),
}  # fmt: skip


@pytest.mark.parametrize(("text", "edit", "drift"), BY.values(), ids=BY)
def test_who_changed_it(tmp_path: Path, text: str, edit: Edit | None, drift: Drift) -> None:
    stage = Stage(tmp_path, WEB)
    if edit is not None:
        edit(stage.named("tag", "A full tag"))
    stage.spec(text)

    plan = stage.plan()
    stage.push(plan)

    assert only(plan).drift is drift
    assert stage.plan().is_empty


@pytest.mark.parametrize("state", ["", "[gtmgen-state 12345]\n"], ids=["none", "a damaged one"])
def test_without_the_line_it_is_not_known_and_no_change_by_itself(
    tmp_path: Path, state: str
) -> None:
    stage = Stage(tmp_path, WEB)
    tag = stage.named("tag", "A full tag")
    lines = tag["notes"].split("\n")
    tag["notes"] = "\n".join([*lines[:-2], lines[-1]])
    assert stage.plan().is_empty
    tag["notes"] = "\n".join([*lines[:-2], f"{state}{lines[-1]}"])
    tag["paused"] = False

    plan = stage.plan()
    stage.push(plan)

    assert only(plan).drift is Drift.UNKNOWN
    assert stage.bodies() == stage.before


def test_an_export_holds_no_state_and_imported_by_hand_it_is_no_change(tmp_path: Path) -> None:
    from gtmgen.container.export import export_json

    stage = Stage(tmp_path, WEB)

    assert b"[gtmgen shop tag/gtm/full]" in export_json(stage.container)
    assert b"gtmgen-state" not in export_json(stage.container)


TRIGGER_RENAMED = WEB.replace("name: Go,", "name: Went,").replace("$trigger: Go", "$trigger: Went")
for _field in ("enablingTriggerId", "evaluation", "firing"):
    TRIGGER_RENAMED = TRIGGER_RENAMED.replace(f"{_field}: [Go]", f"{_field}: [Went]")


def test_another_name_of_a_trigger_is_no_change_of_what_it_fires(tmp_path: Path) -> None:
    stage = Stage(tmp_path, WEB)
    stage.spec(TRIGGER_RENAMED)

    renamed = stage.plan()
    stage.push(renamed)
    stage.named("tag", "A full tag")["paused"] = False
    outside = stage.plan()
    stage.spec(TRIGGER_RENAMED.replace("number: 7", "number: 8"))
    stage.named("tag", "A full tag")["paused"] = True
    spec = stage.plan()

    assert drifts(renamed) == {"Went": Drift.SPEC}
    assert drifts(outside) == {"A full tag": Drift.OUTSIDE}
    assert drifts(spec) == {"A full tag": Drift.SPEC}


def test_a_trigger_that_was_renamed_in_gtm_is_renamed_back_alone(tmp_path: Path) -> None:
    stage = Stage(tmp_path, WEB)
    stage.named("trigger", "Go")["name"] = "Went"
    stage.spec(CHANGED)

    plan = stage.plan()
    stage.push(plan)

    assert drifts(plan) == {"Go": Drift.OUTSIDE, "A full tag": Drift.SPEC}
    assert stage.plan().is_empty


def test_a_key_that_is_renamed_in_the_spec_is_no_change_from_outside(tmp_path: Path) -> None:
    stage = Stage(tmp_path, WEB)
    stage.spec(WEB.replace("    go: {name: Go", "    walk: {name: Go"))

    plan = stage.plan()
    stage.push(plan)
    stage.spec(WEB.replace("    go: {name: Go", "    walk: {name: Go").replace("r: 7", "r: 8"))

    assert drifts(plan) == {"Go": Drift.SPEC}
    assert set(fields_of(only(plan))) == {"notes"}


WORD = "type: {template: Other}"
WALK = WEB.replace("    go: {name: Go", "    walk: {name: Go")
GALLERY_RENAMED = WEB.replace("name: Gallery\n", "name: Other\n").replace(
    "{template: Gallery}", "{template: Other}"
)


@pytest.mark.parametrize("outside", [False, True])
@pytest.mark.parametrize(
    ("text", "adopt", "user"),
    [
        (WALK, (), "A full tag"),
        (GALLERY_RENAMED, ("template:Other",), "Z made of the gallery"),
    ],
    ids=["another key of a trigger", "another name of a gallery template"],
)
def test_what_refers_to_something_called_otherwise_now_was_not_changed_outside(
    tmp_path: Path, text: str, adopt: tuple[str, ...], user: str, outside: bool
) -> None:
    stage = Stage(tmp_path, WEB)
    stage.spec(text)
    stage.push(stage.plan(*adopt))
    tag = stage.named("tag", user)
    if outside:
        tag["liveOnly"] = not tag.get("liveOnly", False)
        blamed = drifts(stage.plan())

    edit = (WORD, f"paused: true, {WORD}") if adopt else ("number: 7", "number: 8")
    stage.spec(text.replace(*edit))

    if outside:
        assert blamed == {user: Drift.OUTSIDE}
    assert drifts(stage.plan()) == {user: Drift.BOTH if outside else Drift.SPEC}


GONE = WEB.replace("    made_too: {name: Z made, type: {template: Own}}\n", "")


@pytest.mark.parametrize(
    ("edit", "drift"),
    [
        (lambda tag: None, Drift.SPEC),
        (lambda tag: tag.update(paused=True), Drift.BOTH),
        (lambda tag: tag.update(notes=tag["notes"].split("\n")[-1]), Drift.UNKNOWN),
    ],
    ids=["as it was written", "edited", "without the line"],
)
def test_what_left_the_spec_tells_whether_an_edit_is_lost_with_it(
    tmp_path: Path, edit: Edit, drift: Drift
) -> None:
    stage = Stage(tmp_path, WEB)
    edit(stage.named("tag", "Z made"))
    stage.spec(GONE)

    plan = stage.plan()

    assert (only(plan).action, only(plan).drift) == (Action.DELETE, drift)


@pytest.mark.parametrize(("length", "state"), [(511_900, True), (511_970, False)])
def test_notes_that_would_be_too_long_do_without_the_line(
    tmp_path: Path, length: int, state: bool
) -> None:
    notes = "n" * length
    stage = Stage(tmp_path, GONE.replace("{name: Z before,", f"{{name: Z before, notes: {notes},"))

    held = stage.named("tag", "Z before")["notes"]

    assert len(held) <= 512_000
    assert ("gtmgen-state" in held) == state
    assert stage.plan().is_empty


def test_what_refers_to_something_equal_is_no_drift_when_that_is_adopted(tmp_path: Path) -> None:
    stage = Stage(tmp_path, WEB)
    del stage.named("trigger", "Go")["notes"]
    stage.spec(CHANGED)

    before = stage.plan()
    stage.push(before)
    stage.push(stage.plan("equal"))
    stage.named("tag", "A full tag")["paused"] = False

    assert drifts(before) == {"A full tag": Drift.SPEC}
    assert drifts(stage.plan()) == {"A full tag": Drift.OUTSIDE}


def test_a_copy_without_the_owners_line_is_nobodys(tmp_path: Path) -> None:
    stage = Stage(tmp_path, WEB)
    tag = stage.named("tag", "A full tag")
    state = tag["notes"].split("\n")[-2]
    stage.stored["entities"]["tag"]["999"] = {**tag, "name": "Copy", "notes": state}

    plan = stage.plan()

    assert plan.is_empty
    assert plan.unmanaged == 1


def test_what_a_push_left_parked_is_not_taken_for_an_edit(tmp_path: Path) -> None:
    stage = Stage(tmp_path, WEB)
    items = stage.stored["entities"]["tag"]
    (id_,) = (id_ for id_, item in items.items() if item["name"] == "Z made")
    items[id_]["name"] = f"Z made (gtmgen {id_})"

    assert drifts(stage.plan()) == {"Z made": Drift.SPEC}


def test_it_stands_in_a_section_of_its_own(shell: Shell) -> None:
    shell.spec()
    shell.pushed()
    shell.gtm.edit("trigger", "internal visitors", lambda item: item.update(name="Mine"))
    shell.gtm.edit("tag", "GA4 - buy", paused=True)
    shell.gtm.edit("folder", "Shop", lambda item: item.update(notes="Ours\n" + item["notes"]))
    shell.spec(SPEC.replace("purchase_done", "paid").replace("number: {gt: 5}", "number: {gt: 6}"))

    text = shell.plan("--verbose").out
    markdown = shell.plan("--format", "markdown").out
    data = json.loads(shell.plan("--format", "json").out)["plans"][0]

    assert (
        text
        == """\
shop -> GTM-SHOP1, workspace gtmgen (local GTM)

Changed outside gtmgen since the last push, and reverted by this plan:

event buy
  ~ The trigger `Mine` is now called `internal visitors`.

folders
  ~ The notes of the folder `Shop` changed.

  ~ folder            Shop                       spec.yaml:3:48
      ~ notes: "Ours\\n[gtmgen shop folder/main]" -> "[gtmgen shop folder/main]"
      (1 unchanged field hidden)
  > trigger           Mine -> internal visitors  spec.yaml:9:3
      ~ name: "Mine" -> "internal visitors"
      (6 unchanged fields hidden)

Changed outside gtmgen and in the spec since the last push; this plan applies the spec:

event buy
  ~ Event of `GA4 - buy`: `paid` instead of `purchase_done`.
    Doubles or loses events. Reports, key events and audiences in GA4 that use
    `purchase_done` no longer receive data.
  ~ No longer paused: `GA4 - buy`.
    Changes where or when it fires.

  ~ tag               GA4 - buy                  spec.yaml:16:12
      ~ parameter.eventName: "purchase_done" -> "paid"
      - paused: "true"
      (14 unchanged fields hidden)

Changed in the spec:

event buy
  ~ The trigger `event - buy` fires when `{{Random Number}}` is greater than
    `6`. Before: `{{Random Number}}` is greater than `5`. Affects `GA4 - buy`.
    Changes where or when it fires.

  ~ trigger           event - buy                spec.yaml:12:5
      ~ filter[0].parameter.arg1: "5" -> "6"
      (9 unchanged fields hidden)

5 changes in what is measured:
  1 doubles or loses events
  2 changes where or when it fires
  2 harmless
Cost: 12 API calls; in bulk 9 calls.
Plan: 3 to update, 1 to rename. 5 unchanged, 0 unmanaged.
"""
    )
    told = markdown.partition("<details>")[0]
    assert [line for line in told.splitlines() if line.endswith(":")] == [
        line for line in text.splitlines() if line.startswith("Changed")
    ]
    assert {change["name"]: change["drift"] for change in data["changes"]} == {
        "Shop": "outside", "internal visitors": "outside", "GA4 - buy": "both",
        "event - buy": "spec",
    }  # fmt: skip


def test_what_cannot_be_known_is_not_said_to_be_the_specs(shell: Shell) -> None:
    shell.spec()
    shell.pushed()
    shell.gtm.edit("trigger", "internal visitors", lambda item: item.update(name="Mine"))
    shell.gtm.edit("folder", "Shop", notes="[gtmgen shop folder/main]", name="Store")
    shell.gtm.delete("tag", "GA4 - buy")

    text = shell.plan().out

    assert (
        text
        == """\
shop -> GTM-SHOP1, workspace gtmgen (local GTM)

Changed outside gtmgen since the last push, and reverted by this plan:

event buy
  ~ The trigger `Mine` is now called `internal visitors`.

Changed since the last push; the notes in GTM do not tell by whom:

folders
  ~ The folder `Store` is now called `Shop`.

Changed in the spec; what is created is new in it, or was deleted outside gtmgen:

event buy
  + The tag `GA4 - buy` is new: sends `purchase_done` to GA4 `G-ABC1234567`, on
    `event - buy`.

`--verbose` shows every entity and field.

3 changes in what is measured:
  3 harmless
Cost: 11 API calls; in bulk 9 calls.
Plan: 1 to create, 2 to rename. 6 unchanged, 0 unmanaged.
"""
    )


def test_a_plan_that_puts_nothing_back_has_no_sections(shell: Shell) -> None:
    shell.spec()
    shell.pushed()
    shell.spec(SPEC.replace("purchase_done", "paid"))

    text = shell.plan().out

    assert text.startswith(
        "shop -> GTM-SHOP1, workspace gtmgen (local GTM)\n\nevent buy\n  ~ Event of `GA4 - buy`: "
    )
    assert "Changed" not in text
    assert only_action(shell) == (Action.UPDATE.value, "spec")


def only_action(shell: Shell) -> tuple[str, str]:
    change = shell.only_change()
    return change["action"], change["drift"]


def test_an_import_of_what_was_pushed_holds_none_of_the_lines(tmp_path: Path) -> None:
    stage = Stage(tmp_path, WEB)
    live = stage.plan().live

    for held in live.entities:
        entity = read_entity(held.kind, held.body, live.names())
        assert "[gtmgen" not in repr(replace(entity, owner=None))
