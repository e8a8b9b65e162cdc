"""Create, update, rename, nothing: what a plan says and what a push makes of it."""

from __future__ import annotations

import dataclasses
import json
import types
from typing import get_args, get_type_hints

import pytest
from push.harness import EVERYTHING, SPEC, Gtm, Shell, fields

from gtmgen.container.differ import FieldChange
from gtmgen.container.entities import Kind
from gtmgen.emulator import Behaviour
from gtmgen.plan.model import Action, Change


def behaviours() -> dict[str, Behaviour]:
    """The defaults, and every other position of every switch; numbers as small as they go."""
    found = {"defaults": Behaviour()}
    hints = get_type_hints(Behaviour)
    for field in dataclasses.fields(Behaviour):
        hint, default = hints[field.name], getattr(Behaviour(), field.name)
        small = (SMALL.get(field.name, 1),)
        if isinstance(hint, types.UnionType):
            positions = small
        else:
            positions = get_args(hint) or {bool: (not default,), int: small}[hint]
        for position in positions:
            if position != default:
                changed = dataclasses.replace(Behaviour(), **{field.name: position})
                found[f"{field.name}={position}"] = changed
    return found


SMALL = {"max_workspaces": 2}  # the default one and ours
BEHAVIOURS = behaviours()


@pytest.mark.parametrize("behaviour", BEHAVIOURS.values(), ids=BEHAVIOURS)
def test_after_a_push_of_every_kind_the_plan_is_empty(shell: Shell, behaviour: Behaviour) -> None:
    gtm = shell.use(Gtm(behaviour))
    shell.spec(EVERYTHING)

    planned = {change["kind"] for change in shell.changes()}
    shell.pushed()
    again = shell.plan("--exit-code")

    assert planned == {"folder", "template", "built_in_variable", "variable", "trigger", "tag"}
    assert again.code == 0
    assert "No changes: the workspace matches the spec." in again.out
    assert not gtm.writes


def test_a_second_push_writes_nothing(shell: Shell) -> None:
    shell.spec(EVERYTHING)
    shell.pushed()

    result = shell.push()

    assert result.code == 0
    assert "No changes" in result.out
    assert "Pushed" not in result.out
    assert not shell.gtm.writes


def test_a_plan_writes_nothing(shell: Shell) -> None:
    shell.spec(EVERYTHING)
    before = shell.gtm.save()

    shell.plan()

    assert not shell.gtm.writes
    assert json.loads(before)["containers"] == {}


@pytest.mark.parametrize(("flags", "code"), [((), 0), (("--exit-code",), 3)])
def test_changes_pending_is_an_exit_code_only_on_demand(
    shell: Shell, flags: tuple[str, ...], code: int
) -> None:
    shell.spec()

    assert shell.plan(*flags).code == code


def test_an_update_shows_old_and_new(shell: Shell) -> None:
    shell.spec()
    shell.pushed()
    shell.spec(SPEC.replace("event: purchase_done", "event: order_paid"))

    change = shell.only_change()
    shell.pushed()

    assert (change["action"], change["kind"], change["name"]) == ("update", "tag", "GA4 - buy")
    assert fields(change) == {"parameter.eventName": ("purchase_done", "order_paid")}
    assert shell.is_settled()


TABLE = """\
gtmgen: 1
project: shop
container: {gtm: GTM-SHOP1}
gtm:
  variables:
    plan:
      name: Plan
      type: smm
      parameters: {input: "{{_event}}", map: [ROWS]}
"""


def test_a_row_on_top_of_a_table_is_one_new_row(shell: Shell) -> None:
    rows = [f"{{key: {key}, value: {key}{key}}}" for key in "abc"]
    shell.spec(TABLE.replace("ROWS", ", ".join(rows)))
    shell.pushed()
    shell.spec(TABLE.replace("ROWS", ", ".join(["{key: x, value: xx}", *rows])))

    assert fields(shell.only_change()) == {
        "parameter.map[0].key": (None, "x"),
        "parameter.map[0].value": (None, "xx"),
    }


def test_one_trigger_in_place_of_another_is_not_what_was_shown_without_it() -> None:
    def change(old: str, new: str) -> Change:
        field = FieldChange("firingTriggerId", old or None, new)
        return Change(Action.UPDATE, Kind.TAG, None, fields=(field,))

    assert change("", "B").is_within(change("A", "B"))
    assert not change("A", "B").is_within(change("", "B"))


def test_a_trigger_taken_off_is_not_what_was_shown_as_put_on() -> None:
    def change(old: str | None, new: str | None) -> Change:
        field = FieldChange("firingTriggerId", old, new)
        return Change(Action.UPDATE, Kind.TAG, None, fields=(field,))

    assert change("A", None).is_within(change("A", None))
    assert not change("A", None).is_within(change(None, "A"))
    assert not change(None, "A").is_within(change("A", None))
    assert not change(None, "A").is_within(None)


def test_a_new_name_is_a_rename_of_the_same_entity(shell: Shell) -> None:
    shell.spec()
    shell.pushed()
    before = shell.gtm.get("tag", "GA4 - buy")["tagId"]
    shell.spec(SPEC.replace("name: GA4 - buy", "name: GA4 - sold"))

    change = shell.only_change()
    shell.pushed()

    assert (change["action"], change["old_name"]) == ("rename", "GA4 - buy")
    assert fields(change) == {"name": ("GA4 - buy", "GA4 - sold")}
    assert [call.method for call in shell.gtm.writes] == ["PUT"]
    assert shell.gtm.get("tag", "GA4 - sold")["tagId"] == before
    assert "GA4 - buy" not in shell.gtm.names("tag")
    assert shell.is_settled()


@pytest.mark.parametrize("behaviour", BEHAVIOURS.values(), ids=BEHAVIOURS)
def test_everything_can_be_renamed_at_once(shell: Shell, behaviour: Behaviour) -> None:
    gtm = shell.use(Gtm(behaviour))
    shell.spec(EVERYTHING)
    shell.pushed()
    ids = {kind: {item[f"{kind}Id"] for item in gtm.all(kind)} for kind in ("variable", "tag")}
    naming = """folder: New folder, naming: {
      tag: "t {project} {platform} {event}", trigger: "{key} {form} tr",
      variable: "{key} {form} va", template: "{title} te"}"""
    shell.spec(EVERYTHING.replace("folder: Shop", naming))

    changes = shell.changes()
    shell.pushed()

    assert {change["action"] for change in changes} == {"rename"}
    assert {change["kind"] for change in changes} == {
        "folder", "template", "variable", "trigger", "tag",
    }  # fmt: skip
    for kind, before in ids.items():
        assert {item[f"{kind}Id"] for item in gtm.all(kind)} == before
    assert shell.is_settled()


def test_what_refers_by_id_is_no_change_when_its_target_is_renamed(shell: Shell) -> None:
    shell.spec(EVERYTHING)
    shell.pushed()
    shell.spec(
        EVERYTHING.replace("folder: Shop", 'folder: New, naming: {template: "{title} - {key}"}')
        .replace("first: {event: first}", "first: {event: first, name: The first}")
        .replace("inner: {click", "inner: {name: Inner clicks, click")
    )

    changes = shell.changes()
    shell.pushed()

    assert {change["action"] for change in changes} == {"rename"}
    assert {change["kind"] for change in changes} == {"folder", "template", "trigger"}
    assert len(shell.gtm.writes) == len(changes) == 6
    assert shell.is_settled()


def two_keys(first: str, second: str) -> str:
    return f"""\
gtmgen: 1
project: shop
container: {{gtm: GTM-SHOP1, workspace: gtmgen}}
data:
  first: {{path: a, name: {first}}}
  second: {{path: b, name: {second}}}
platforms:
  ga4: {{measurement_id: G-ABC1234567, consent: not_required}}
events:
  buy: {{on: {{event: buy}}, params: {{one: first, two: second}}, send: {{ga4: bought}}}}
"""


@pytest.mark.parametrize("rewrites", [False, True])
@pytest.mark.parametrize(
    ("first", "second"), [("two", "three"), ("two", "one"), ("zero", "one")], ids=str
)
def test_names_can_be_handed_on_and_swapped(
    shell: Shell, first: str, second: str, rewrites: bool
) -> None:
    gtm = shell.use(Gtm(Behaviour(rename_rewrites_references=rewrites)))
    shell.spec(two_keys("one", "two"))
    shell.pushed()
    ids = [gtm.get("variable", name)["variableId"] for name in ("one", "two")]
    shell.spec(two_keys(first, second))

    shell.pushed()

    assert [gtm.get("variable", name)["variableId"] for name in (first, second)] == ids
    assert gtm.names("variable") == sorted((first, second, "event ID - generated"))
    parked = [call for call in gtm.writes if b" (gtmgen " in call.body]
    assert len(parked) == (1 if (first, second) == ("two", "one") else 0)
    assert shell.is_settled()


def test_a_new_entity_can_take_the_name_that_another_gives_up(shell: Shell) -> None:
    shell.spec()
    shell.pushed()
    shell.spec(
        SPEC.replace("  internal: {event_matches: ^staff, name: internal visitors}",
                     "  a_new_one: {event: other, name: internal visitors}\n"
                     "  internal: {event_matches: ^staff, name: staff}")
        .replace("except: [internal]", "except: [internal, a_new_one]")
    )  # fmt: skip

    shell.pushed()

    assert {"internal visitors", "staff"} <= set(shell.gtm.names("trigger"))
    assert shell.is_settled()


def test_groups_and_members_that_swap_their_names(shell: Shell) -> None:
    text = """\
gtmgen: 1
project: shop
container: {gtm: GTM-SHOP1, workspace: gtmgen}
platforms: {ga4: {measurement_id: G-ABC1234567, consent: not_required}}
triggers:
  all_of_it: {group: [later, member], name: NAME1}
  later: {event: later}
  member: {event: member, name: NAME2}
events: {buy: {on: all_of_it, send: {ga4: bought}}}
"""
    shell.spec(text.replace("  later: {event: later}\n", "").replace("later, ", ""))
    shell.pushed()
    shell.spec(text.replace("NAME1", "x").replace("NAME2", "NAME1").replace("x}", "NAME2}"))

    shell.pushed()

    assert shell.is_settled()


def test_a_key_that_is_renamed_under_a_fixed_name_goes_on_as_the_same_entity(shell: Shell) -> None:
    shell.spec()
    shell.pushed()
    before = shell.gtm.get("trigger", "internal visitors")["triggerId"]
    shell.spec(SPEC.replace("internal: {", "staff: {").replace("[internal]", "[staff]"))

    change = shell.only_change()
    shell.pushed()

    assert fields(change) == {
        "notes": ("[gtmgen shop trigger/internal]", "[gtmgen shop trigger/staff]")
    }
    assert shell.gtm.get("trigger", "internal visitors")["triggerId"] == before
    assert shell.is_settled()


def test_what_left_the_spec_is_deleted_after_what_referred_to_it_has_changed(shell: Shell) -> None:
    shell.spec()
    shell.pushed()
    shell.spec(
        SPEC.replace("    except: [internal]\n", "").replace(
            "  internal: {event_matches: ^staff, name: internal visitors}",
            "  other: {event: other}",
        )
    )

    shown = shell.plan().out
    shell.gtm.calls.clear()
    result = shell.push()

    assert result.code == 0
    assert "  - The trigger `internal visitors` is deleted.\n" in shown
    assert "Plan: 1 to create, 1 to update, 1 to delete. 7 unchanged" in result.out
    assert "Applied: 1 created, 1 updated, 1 deleted, in 3 calls.\n" in result.out
    assert "internal visitors" not in shell.gtm.names("trigger")
    assert [call.method for call in shell.gtm.writes] == ["POST", "PUT", "DELETE"]
    assert shell.is_settled()


def test_every_built_in_variable_can_be_enabled(shell: Shell) -> None:
    from gtmgen.container.builtins import WEB_KEYS

    params = ", ".join(f"p{number}: {key}" for number, key in enumerate(WEB_KEYS))
    shell.spec(SPEC.replace("{total: value}", "{" + params + ", total: value}"))

    shell.pushed()

    assert shell.is_settled()
