"""create, get, list, update, delete, revert of every kind, through the Google client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gtmgen.emulator.discovery import load
from gtmgen.emulator.kinds import BY_RESOURCE
from gtmgen.emulator.payload import _check_message

from .conftest import (
    BODIES,
    TEMPLATE_DATA,
    Gtm,
    constant,
    html,
    pageview,
    refusal,
    template,
)

NOT_FOUND = (404, "Not found or permission denied.")
RESOURCES = sorted(BODIES)
REVERTIBLE = [resource for resource in RESOURCES if resource != "gtag_config"]

every_kind = pytest.mark.parametrize("resource", RESOURCES)


def changed(body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "notes": "changed"} if "name" in body and "templateData" not in body else body


@every_kind
def test_create_answers_the_entity_with_the_services_fields(gtm: Gtm, resource: str) -> None:
    kind = BY_RESOURCE[resource]
    made = gtm.create(resource, **BODIES[resource])
    assert list(_check_message(load(), kind.schema, made, kind.schema)) == []
    assert made["path"] == f"{gtm.workspace}/{resource}/{made[kind.id_field]}"
    assert (made["accountId"], made["containerId"]) == ("6000000001", "180000001")
    assert made["workspaceId"] == "1"
    assert len(made["fingerprint"]) == 13
    assert made["tagManagerUrl"].endswith(f"{made['path']}?apiLink={kind.name}")
    assert {key: made[key] for key in BODIES[resource]} == BODIES[resource]


@every_kind
def test_get_and_list_answer_what_create_did(gtm: Gtm, resource: str) -> None:
    made = gtm.create(resource, **BODIES[resource])
    assert gtm.of(resource).get(path=made["path"]).execute() == made
    listed = gtm.of(resource).list(parent=gtm.workspace).execute()
    assert listed == {BY_RESOURCE[resource].list_key: [made]}


@every_kind
def test_an_empty_list_is_an_empty_object(gtm: Gtm, resource: str) -> None:
    assert gtm.of(resource).list(parent=gtm.workspace).execute() == {}


@every_kind
def test_update_replaces_and_renews_the_fingerprint(gtm: Gtm, resource: str) -> None:
    body = BODIES[resource]
    made = gtm.create(resource, **body)
    resources = gtm.of(resource)
    request = resources.update(
        path=made["path"], body=changed(body), fingerprint=made["fingerprint"]
    )
    updated = request.execute()
    assert updated["fingerprint"] > made["fingerprint"]
    assert resources.get(path=made["path"]).execute() == updated
    assert updated["path"] == made["path"]
    assert updated.get("notes") == changed(body).get("notes")
    again = resources.update(path=made["path"], body=body).execute()
    assert "notes" not in again


@every_kind
def test_delete_answers_nothing_and_the_id_is_not_used_again(gtm: Gtm, resource: str) -> None:
    resources = gtm.of(resource)
    made = gtm.create(resource, **BODIES[resource])
    assert resources.delete(path=made["path"]).execute() == ""
    assert refusal(resources.get(path=made["path"])) == NOT_FOUND
    assert refusal(resources.delete(path=made["path"])) == NOT_FOUND
    assert refusal(resources.update(path=made["path"], body=BODIES[resource])) == NOT_FOUND
    id_field = BY_RESOURCE[resource].id_field
    assert gtm.create(resource, **BODIES[resource])[id_field] == str(int(made[id_field]) + 1)


@pytest.mark.parametrize("resource", REVERTIBLE)
def test_revert_of_what_no_version_holds_deletes_it(gtm: Gtm, resource: str) -> None:
    made = gtm.create(resource, **BODIES[resource])
    reverted = gtm.of(resource).revert(path=made["path"], fingerprint=made["fingerprint"])
    assert reverted.execute() == {}
    assert refusal(gtm.of(resource).revert(path=made["path"])) == NOT_FOUND


@pytest.mark.parametrize("resource", REVERTIBLE)
def test_revert_brings_back_the_versions_state(gtm: Gtm, resource: str) -> None:
    kind = BY_RESOURCE[resource]
    made = gtm.create(resource, **BODIES[resource])
    version = gtm.workspaces.create_version(path=gtm.workspace, body={}).execute()
    gtm.workspace = version["newWorkspacePath"]
    path = f"{gtm.workspace}/{resource}/{made[kind.id_field]}"
    resources = gtm.of(resource)
    before = resources.get(path=path).execute()
    resources.update(path=path, body={**BODIES[resource], "name": "Renamed"}).execute()
    stale = resources.revert(path=path, fingerprint=before["fingerprint"])
    assert refusal(stale)[0] == 409
    assert resources.revert(path=path).execute() == {kind.list_key: before}
    resources.delete(path=path).execute()
    assert resources.revert(path=path).execute() == {kind.list_key: before}


@pytest.mark.parametrize("status", [400, 409, 412])
def test_a_stale_fingerprint_is_refused(gtm_with: Callable[..., Gtm], status: int) -> None:
    gtm = gtm_with(stale_fingerprint_status=status)
    made = gtm.create("folders", name="F")
    request = gtm.of("folders").update(path=made["path"], body={"name": "G"}, fingerprint="1")
    assert refusal(request) == (
        status,
        "The provided fingerprint does not match the fingerprint of the folder in storage.",
    )
    assert gtm.of("folders").get(path=made["path"]).execute() == made


def test_a_put_without_the_type_is_not_a_patch(gtm: Gtm) -> None:
    made = gtm.create("tags", **html("T"))
    request = gtm.of("tags").update(path=made["path"], body={"name": "U"})
    assert refusal(request) == (400, "vendorTemplate.key: The value must not be empty.")


def test_fields_of_the_service_in_a_body_are_ignored(gtm: Gtm) -> None:
    made = gtm.create("folders", name="F", folderId="99", path="x", fingerprint="5", accountId="3")
    assert made["folderId"] == "2"
    assert made["accountId"] == "6000000001"


def test_one_counter_serves_all_kinds(gtm: Gtm) -> None:
    folder, tag = gtm.create("folders", name="F"), gtm.create("tags", **html("T"))
    assert (folder["folderId"], tag["tagId"]) == ("2", "3")


def test_empty_values_and_lists_are_dropped_as_in_exports(gtm: Gtm) -> None:
    parameters = [template("html", "x"), template("empty", ""), {"type": "list", "list": []}]
    made = gtm.create("tags", name="T", type="html", parameter=parameters, blockingTriggerId=[])
    assert made["parameter"] == [
        template("html", "x"),
        {"type": "template", "key": "empty"},
        {"type": "list"},
    ]
    assert "blockingTriggerId" not in made


def test_defaults_that_exports_show_are_filled_in(gtm_with: Callable[..., Gtm]) -> None:
    gtm, plain = gtm_with(), gtm_with(fill_defaults=False)
    bodies = {
        "tags": (html("T"), {"monitoringMetadata", "consentSettings"}),
        "variables": (constant("V"), {"formatValue"}),
        "triggers": ({"name": "L", "type": "linkClick"}, {"uniqueTriggerId"}),
    }
    for resource, (body, added) in bodies.items():
        filled, bare = gtm.create(resource, **body), plain.create(resource, **body)
        assert set(filled) - set(bare) == added


def test_a_template_without_a_name_takes_its_own(gtm: Gtm) -> None:
    assert gtm.create("templates", templateData=TEMPLATE_DATA)["name"] == "Shown"


def test_pages_follow_each_other_in_order_of_ids(gtm_with: Callable[..., Gtm]) -> None:
    gtm = gtm_with(page_size=3)
    made = [gtm.create("triggers", **pageview(f"T{i}")) for i in range(7)]
    resources, sizes, seen = gtm.of("triggers"), [], []
    request = resources.list(parent=gtm.workspace)
    while request is not None:
        reply = request.execute()
        sizes.append(len(reply["trigger"]))
        seen += reply["trigger"]
        request = resources.list_next(request, reply)
    assert sizes == [3, 3, 1]
    assert seen == made


def test_a_foreign_page_token_is_refused(gtm: Gtm) -> None:
    request = gtm.of("tags").list(parent=gtm.workspace, pageToken="nonsense")
    assert refusal(request) == (400, "Invalid page token.")


@pytest.mark.parametrize("part", ["accounts/6000000001", "containers/180000001", "workspaces/1"])
def test_an_unknown_place_is_not_found(gtm: Gtm, part: str) -> None:
    parent = gtm.workspace.replace(part, f"{part.split('/', maxsplit=1)[0]}/99")
    assert refusal(gtm.of("tags").list(parent=parent)) == NOT_FOUND
