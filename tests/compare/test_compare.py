"""What shows between two containers, and as what."""

from __future__ import annotations

from typing import Any

import pytest

from gtmgen.compare.changes import compare
from gtmgen.compare.model import Difference, Differences
from gtmgen.compare.snapshot import of_version

Json = dict[str, Any]


def text(key: str, value: str) -> Json:
    return {"type": "TEMPLATE", "key": key, "value": value}


def rows(key: str, *cells: str) -> Json:
    items = [{"type": "MAP", "map": [text("key", cell)]} for cell in cells]
    return {"type": "LIST", "key": key, "list": items}


def condition(left: str, right: str) -> Json:
    return {"type": "EQUALS", "parameter": [text("arg0", left), text("arg1", right)]}


def tag(name: str, id_: str = "1", *parameter: Json, **fields: Any) -> Json:
    return {"name": name, "tagId": id_, "type": "html", "parameter": [*parameter], **fields}


def variable(name: str, value: str, id_: str = "1") -> Json:
    return {"name": name, "variableId": id_, "type": "c", "parameter": [text("value", value)]}


def trigger(name: str, id_: str, event: str = "buy") -> Json:
    filter_ = [condition("{{_event}}", event)]
    return {
        "name": name,
        "triggerId": id_,
        "type": "CUSTOM_EVENT",
        "customEventFilter": filter_,
    }


def differences(old: Json, new: Json) -> Differences:
    return compare(of_version(old), of_version(new))


def shown(old: Json, new: Json) -> list[str]:
    """``~ tag A``, ``> tag A -> B``, and the fields below."""
    lines = []
    for change in differences(old, new).changes:
        renamed = f"{change.old_name} -> " if change.difference is Difference.RENAMED else ""
        lines.append(f"{change.difference} {change.kind.value} {renamed}{change.name}")
        if change.difference in (Difference.CHANGED, Difference.RENAMED):
            lines += [f"  {path}: {old} -> {new}" for path, old, new in change.fields]
    return lines


@pytest.mark.parametrize(
    "version",
    [
        {},
        {"tag": [], "container": {}},
        {"tag": [{"name": "", "type": "html"}]},
        {"tag": [tag("A", "1"), tag("A", "1"), tag("A", "1", text("html", "x"))]},
        {"builtInVariable": [{"type": "PAGE_URL"}, {"type": "pageUrl"}]},
        {"gtagConfig": [{"type": "googtag", "gtagConfigId": "1"}, {"type": "googtag"}]},
    ],
)
def test_odd_versions_equal_themselves(version: Json) -> None:
    assert differences(version, version).is_empty


@pytest.mark.parametrize(
    "version",
    [{"tag": [{"type": "html"}]}, {"tag": [1]}, {"tag": 1}, {"builtInVariable": [{}]}],
)
def test_what_is_no_version_raises_what_is_documented(version: Json) -> None:
    with pytest.raises((KeyError, TypeError, AttributeError, ValueError)):
        of_version(version)


def test_added_and_removed() -> None:
    old = {"tag": [tag("A", "1", text("html", "a"))], "builtInVariable": [{"type": "PAGE_URL"}]}
    new = {"tag": [tag("B", "1", text("html", "b"))], "builtInVariable": [{"type": "clickText"}]}

    found = differences(old, new)

    assert [(str(change.difference), change.name) for change in found.changes] == [
        ("added", "Click Text"),
        ("removed", "Page URL"),
        ("removed", "A"),
        ("added", "B"),
    ]
    assert {path: new for path, _, new in found.changes[3].fields} == {
        "parameter.html": "b",
        "type": "html",
    }


def test_a_change_is_shown_field_by_field() -> None:
    old = {"tag": [tag("A", "1", text("html", "a"), paused=True)]}
    new = {"tag": [tag("A", "9", text("html", "b"), priority={"type": "INTEGER", "value": "3"})]}

    assert shown(old, new) == [
        "changed tag A",
        "  parameter.html: a -> b",
        "  paused: true -> None",
        "  priority: None -> 3 (INTEGER)",
    ]


def test_duplicate_names_pair_with_their_equals_first() -> None:
    old = {"tag": [tag("A", "1", text("html", value)) for value in "abc"]}
    new = {"tag": [tag("A", "1", text("html", value)) for value in "cbx"]}

    assert shown(old, new) == ["changed tag A", "  parameter.html: a -> x"]
    assert shown(old, {"tag": old["tag"][:2]}) == ["removed tag A"]


def test_a_renamed_variable_is_one_rename_wherever_it_is_used() -> None:
    def version(name: str) -> Json:
        return {
            "variable": [
                variable(name, "1"),
                variable("Other", f"x{{{{{name}}}}}y{{{{Other 2}}}}", "2"),
            ],
            "trigger": [trigger("T", "3", f"{{{{{name}}}}}")],
            "tag": [tag("A", "1", rows("list", f"{{{{{name}}}}}"), notes=f"see {{{{{name}}}}}")],
        }

    assert shown(version("Old"), version("New")) == ["renamed variable Old -> New"]


def test_renames_explain_each_other() -> None:
    """The trigger's content changes with the variable's name, the tag's with both."""

    def version(*names: str) -> Json:
        variable_, trigger_, tag_, folder = names
        return {
            "folder": [{"name": folder, "folderId": "4"}],
            "variable": [variable(variable_, "1")],
            "trigger": [trigger(trigger_, "3", f"{{{{{variable_}}}}}")],
            "tag": [
                tag(tag_, "1", text("html", f"{{{{{variable_}}}}}"), firingTriggerId=["3"]),
                tag("Z", "2", setupTag=[{"tagName": tag_}], parentFolderId="4"),
                tag(
                    "G", "3", {"type": "TAG_REFERENCE", "key": "measurementId", "value": tag_},
                ),
            ],
        }  # fmt: skip

    assert shown(version("v", "t", "a", "f"), version("V", "T", "A", "F")) == [
        "renamed folder f -> F",
        "renamed variable v -> V",
        "renamed trigger t -> T",
        "renamed tag a -> A",
    ]


def test_swapped_names_of_one_owner_are_two_renames() -> None:
    def version(first: str, second: str) -> Json:
        return {
            "trigger": [
                trigger(first, "1", "one") | {"notes": "[gtmgen shop trigger/one]"},
                trigger(second, "2", "two") | {"notes": "[gtmgen shop trigger/two]"},
            ],
            "tag": [tag("A", "1", firingTriggerId=["1"])],
        }

    assert shown(version("x", "y"), version("y", "x")) == [
        "renamed trigger y -> x",
        "renamed trigger x -> y",
    ]


def test_the_owners_line_is_no_difference() -> None:
    old = {"tag": [tag("A", "1", notes="Mine.\n[gtmgen shop tag/a]")]}

    assert shown(old, {"tag": [tag("A", "1", notes="Mine.")]}) == []
    assert shown(old, {"tag": [tag("A", "1")]}) == ["changed tag A", "  notes: Mine. -> None"]


def test_two_of_the_same_content_are_no_rename() -> None:
    old = {"variable": [variable("a", "1"), variable("b", "1", "2")]}
    new = {"variable": [variable("c", "1"), variable("b", "1", "2"), variable("d", "1", "3")]}

    assert shown(old, new) == [
        "removed variable a",
        "added variable c",
        "added variable d",
    ]


def test_one_id_in_one_container_is_a_rename_with_changes() -> None:
    html = "\n".join(f"line {number}" for number in range(9))
    old = {"containerId": "77", "tag": [tag("A", "5", text("html", html))]}
    new = {"containerId": "77", "tag": [tag("B", "5", text("html", html + "\nmore"))]}

    assert shown(old, new) == [
        "renamed tag A -> B",
        f"  parameter.html: {html} -> {html}\nmore",
    ]
    for other in ({"containerId": "78"}, {"containerId": "0"}):
        assert shown(old, new | other) == ["removed tag A", "added tag B"]
    assert shown(old | {"containerId": "0"}, new | {"containerId": "0"}) == [
        "removed tag A",
        "added tag B",
    ]


def test_one_id_with_other_content_is_another_entity() -> None:
    old = {"containerId": "77", "tag": [tag("A", "5", text("html", "one"), paused=True)]}
    new = {"containerId": "77", "tag": [tag("B", "5", text("html", "two"))]}

    assert shown(old, new) == ["removed tag A", "added tag B"]


def test_a_folder_goes_where_its_members_are() -> None:
    def version(first: str, second: str, in_second: int) -> Json:
        folders = [{"name": first, "folderId": "1"}, {"name": second, "folderId": "2"}]
        return {
            "folder": folders,
            "tag": [
                tag(f"T{n}", str(n), parentFolderId="2" if n < in_second else "1") for n in range(5)
            ],
        }

    assert shown(version("A", "B", 2), version("C", "D", 2)) == [
        "renamed folder A -> C",
        "renamed folder B -> D",
    ]
    assert shown({"folder": [{"name": "A", "folderId": "1"}]},
                 {"folder": [{"name": "B", "folderId": "1"}]}) == [
        "removed folder A", "added folder B"]  # fmt: skip


def test_a_renamed_template_is_one_rename_though_its_code_has_the_name() -> None:
    def version(name: str, container: str) -> Json:
        info = f'___INFO___\n\n{{\n  "displayName": "{name}",\n  "id": "cvt_temp_public_id"\n}}\n'
        template = {"name": name, "templateId": "8", "containerId": container, "templateData": info}
        return {
            "containerId": container,
            "customTemplate": [template],
            "tag": [tag("A") | {"type": f"cvt_{container}_8"}],
        }

    assert shown(version("Old", "1"), version("New", "2"))[0] == "renamed template Old -> New"
    assert len(differences(version("Old", "1"), version("New", "2")).changes) == 1


def test_rows_of_a_table_that_move_down_have_not_changed() -> None:
    def version(*cells: str) -> Json:
        return {"tag": [tag("A", "1", rows("t", *cells))]}

    assert shown(version("a", "b", "c"), version("a", "x", "b", "c")) == [
        "changed tag A",
        "  parameter.t[1].key: None -> x",
    ]
    assert shown(version("a", "b", "c"), version("b", "c")) == [
        "changed tag A",
        "  parameter.t[0].key: a -> None",
    ]
    assert shown(version("a", "b"), version("b", "b")) == [
        "changed tag A",
        "  parameter.t[0].key: a -> b",
    ]
    assert shown(version("a", "b"), version("b", "a")) != []


def test_a_row_without_a_cell_is_a_row() -> None:
    table = rows("t", "a")
    empty: Json = {**table, "list": [{"type": "MAP"}, *table["list"]]}

    assert shown({"tag": [tag("A", "1", table)]}, {"tag": [tag("A", "1", empty)]}) == [
        "changed tag A",
        "  parameter.t[0]: None -> ",
    ]


def test_the_first_name_of_a_set_has_no_place() -> None:
    blocked = tag("A", firingTriggerId=["2147479553"])

    assert shown({"tag": [tag("A")]}, {"tag": [blocked]}) == [
        "changed tag A",
        "  firingTriggerId: None -> All Pages",
    ]


def test_built_in_variables_are_called_as_in_gtm() -> None:
    old: Json = {"builtInVariable": [{"type": "APP_ID"}, {"type": "PAGE_URL"}]}

    assert shown(old, {}) == [
        "removed built_in_variable App ID",
        "removed built_in_variable Page URL",
    ]


def test_conditions_have_no_order_and_stay_beside_their_like() -> None:
    def version(*tests: tuple[str, str]) -> Json:
        filters = [condition(*test) for test in tests]
        return {"trigger": [trigger("T", "1") | {"filter": filters}]}

    old = version(("{{a}}", "1"), ("{{b}}", "2"), ("{{c}}", "3"))
    assert shown(old, version(("{{c}}", "3"), ("{{a}}", "1"), ("{{b}}", "2"))) == []
    (title, field) = shown(old, version(("{{b}}", "2"), ("{{c}}", "3"), ("{{a}}", "zzz")))
    assert title == "changed trigger T"
    assert field.endswith(".parameter.arg1: 1 -> zzz")


def test_firing_triggers_are_a_set_of_names() -> None:
    triggers = [trigger(name, str(n), name) for n, name in enumerate(("t0", "t1", "t2"))]
    old = {"trigger": triggers, "tag": [tag("A", "1", firingTriggerId=["0", "1"])]}
    new = {"trigger": triggers, "tag": [tag("A", "1", firingTriggerId=["2", "1", "2147479553"])]}

    assert shown(old, new) == [
        "changed tag A",
        "  firingTriggerId: t0 -> None",
        "  firingTriggerId: None -> All Pages",
        "  firingTriggerId: None -> t2",
    ]


def test_one_name_in_place_of_another_is_one_change() -> None:
    def version(*types: str) -> Json:
        items = [{"type": "TEMPLATE", "value": name} for name in types]
        settings = {"consentStatus": "NEEDED", "consentType": {"type": "LIST", "list": items}}
        return {"tag": [tag("A", "1", consentSettings=settings)]}

    assert shown(version("ad_storage", "x"), version("ad_user_data", "ad_storage")) == [
        "changed tag A",
        "  consentSettings.consentType: x -> ad_user_data",
    ]


def test_old_values_keep_the_names_of_their_time() -> None:
    old = {"variable": [variable("v", "1")], "tag": [tag("A", "1", text("html", "{{v}}"))]}
    new = {"variable": [variable("w", "1")], "tag": [tag("A", "1", text("html", "{{w}}!"))]}

    assert shown(old, new) == [
        "renamed variable v -> w",
        "changed tag A",
        "  parameter.html: {{v}} -> {{w}}!",
    ]


def test_a_row_under_the_key_name_is_a_value_like_others() -> None:
    def version(name: str) -> Json:
        row = {"type": "MAP", "map": [text("name", f"{{{{{name}}}}}"), text("tagName", name)]}
        table = {"type": "LIST", "key": "list", "list": [row]}
        return {"variable": [variable(name, "1")], "tag": [tag("A", "1", table)]}

    assert shown(version("v"), version("w")) == [
        "renamed variable v -> w",
        "changed tag A",
        "  parameter.list[0].tagName: v -> w",
    ]


def test_a_server_container_is_another_thing_than_a_web_container() -> None:
    found = differences(
        {"container": {"usageContext": ["WEB"]}}, {"container": {"usageContext": ["server"]}}
    )

    assert found.container == (("usageContext", "WEB", "SERVER"),)
    assert not found.is_empty
