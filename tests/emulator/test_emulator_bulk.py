"""bulk_update: what is documented, and each switch for what is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from gtmgen.emulator import ApiRequest, Behaviour, Store, handle

from .conftest import (
    BODIES,
    TEMPLATE_DATA,
    Gtm,
    Json,
    constant,
    html,
    pageview,
    refusal,
    template,
)

GENERIC = (400, "Returned an error response for your request.")
NOT_FOUND = (404, "Not found or permission denied.")
UNKNOWN_TRIGGER = (400, "enablingTriggerId[0]: Tag references an unknown trigger.")
UNKNOWN_FOLDER = (400, "parentFolderId: Tag references an unknown folder.")
EMPTY = "The value must not be empty."


def bulk(gtm: Gtm, *changes: Json) -> Any:
    return gtm.workspaces.bulk_update(path=gtm.workspace, body={"changes": list(changes)})


def added(key: str, new_id: str, **body: Any) -> Json:
    id_field = "templateId" if key == "customTemplate" else f"{key}Id"
    return {key: {**body, id_field: new_id}, "changeStatus": "added"}


def changed(key: str, status: str, entity: Json) -> Json:
    return {key: entity, "changeStatus": status}


def names(gtm: Gtm, resource: str) -> list[str]:
    listed = gtm.of(resource).list(parent=gtm.workspace).execute()
    return [item["name"] for items in listed.values() for item in items]


def shape(reply: Json) -> list[tuple[str, str, str]]:
    return [
        (item["changeStatus"], key, item[key]["name"])
        for item in reply["changes"]
        for key in item
        if key != "changeStatus"
    ]


def test_the_example_of_the_documentation(gtm: Gtm) -> None:
    tag = added("tag", "new_2", **html("myNewTag"), parentFolderId="new_1")
    reply = bulk(gtm, added("folder", "new_1", name="myNewFolder"), tag).execute()
    folder, made = reply["changes"][0]["folder"], reply["changes"][1]["tag"]
    assert made["parentFolderId"] == folder["folderId"] == "2"
    assert gtm.of("folders").get(path=folder["path"]).execute() == folder
    assert gtm.of("tags").get(path=made["path"]).execute() == made
    assert shape(reply) == [("added", "folder", "myNewFolder"), ("added", "tag", "myNewTag")]


def test_every_reference_to_a_new_entity(gtm: Gtm) -> None:
    reference = {"type": "triggerReference", "value": "new_2"}
    members = {"type": "list", "key": "triggerIds", "list": [reference]}
    boundary = {"customEvaluationTriggerId": ["new_2"]}
    lists = {"firingTriggerId": ["new_2", "2147479553"], "blockingTriggerId": ["new_3"]}
    variable_lists = {"enablingTriggerId": ["new_2"], "disablingTriggerId": ["new_3"]}
    reply = bulk(
        gtm,
        added("customTemplate", "new_1", name="P", templateData=TEMPLATE_DATA),
        added("trigger", "new_2", **pageview("First")),
        added("trigger", "new_3", name="Group", type="triggerGroup", parameter=[members]),
        added("tag", "new_4", name="T", type="cvt_180000001_new_1", **lists),
        added("variable", "new_5", **constant("V"), **variable_lists),
        added("zone", "new_6", name="Z", boundary=boundary),
    ).execute()
    of = {key: item[key] for item in reply["changes"] for key in item}
    first, group = gtm.of("triggers").list(parent=gtm.workspace).execute()["trigger"]
    assert of["tag"]["type"] == f"cvt_180000001_{of['customTemplate']['templateId']}"
    assert of["tag"]["firingTriggerId"] == [first["triggerId"], "2147479553"]
    assert of["tag"]["blockingTriggerId"] == [group["triggerId"]]
    assert of["variable"]["enablingTriggerId"] == [first["triggerId"]]
    assert of["variable"]["disablingTriggerId"] == [group["triggerId"]]
    assert of["zone"]["boundary"] == {"customEvaluationTriggerId": [first["triggerId"]]}
    assert group["parameter"][0]["list"][0]["value"] == first["triggerId"]


@pytest.mark.parametrize("order", ["as_listed", "any"])
def test_all_kinds_are_added_updated_deleted_and_left_alone(
    gtm_with: Callable[..., Gtm], order: str
) -> None:
    gtm = gtm_with(bulk_order=order)
    keys = {"templates": "customTemplate", "gtag_config": "gtagConfig"}
    for resource, body in BODIES.items():
        key = keys.get(resource, resource.removesuffix("s"))
        reply = bulk(gtm, added(key, "new_1", **body)).execute()
        made = reply["changes"][0][key]
        assert gtm.of(resource).get(path=made["path"]).execute() == made
        body_again = {**made, "notes": "n"} if resource in ("tags", "folders") else made
        reply = bulk(gtm, changed(key, "updated", body_again)).execute()
        updated = reply["changes"][0][key]
        assert updated["fingerprint"] > made["fingerprint"]
        assert bulk(gtm, changed(key, "none", updated)).execute() == {}
        assert bulk(gtm, changed(key, "deleted", updated)).execute() == {}
        assert gtm.of(resource).list(parent=gtm.workspace).execute() == {}


@pytest.mark.parametrize("order", ["as_listed", "any"])
def test_built_in_variables(gtm_with: Callable[..., Gtm], order: str) -> None:
    gtm = gtm_with(bulk_order=order)
    change = {"builtInVariable": {"type": "clickUrl"}, "changeStatus": "added"}
    assert shape(bulk(gtm, change).execute()) == [("added", "builtInVariable", "Click URL")]
    bulk(gtm, {**change, "changeStatus": "deleted"}).execute()
    assert "Click URL" not in names(gtm, "built_in_variables")
    assert refusal(bulk(gtm, {**change, "changeStatus": "deleted"})) == NOT_FOUND
    assert refusal(bulk(gtm, {**change, "changeStatus": "updated"})) == GENERIC


def test_an_empty_request_is_fine(gtm: Gtm) -> None:
    assert bulk(gtm).execute() == {}
    gone = gtm.workspaces.bulk_update(path=f"{gtm.container}/workspaces/9", body={})
    assert refusal(gone) == NOT_FOUND


def folder(new_id: str = "new_1", **body: Any) -> Json:
    return added("folder", new_id, **{"name": "F", **body})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ([folder("")], f"changes[0].folder.folderId: {EMPTY}"),
        (
            [{"folder": {"name": "F"}, "changeStatus": "added"}],
            f"changes[0].folder.folderId: {EMPTY}",
        ),
        (
            [folder("7")],
            'changes[0].folder.folderId: The ID of a new entity must be "new_" and a number.',
        ),
        (
            [folder("new_x")],
            'changes[0].folder.folderId: The ID of a new entity must be "new_" and a number.',
        ),
        (
            [folder(), added("tag", "new_1", **html("T"))],
            "changes[1].tag.tagId: The ID is not unique within the request.",
        ),
        ([{"folder": {"name": "F"}}], f"changes[0].changeStatus: {EMPTY}"),
        (
            [{"folder": {"name": "F"}, "changeStatus": "changeStatusUnspecified"}],
            f"changes[0].changeStatus: {EMPTY}",
        ),
        ([{"changeStatus": "added"}], "changes[0]: Exactly one entity must be given."),
        (
            [{"folder": {"name": "F"}, "tag": {}, "changeStatus": "added"}],
            "changes[0]: Exactly one entity must be given.",
        ),
        (
            [{"folder": {"name": "F"}, "changeStatus": "modified"}],
            (
                "Invalid value at 'proposedChange.changes[0].changeStatus' "
                '(type.googleapis.com/Entity.changeStatus), "modified"'
            ),
        ),
        ([folder(), folder("new_2")], "Found entity with duplicate name."),
        (
            [added("variable", "new_1", **constant("V", ""))],
            "vendorTemplate.parameter.value: The value must not be empty.",
        ),
        (
            [{"builtInVariable": {}, "changeStatus": "added"}],
            f"changes[0].builtInVariable.type: {EMPTY}",
        ),
    ],
)
@pytest.mark.parametrize("order", ["as_listed", "any"])
def test_bad_requests_change_nothing(
    gtm_with: Callable[..., Gtm], order: str, changes: list[Json], message: str
) -> None:
    assert refusal(bulk(gtm_with(bulk_order=order), *changes)) == (400, message)


@pytest.mark.parametrize("order", ["as_listed", "any"])
@pytest.mark.parametrize("status", ["updated", "deleted"])
def test_unknown_and_stale_entities(gtm_with: Callable[..., Gtm], order: str, status: str) -> None:
    gtm = gtm_with(bulk_order=order)
    made = gtm.create("folders", name="F")
    assert refusal(bulk(gtm, changed("folder", status, {**made, "folderId": "9"}))) == NOT_FOUND
    assert refusal(bulk(gtm, changed("folder", status, {**made, "folderId": "new_1"}))) == NOT_FOUND
    assert refusal(bulk(gtm, changed("folder", status, {**made, "fingerprint": "1"}))) == (
        409,
        "The provided fingerprint does not match the fingerprint of the folder in storage.",
    )
    twice = changed("folder", status, {"folderId": made["folderId"], "name": "F"})
    assert refusal(bulk(gtm, twice, twice)) == (
        400,
        "changes[1].folder.folderId: The ID is not unique within the request.",
    )
    bulk(gtm, twice).execute()


# What nobody has published


def test_by_default_nothing_stays_of_a_request_with_one_flaw(gtm: Gtm) -> None:
    gone = gtm.create("folders", name="Gone")
    request = bulk(
        gtm,
        changed("folder", "deleted", gone),
        {"builtInVariable": {"type": "clickUrl"}, "changeStatus": "added"},
        folder(),
        added("tag", "new_2", **html("T", firingTriggerId=["9"])),
    )
    assert refusal(request) == UNKNOWN_TRIGGER
    assert names(gtm, "folders") == ["Gone"]
    assert gtm.create("folders", name="Next")["folderId"] == str(int(gone["folderId"]) + 1)


def test_what_came_before_the_flaw_may_stay(gtm_with: Callable[..., Gtm]) -> None:
    gtm = gtm_with(bulk="partial", bulk_order="any")
    gone = gtm.create("folders", name="Gone")
    bad = added("tag", "new_9", **html("T", firingTriggerId=["9"]))
    assert refusal(bulk(gtm, bad, folder())) == UNKNOWN_TRIGGER
    assert names(gtm, "folders") == ["Gone"]
    assert refusal(bulk(gtm, changed("folder", "deleted", gone), bad)) == UNKNOWN_TRIGGER
    assert names(gtm, "folders") == []
    later = folder("new_5", name="Later")
    assert refusal(bulk(gtm, folder(), bad, later)) == UNKNOWN_TRIGGER
    assert names(gtm, "folders") == ["F"]
    assert refusal(bulk(gtm, folder("new_1", name="G"), {"changeStatus": "added"})) == (
        400,
        "changes[1]: Exactly one entity must be given.",
    )
    assert names(gtm, "folders") == ["F", "G"]


def test_a_flaw_in_the_first_entity_leaves_nothing_to_keep() -> None:
    store, behaviour = Store(), Behaviour(bulk="partial")
    path = f"/tagmanager/v2/{store.ensure_container('GTM-ACME42')}/workspaces/1/bulk_update"
    good, bad = folder(), {"changeStatus": "added"}
    for changes, wrote in ([bad, good], False), ([good, bad], True):
        body = json.dumps({"changes": changes}).encode()
        response = handle(ApiRequest("POST", path, body=body), store.state, behaviour)
        assert (response.status, response.wrote) == (400, wrote)


def test_the_method_may_be_refused_altogether(gtm_with: Callable[..., Gtm]) -> None:
    assert refusal(bulk(gtm_with(bulk="refused"), folder())) == GENERIC


@pytest.mark.parametrize("order", ["as_listed", "any"])
def test_new_ids_may_be_known_in_folders_only(gtm_with: Callable[..., Gtm], order: str) -> None:
    gtm = gtm_with(bulk="parent_folder_only", bulk_order=order)
    trigger = added("trigger", "new_2", **pageview("P"), parentFolderId="new_1")
    assert shape(bulk(gtm, folder(), trigger).execute()) == [
        ("added", "folder", "F"),
        ("added", "trigger", "P"),
    ]
    trigger = added("trigger", "new_2", **pageview("Q"))
    tag = added("tag", "new_3", **html("T", firingTriggerId=["new_2"]))
    assert refusal(bulk(gtm, trigger, tag)) == UNKNOWN_TRIGGER
    custom = added("customTemplate", "new_1", name="P", templateData=TEMPLATE_DATA)
    instance = added("tag", "new_2", name="T", type="cvt_180000001_new_1")
    assert refusal(bulk(gtm, custom, instance)) == (
        400,
        "vendorTemplate.key: Unknown entity type (template public ID: cvt_180000001_new_1)",
    )


def test_a_new_id_of_another_kind_is_no_reference(gtm: Gtm) -> None:
    tag = added("tag", "new_2", **html("T", firingTriggerId=["new_1"]))
    assert refusal(bulk(gtm, folder(), tag)) == UNKNOWN_TRIGGER


def test_a_request_may_be_too_large(gtm_with: Callable[..., Gtm]) -> None:
    gtm = gtm_with(bulk_max_changes=1)
    assert refusal(bulk(gtm, folder(), folder("new_2", name="G"))) == (
        400,
        "changes: At most 1 entities can be changed at once.",
    )
    bulk(gtm, folder()).execute()


def test_references_go_backwards_unless_the_order_means_nothing(
    gtm_with: Callable[..., Gtm],
) -> None:
    tag = added("tag", "new_2", **html("T"), parentFolderId="new_1")
    assert refusal(bulk(gtm_with(), tag, folder())) == UNKNOWN_FOLDER
    assert len(bulk(gtm_with(bulk_order="any"), tag, folder()).execute()["changes"]) == 2


def test_so_do_deletions(gtm_with: Callable[..., Gtm]) -> None:
    for order in ("as_listed", "any"):
        gtm = gtm_with(bulk_order=order)
        held = gtm.create("folders", name="F")
        tag = gtm.create("tags", **html("T", parentFolderId=held["folderId"]))
        moved = {**tag, "parentFolderId": "0"}
        late = bulk(gtm, changed("folder", "deleted", held), changed("tag", "updated", moved))
        if order == "as_listed":
            assert refusal(late) == GENERIC
        else:
            late.execute()
            assert names(gtm, "folders") == []


def test_what_is_still_used_in_the_end_cannot_go(gtm_with: Callable[..., Gtm]) -> None:
    gtm = gtm_with(bulk_order="any")
    held = gtm.create("triggers", **pageview("P"))
    gtm.create("tags", **html("T", firingTriggerId=[held["triggerId"]]))
    assert refusal(bulk(gtm, changed("trigger", "deleted", held))) == GENERIC


def test_names_can_be_swapped_only_when_the_order_means_nothing(
    gtm_with: Callable[..., Gtm],
) -> None:
    for order in ("as_listed", "any"):
        gtm = gtm_with(bulk_order=order, rename_rewrites_references=True)
        one, two = (
            gtm.create("variables", **constant("A")),
            gtm.create("variables", **constant("B")),
        )
        gtm.create("tags", **html("T"))
        swap = bulk(
            gtm,
            changed("variable", "updated", {**one, "name": "B"}),
            changed("variable", "updated", {**two, "name": "A"}),
        )
        if order == "as_listed":
            assert refusal(swap) == (400, "Found entity with duplicate name.")
        else:
            swap.execute()
            assert names(gtm, "variables") == ["B", "A"]


@pytest.mark.parametrize("order", ["as_listed", "any"])
def test_a_rename_reaches_other_entities_by_its_switch(
    gtm_with: Callable[..., Gtm], order: str
) -> None:
    gtm = gtm_with(bulk_order=order, rename_rewrites_references=True)
    variable = gtm.create("variables", **constant("A"))
    body = {"name": "T", "type": "html", "parameter": [template("html", "{{A}}")]}
    tag = gtm.create("tags", **body)
    reply = bulk(gtm, changed("variable", "updated", {**variable, "name": "B"})).execute()
    assert shape(reply) == [("updated", "variable", "B")]
    assert gtm.of("tags").get(path=tag["path"]).execute()["parameter"][0]["value"] == "{{B}}"


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("kind", ["Click URL", "F", "T", "P", "Q"]),
        ("request", ["P", "T", "Q", "F", "Click URL"]),
    ],
)
def test_the_order_of_the_answer(
    gtm_with: Callable[..., Gtm], order: str, expected: list[str]
) -> None:
    gtm = gtm_with(bulk_reply_order=order)
    reply = bulk(
        gtm,
        added("trigger", "new_1", **pageview("P")),
        added("tag", "new_2", **html("T")),
        added("trigger", "new_3", **pageview("Q")),
        folder("new_4"),
        {"builtInVariable": {"type": "clickUrl"}, "changeStatus": "added"},
    ).execute()
    assert [name for _, _, name in shape(reply)] == expected


def test_a_thousand_entities_at_once(gtm: Gtm) -> None:
    changes = [added("tag", f"new_{n}", **html(f"T{n}")) for n in range(1000)]
    assert len(bulk(gtm, *changes).execute()["changes"]) == 1000
