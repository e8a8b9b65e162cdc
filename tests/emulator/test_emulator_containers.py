"""Accounts, containers, workspaces, built-in variables and versions."""

from __future__ import annotations

from collections.abc import Callable

from gtmgen.emulator import Store

from .conftest import Gtm, constant, html, pageview, refusal, template

NOT_FOUND = (404, "Not found or permission denied.")
FIVE = ["pageUrl", "pageHostname", "pagePath", "referrer", "event"]


def test_accounts_and_containers(gtm: Gtm) -> None:
    accounts = gtm.service.accounts()
    (account,) = accounts.list().execute()["account"]
    assert account["path"] == "accounts/6000000001"
    assert accounts.get(path=account["path"]).execute() == account
    (container,) = gtm.containers.list(parent=account["path"]).execute()["container"]
    assert container["publicId"] == "GTM-ACME42"
    assert container["usageContext"] == ["web"]
    assert gtm.containers.get(path=container["path"]).execute() == container
    assert gtm.containers.lookup(tagId="GTM-ACME42").execute() == container


def test_unknown_accounts_and_containers(gtm: Gtm) -> None:
    for request in (
        gtm.service.accounts().get(path="accounts/1"),
        gtm.containers.list(parent="accounts/1"),
        gtm.containers.get(path="accounts/1/containers/180000001"),
        gtm.containers.lookup(tagId="GTM-NOBODY"),
        gtm.containers.lookup(),
    ):
        assert refusal(request) == NOT_FOUND


def test_workspaces_are_created_updated_and_deleted(gtm: Gtm) -> None:
    body = {"name": "gtmgen", "description": "d"}
    made = gtm.workspaces.create(parent=gtm.container, body=body).execute()
    assert (made["name"], made["description"], made["workspaceId"]) == ("gtmgen", "d", "2")
    assert gtm.workspaces.get(path=made["path"]).execute() == made
    stale = gtm.workspaces.update(path=made["path"], body={"name": "n"}, fingerprint="1")
    assert refusal(stale)[0] == 409
    updated = gtm.workspaces.update(path=made["path"], body={"name": "n"}).execute()
    assert "description" not in updated
    assert updated["fingerprint"] > made["fingerprint"]
    assert gtm.workspaces.delete(path=made["path"]).execute() == ""
    assert refusal(gtm.workspaces.get(path=made["path"])) == NOT_FOUND


def test_workspace_refusals(gtm: Gtm) -> None:
    def create(name: str) -> tuple[int, str]:
        return refusal(gtm.workspaces.create(parent=gtm.container, body={"name": name}))

    assert create("") == (400, "name: The value must not be empty.")
    assert create("Default Workspace") == (400, "Found entity with duplicate name.")
    assert refusal(gtm.workspaces.delete(path=gtm.workspace)) == (
        400,
        "Returned an error response for your request.",
    )
    for name in ("second", "third"):
        gtm.workspaces.create(parent=gtm.container, body={"name": name}).execute()
    assert create("fourth") == (
        400,
        "The maximum number of workspaces for this container has been reached.",
    )


def test_built_ins_keep_the_documents_order(gtm: Gtm) -> None:
    built_ins = gtm.of("built_in_variables")
    listed = built_ins.list(parent=gtm.workspace).execute()["builtInVariable"]
    assert [item["type"] for item in listed] == FIVE
    reply = gtm.enable("clickUrl", "event", "scrollDepthDirection")["builtInVariable"]
    assert [item["name"] for item in reply] == ["Click URL", "Event", "Scroll Direction"]
    assert reply[0] == {
        "path": f"{gtm.workspace}/built_in_variables",
        "accountId": "6000000001",
        "containerId": "180000001",
        "workspaceId": "1",
        "type": "clickUrl",
        "name": "Click URL",
    }
    path = f"{gtm.workspace}/built_in_variables"
    assert built_ins.delete(path=path, type=["pageUrl", "event"]).execute() == ""
    listed = built_ins.list(parent=gtm.workspace).execute()["builtInVariable"]
    expected = ["pageHostname", "pagePath", "referrer", "clickUrl", "scrollDepthDirection"]
    assert [item["type"] for item in listed] == expected


def test_built_in_refusals_and_revert(gtm: Gtm) -> None:
    built_ins, path = gtm.of("built_in_variables"), f"{gtm.workspace}/built_in_variables"
    assert refusal(built_ins.delete(path=path, type=["clickUrl"])) == NOT_FOUND
    empty = built_ins.create(parent=gtm.workspace)
    assert refusal(empty) == (400, "type: The value must not be empty.")
    built_ins.delete(path=path, type=["event"]).execute()
    assert built_ins.revert(path=gtm.workspace, type="event").execute() == {"enabled": True}
    built_ins.delete(path=path, type=["event"]).execute()
    gtm.workspace = gtm.workspaces.create_version(path=gtm.workspace, body={}).execute()[
        "newWorkspacePath"
    ]
    gtm.enable("event")
    assert built_ins.revert(path=gtm.workspace, type="event").execute() == {"enabled": False}
    assert built_ins.revert(path=gtm.workspace, type="pageUrl").execute() == {"enabled": True}


def test_a_version_takes_the_workspace_with_it(gtm: Gtm) -> None:
    trigger = gtm.create("triggers", **pageview("P"))
    tag = gtm.create("tags", **html("T", firingTriggerId=[trigger["triggerId"]]))
    body = {"name": "First", "notes": "Why"}
    reply = gtm.workspaces.create_version(path=gtm.workspace, body=body).execute()
    assert reply["syncStatus"] == {"syncError": False, "mergeConflict": False}
    assert reply["newWorkspacePath"] == f"{gtm.container}/workspaces/4"
    version = reply["containerVersion"]
    assert version["path"] == f"{gtm.container}/versions/1"
    assert (version["name"], version["description"]) == ("First", "Why")
    assert version["container"]["publicId"] == "GTM-ACME42"
    assert [item["type"] for item in version["builtInVariable"]] == FIVE
    (held,) = version["tag"]
    assert set(tag) - set(held) == {"path", "workspaceId", "tagManagerUrl"}
    assert refusal(gtm.workspaces.get(path=gtm.workspace)) == NOT_FOUND
    kept = gtm.of("tags").list(parent=reply["newWorkspacePath"]).execute()["tag"]
    assert [item["tagId"] for item in kept] == [tag["tagId"]]


def test_a_version_of_another_workspace_leaves_the_default_one(gtm: Gtm) -> None:
    made = gtm.workspaces.create(parent=gtm.container, body={"name": "gtmgen"}).execute()
    reply = gtm.workspaces.create_version(path=made["path"], body={}).execute()
    assert reply["newWorkspacePath"] == gtm.workspace
    (left,) = gtm.workspaces.list(parent=gtm.container).execute()["workspace"]
    assert left["path"] == gtm.workspace


def test_a_missing_variable_is_a_compiler_error(gtm_with: Callable[..., Gtm]) -> None:
    body = html("T")
    body["parameter"] = [template("html", "{{Nobody}} {{_event}} {{Page URL}}")]
    strict, lenient = gtm_with(), gtm_with(missing_variable="ignore")
    for gtm in (strict, lenient):
        gtm.create("tags", **body)
    reply = strict.workspaces.create_version(path=strict.workspace, body={}).execute()
    assert reply["compilerError"] is True
    assert "containerVersion" not in reply
    strict.workspaces.get(path=strict.workspace).execute()
    reply = lenient.workspaces.create_version(path=lenient.workspace, body={}).execute()
    assert "compilerError" not in reply


def test_publishing_and_the_version_headers(gtm: Gtm) -> None:
    headers = gtm.containers.version_headers()
    assert headers.latest(parent=gtm.container).execute()["containerVersionId"] == "0"
    assert headers.list(parent=gtm.container).execute() == {}
    assert refusal(gtm.versions.live(parent=gtm.container)) == NOT_FOUND
    gtm.create("variables", **constant("V"))
    first = gtm.workspaces.create_version(path=gtm.workspace, body={"name": "1"}).execute()
    again = gtm.workspaces.create_version(path=first["newWorkspacePath"], body={}).execute()
    version = first["containerVersion"]
    stale = gtm.versions.publish(path=version["path"], fingerprint="1")
    assert refusal(stale)[0] == 409
    published = gtm.versions.publish(path=version["path"], fingerprint=version["fingerprint"])
    assert published.execute() == {"containerVersion": version}
    assert gtm.versions.live(parent=gtm.container).execute() == version
    assert gtm.versions.get(path=version["path"]).execute() == version
    assert gtm.versions.get(path=again["containerVersion"]["path"]).execute()["variable"]
    assert headers.latest(parent=gtm.container).execute()["containerVersionId"] == "2"
    listed = headers.list(parent=gtm.container).execute()["containerVersionHeader"]
    assert [item["containerVersionId"] for item in listed] == ["1", "2"]
    assert (listed[0]["name"], listed[0]["numVariables"]) == ("1", "1")
    assert gtm.versions.set_latest(path=version["path"]).execute() == version
    assert headers.latest(parent=gtm.container).execute()["containerVersionId"] == "1"
    missing = gtm.versions.get(path=f"{gtm.container}/versions/9")
    assert refusal(missing) == NOT_FOUND


def test_a_new_container_has_changed_nothing(gtm: Gtm) -> None:
    assert gtm.workspaces.getStatus(path=gtm.workspace).execute() == {}


def test_the_status_lists_what_the_workspace_changes(gtm: Gtm) -> None:
    kept, gone = gtm.create("folders", name="Kept"), gtm.create("folders", name="Gone")
    reply = gtm.workspaces.create_version(path=gtm.workspace, body={}).execute()
    gtm.workspace = reply["newWorkspacePath"]
    assert gtm.workspaces.getStatus(path=gtm.workspace).execute() == {}
    folders = gtm.of("folders")
    path = f"{gtm.workspace}/folders/{kept['folderId']}"
    folders.update(path=path, body={"name": "Changed"}).execute()
    folders.delete(path=f"{gtm.workspace}/folders/{gone['folderId']}").execute()
    gtm.create("tags", **html("New"))
    gtm.enable("clickUrl")
    changes = gtm.workspaces.getStatus(path=gtm.workspace).execute()["workspaceChange"]
    assert [(item["changeStatus"], next(iter(item.values()))["name"]) for item in changes] == [
        ("added", "New"),
        ("updated", "Changed"),
        ("deleted", "Gone"),
        ("added", "Click URL"),
    ]


def test_containers_do_not_share_ids() -> None:
    store = Store()
    first = store.ensure_container("GTM-ONE")
    fixed = store.ensure_container("accounts/6000000001/containers/180000002")
    third = store.ensure_container("GTM-TWO", usage_context=["server"], built_ins=[])
    assert first == "accounts/6000000001/containers/180000001"
    assert fixed == "accounts/6000000001/containers/180000002"
    assert third == "accounts/6000000001/containers/180000003"
    assert store.ensure_container("GTM-ONE") == first
    assert store.ensure_container(fixed) == fixed
