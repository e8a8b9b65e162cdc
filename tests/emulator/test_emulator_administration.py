"""Accounts, containers, environments, permissions, folders' content and versions' fields."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from gtmgen.emulator import State, Store

from .conftest import Gtm, constant, html, pageview, refusal

NOT_FOUND = (404, "Not found or permission denied.")
GENERIC = (400, "Returned an error response for your request.")
DUPLICATE = (400, "Found entity with duplicate name.")
NO_NAME = (400, "name: The value must not be empty.")


def stale(what: str) -> tuple[int, str]:
    return (
        409,
        f"The provided fingerprint does not match the fingerprint of the {what} in storage.",
    )


# Accounts and containers


def test_an_account_is_updated(gtm: Gtm) -> None:
    accounts = gtm.service.accounts()
    path = gtm.container.partition("/containers")[0]
    before = accounts.get(path=path).execute()
    body = {"name": "Acme", "shareData": True}
    after = accounts.update(path=path, body=body, fingerprint=before["fingerprint"]).execute()
    assert (after["name"], after["shareData"]) == ("Acme", True)
    assert accounts.get(path=path).execute() == after
    old = accounts.update(path=path, body=body, fingerprint=before["fingerprint"])
    assert refusal(old) == stale("account")
    assert refusal(accounts.update(path=path, body={"name": " "})) == NO_NAME


def test_a_container_is_created_updated_and_deleted(gtm: Gtm) -> None:
    account = gtm.container.partition("/containers")[0]
    body = {"name": "Shop", "usageContext": ["web"], "domainName": ["acme.com"], "notes": "n"}
    made = gtm.containers.create(parent=account, body=body).execute()
    assert {key: made[key] for key in body} == body
    assert (made["containerId"], made["publicId"]) == ("180000002", "GTM-L180000002")
    assert gtm.containers.get(path=made["path"]).execute() == made
    assert gtm.containers.lookup(tagId=made["publicId"]).execute() == made
    workspaces = gtm.workspaces.list(parent=made["path"]).execute()["workspace"]
    assert [item["name"] for item in workspaces] == ["Default Workspace"]
    request = gtm.containers.update(
        path=made["path"], body={"name": "Shop 2"}, fingerprint=made["fingerprint"]
    )
    updated = request.execute()
    assert updated["name"] == "Shop 2"
    assert updated["usageContext"] == ["web"]
    assert "notes" not in updated
    assert refusal(request) == stale("container")
    assert gtm.containers.delete(path=made["path"]).execute() == ""
    assert refusal(gtm.containers.get(path=made["path"])) == NOT_FOUND
    assert refusal(gtm.containers.delete(path=made["path"])) == NOT_FOUND


def test_container_refusals(gtm: Gtm) -> None:
    account = gtm.container.partition("/containers")[0]

    def create(parent: str = account, **body: Any) -> tuple[int, str]:
        return refusal(gtm.containers.create(parent=parent, body=body))

    assert create("accounts/1", name="N", usageContext=["web"]) == NOT_FOUND
    assert create(usageContext=["web"]) == NO_NAME
    assert create(name="N") == (400, "usageContext: The value must not be empty.")
    assert create(name="GTM-ACME42", usageContext=["web"]) == DUPLICATE
    assert create(name="N", usageContext=["tv"]) == (
        400,
        (
            "Invalid value at 'container.usageContext[0]' "
            '(type.googleapis.com/Container.usageContext), "tv"'
        ),
    )


def test_snippets(gtm: Gtm) -> None:
    snippet = gtm.containers.snippet(path=gtm.container).execute()["snippet"]
    assert snippet.startswith("<!-- Google Tag Manager -->\n<script>(function(w,d,s,l,i)")
    assert snippet.count("GTM-ACME42") == 2
    assert "GTM-XXXX" not in snippet
    account = gtm.container.partition("/containers")[0]
    body = {"name": "Server", "usageContext": ["server"]}
    server = gtm.containers.create(parent=account, body=body).execute()
    assert (
        gtm.of("built_in_variables").list(parent=f"{server['path']}/workspaces/1").execute() == {}
    )
    environment = gtm.containers.environments().get(path=f"{server['path']}/environments/1")
    code = environment.execute()["authorizationCode"]
    reply = gtm.containers.snippet(path=server["path"]).execute()
    config = base64.b64decode(reply["containerConfig"]).decode()
    assert config == f"id=GTM-L180000002&env=1&auth={code}"


# Environments


def test_live_and_latest_are_always_there(gtm: Gtm) -> None:
    environments = gtm.containers.environments()
    live, latest = environments.list(parent=gtm.container).execute()["environment"]
    assert (live["environmentId"], live["name"], live["type"]) == ("1", "Live", "live")
    assert (latest["environmentId"], latest["name"], latest["type"]) == ("2", "Latest", "latest")
    assert "containerVersionId" not in live | latest
    assert live["authorizationTimestamp"] == "2023-11-14T22:13:20.000Z"
    assert len(live["authorizationCode"]) == 22
    version = gtm.workspaces.create_version(path=gtm.workspace, body={}).execute()
    assert environments.get(path=latest["path"]).execute()["containerVersionId"] == "1"
    assert "containerVersionId" not in environments.get(path=live["path"]).execute()
    gtm.versions.publish(path=version["containerVersion"]["path"]).execute()
    assert environments.get(path=live["path"]).execute()["containerVersionId"] == "1"


def test_an_environment_is_created_updated_reauthorized_and_deleted(gtm: Gtm) -> None:
    environments = gtm.containers.environments()
    workspace_id = gtm.workspace.rpartition("/")[2]
    body = {
        "name": "Staging",
        "description": "d",
        "url": "https://staging.acme.com",
        "enableDebug": True,
        "workspaceId": workspace_id,
    }
    made = environments.create(parent=gtm.container, body=body).execute()
    assert {key: made[key] for key in body} == body
    assert (made["environmentId"], made["type"]) == ("3", "user")
    assert environments.get(path=made["path"]).execute() == made
    assert len(environments.list(parent=gtm.container).execute()["environment"]) == 3
    request = environments.update(
        path=made["path"], body={"name": "Test"}, fingerprint=made["fingerprint"]
    )
    updated = request.execute()
    assert (updated["name"], updated["type"]) == ("Test", "user")
    assert "url" not in updated
    assert updated["authorizationCode"] == made["authorizationCode"]
    assert refusal(request) == stale("environment")
    again = environments.reauthorize(path=made["path"], body={}).execute()
    assert again["authorizationCode"] != made["authorizationCode"]
    assert again["authorizationTimestamp"] > made["authorizationTimestamp"]
    assert again["name"] == "Test"
    assert environments.delete(path=made["path"]).execute() == ""
    for gone in (
        environments.get(path=made["path"]),
        environments.delete(path=made["path"]),
        environments.reauthorize(path=made["path"], body={}),
        environments.update(path=made["path"], body={"name": "Test"}),
    ):
        assert refusal(gone) == NOT_FOUND


def test_environment_refusals(gtm: Gtm) -> None:
    environments = gtm.containers.environments()

    def create(**body: Any) -> tuple[int, str]:
        return refusal(environments.create(parent=gtm.container, body=body))

    assert create() == NO_NAME
    assert create(name="Live") == DUPLICATE
    assert create(name="E", containerVersionId="7") == NOT_FOUND
    assert create(name="E", workspaceId="7") == NOT_FOUND
    assert refusal(environments.delete(path=f"{gtm.container}/environments/1")) == GENERIC


def test_live_keeps_its_name(gtm: Gtm) -> None:
    """The document: name and description can be changed on user environments only."""
    environments, path = gtm.containers.environments(), f"{gtm.container}/environments/1"
    body = {"name": "X", "description": "d", "url": "https://acme.com"}
    updated = environments.update(path=path, body=body).execute()
    assert (updated["name"], updated["type"], updated["url"]) == ("Live", "live", body["url"])
    assert "description" not in updated
    code = environments.reauthorize(path=path, body={}).execute()["authorizationCode"]
    assert code != updated["authorizationCode"]
    assert environments.get(path=path).execute()["url"] == body["url"]


# User permissions


def test_permissions(gtm: Gtm) -> None:
    permissions = gtm.service.accounts().user_permissions()
    account = gtm.container.partition("/containers")[0]
    body = {
        "emailAddress": "ann@acme.com",
        "accountAccess": {"permission": "user"},
        "containerAccess": [{"containerId": "180000001", "permission": "publish"}],
    }
    assert permissions.list(parent=account).execute() == {}
    made = permissions.create(parent=account, body=body).execute()
    assert made == {"path": f"{account}/user_permissions/1", "accountId": "6000000001", **body}
    assert permissions.get(path=made["path"]).execute() == made
    assert permissions.list(parent=account).execute() == {"userPermission": [made]}
    assert refusal(permissions.create(parent=account, body=body)) == DUPLICATE
    assert refusal(permissions.create(parent=account, body={})) == (
        400,
        "emailAddress: The value must not be empty.",
    )
    less = {"emailAddress": "ann@acme.com"}
    updated = permissions.update(path=made["path"], body=less).execute()
    assert "containerAccess" not in updated
    assert permissions.delete(path=made["path"]).execute() == ""
    for gone in (
        permissions.get(path=made["path"]),
        permissions.delete(path=made["path"]),
        permissions.update(path=made["path"], body=less),
        permissions.list(parent="accounts/1"),
    ):
        assert refusal(gone) == NOT_FOUND
    assert permissions.create(parent=account, body=body).execute()["path"].endswith("/2")


# Folders


def test_things_are_moved_into_folders_and_out(gtm: Gtm) -> None:
    folders = gtm.of("folders")
    folder = gtm.create("folders", name="F")
    tag = gtm.create("tags", **html("T"))
    trigger = gtm.create("triggers", **pageview("P"))
    variable = gtm.create("variables", **constant("V"))
    gtm.create("tags", **html("Elsewhere"))
    assert folders.entities(path=folder["path"]).execute() == {}
    ids = {
        "tagId": [tag["tagId"]],
        "triggerId": [trigger["triggerId"]],
        "variableId": [variable["variableId"]],
    }
    move = folders.move_entities_to_folder
    assert move(path=folder["path"], body={}, **ids).execute() == ""
    held = folders.entities(path=folder["path"]).execute()
    assert {key: [item["name"] for item in items] for key, items in held.items()} == {
        "tag": ["T"],
        "trigger": ["P"],
        "variable": ["V"],
    }
    moved = gtm.of("tags").get(path=tag["path"]).execute()
    assert moved["parentFolderId"] == folder["folderId"]
    assert moved["fingerprint"] > tag["fingerprint"]
    unknown = move(path=folder["path"], body={}, **{**ids, "tagId": ["99"]})
    assert refusal(unknown) == NOT_FOUND
    assert refusal(move(path=f"{gtm.workspace}/folders/99", body={}, **ids)) == NOT_FOUND
    move(path=f"{gtm.workspace}/folders/0", body={}, **ids).execute()
    assert folders.entities(path=folder["path"]).execute() == {}
    assert "parentFolderId" not in gtm.of("tags").get(path=tag["path"]).execute()


def test_a_folders_content_comes_in_pages(gtm_with: Callable[..., Gtm]) -> None:
    gtm = gtm_with(page_size=2)
    folder = gtm.create("folders", name="F")
    inside = {"parentFolderId": folder["folderId"]}
    for name in ("A", "B", "C"):
        gtm.create("tags", **html(name, **inside))
    gtm.create("triggers", **pageview("P", **inside))
    folders, seen = gtm.of("folders"), []
    request = folders.entities(path=folder["path"])
    while request is not None:
        reply = request.execute()
        seen.append({k: [i["name"] for i in v] for k, v in reply.items() if k != "nextPageToken"})
        request = folders.entities_next(request, reply)
    assert seen == [{"tag": ["A", "B"]}, {"tag": ["C"], "trigger": ["P"]}]


def test_a_folders_content_may_not_be_found(gtm_with: Callable[..., Gtm]) -> None:
    gtm = gtm_with(folder_entities="not_found")
    folder = gtm.create("folders", name="F")
    assert refusal(gtm.of("folders").entities(path=folder["path"])) == NOT_FOUND
    assert refusal(gtm.of("folders").entities(path=f"{gtm.workspace}/folders/9")) == NOT_FOUND


# Versions


def test_a_version_is_renamed_deleted_and_brought_back(gtm: Gtm) -> None:
    gtm.create("variables", **constant("V"))
    first = gtm.workspaces.create_version(path=gtm.workspace, body={"name": "1"}).execute()
    path = first["containerVersion"]["path"]
    versions, headers = gtm.versions, gtm.containers.version_headers()
    assert refusal(versions.delete(path=path)) == GENERIC
    gtm.workspaces.create_version(path=first["newWorkspacePath"], body={"name": "2"}).execute()
    body = {"name": "One", "description": "d"}
    fingerprint = first["containerVersion"]["fingerprint"]
    updated = versions.update(path=path, body=body, fingerprint=fingerprint).execute()
    assert (updated["name"], updated["description"]) == ("One", "d")
    assert updated["variable"] == first["containerVersion"]["variable"]
    again = versions.update(path=path, body=body, fingerprint=fingerprint)
    assert refusal(again) == stale("container version")
    assert versions.delete(path=path).execute() == ""
    assert versions.get(path=path).execute() == {**updated, "deleted": True}
    assert versions.update(path=path, body=body).execute()["deleted"] is True
    (left,) = headers.list(parent=gtm.container).execute()["containerVersionHeader"]
    assert left["name"] == "2"
    both = headers.list(parent=gtm.container, includeDeleted=True).execute()
    assert [item.get("deleted") for item in both["containerVersionHeader"]] == [True, None]
    assert refusal(versions.publish(path=path)) == GENERIC
    assert refusal(versions.set_latest(path=path)) == GENERIC
    back = versions.undelete(path=path).execute()
    assert "deleted" not in back
    assert versions.undelete(path=path).execute() == back
    versions.publish(path=path).execute()
    assert refusal(versions.delete(path=path)) == GENERIC
    nobody = f"{gtm.container}/versions/9"
    for missing in (
        versions.delete(path=nobody),
        versions.undelete(path=nobody),
        versions.update(path=nobody, body=body),
    ):
        assert refusal(missing) == NOT_FOUND


# The state file


def test_an_older_state_file_is_completed() -> None:
    store = Store()
    store.ensure_container("GTM-ACME42")
    data = store.state.data
    del data["user_permissions"]
    container = data["containers"]["180000001"]
    for key in ("environments", "next_environment"):
        del container[key]
    del container["workspaces"]["1"]["conflicts"]
    old = Store()
    object.__setattr__(old.state, "data", State.from_json(data).data)
    gtm = Gtm(store=old)
    environments = gtm.containers.environments()
    made = environments.create(parent=gtm.container, body={"name": "E"}).execute()
    assert made["environmentId"] == "3"
    assert gtm.workspaces.sync(path=gtm.workspace).execute()["syncStatus"]["syncError"] is False
    assert (
        gtm.service.accounts().user_permissions().list(parent="accounts/6000000001").execute() == {}
    )
