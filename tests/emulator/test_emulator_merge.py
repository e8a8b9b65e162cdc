"""Workspaces against each other: sync, merge conflicts, previews and versions on top."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from .conftest import Gtm, Json, constant, html, pageview, refusal, template

NOT_FOUND = (404, "Not found or permission denied.")
CALM = {"syncStatus": {"syncError": False, "mergeConflict": False}}
CONFLICT = {"syncStatus": {"syncError": False, "mergeConflict": True}}


@dataclass
class Two:
    """A colleague's workspace beside the default one, both on a version with a variable ``V``."""

    gtm: Gtm
    mine: str
    theirs: str
    variable: Json

    def at(self, workspace: str) -> str:
        return f"{workspace}/variables/{self.variable['variableId']}"

    def write(self, workspace: str, value: str, name: str = "V") -> Json:
        variables = self.gtm.of("variables")
        body = constant(name, value)
        updated: Json = variables.update(path=self.at(workspace), body=body).execute()
        return updated

    def delete(self, workspace: str) -> None:
        self.gtm.of("variables").delete(path=self.at(workspace)).execute()

    def create(self, workspace: str, resource: str, body: Json) -> Json:
        made: Json = self.gtm.of(resource).create(parent=workspace, body=body).execute()
        return made

    def version(self, workspace: str) -> Json:
        reply: Json = self.gtm.workspaces.create_version(path=workspace, body={}).execute()
        return reply

    def sync(self) -> Json:
        reply: Json = self.gtm.workspaces.sync(path=self.mine).execute()
        return reply

    def status(self) -> Json:
        reply: Json = self.gtm.workspaces.getStatus(path=self.mine).execute()
        return reply

    def resolve(self, status: str | None, entity: Json, **query: Any) -> Any:
        body = {"variable": {"variableId": self.variable["variableId"], **entity}}
        if status is not None:
            body["changeStatus"] = status
        return self.gtm.workspaces.resolve_conflict(path=self.mine, body=body, **query)

    def values(self) -> list[str]:
        listed = self.gtm.of("variables").list(parent=self.mine).execute()
        return [item["parameter"][0]["value"] for item in listed.get("variable", [])]


@pytest.fixture
def two(gtm: Gtm) -> Two:
    variable = gtm.create("variables", **constant("V", "first"))
    mine = gtm.workspaces.create_version(path=gtm.workspace, body={}).execute()["newWorkspacePath"]
    theirs = gtm.workspaces.create(parent=gtm.container, body={"name": "Theirs"}).execute()["path"]
    return Two(gtm, mine, theirs, variable)


def test_without_a_new_version_there_is_nothing_to_sync(two: Two) -> None:
    two.write(two.mine, "mine")
    assert two.sync() == CALM
    assert two.values() == ["mine"]


def test_what_the_workspace_left_alone_follows_the_version(two: Two) -> None:
    two.write(two.theirs, "theirs")
    two.create(two.theirs, "tags", html("New"))
    two.gtm.of("built_in_variables").create(parent=two.theirs, type=["clickUrl"]).execute()
    two.gtm.of("built_in_variables").delete(
        path=f"{two.theirs}/built_in_variables", type=["event"]
    ).execute()
    two.gtm.of("built_in_variables").create(parent=two.mine, type=["clickText"]).execute()
    trigger = two.create(two.mine, "triggers", pageview("Mine"))
    two.version(two.theirs)
    assert two.values() == ["first"]
    assert two.sync() == CALM
    assert two.values() == ["theirs"]
    status = two.status()
    assert [(item["changeStatus"], *item) for item in status["workspaceChange"]] == [
        ("added", "trigger", "changeStatus"),
        ("added", "builtInVariable", "changeStatus"),
    ]
    assert status["workspaceChange"][0]["trigger"]["triggerId"] == trigger["triggerId"]
    assert status["workspaceChange"][1]["builtInVariable"]["type"] == "clickText"
    listed = two.gtm.of("built_in_variables").list(parent=two.mine).execute()["builtInVariable"]
    assert "event" not in [item["type"] for item in listed]


def test_what_the_version_left_alone_stays_mine(two: Two) -> None:
    two.delete(two.mine)
    two.create(two.theirs, "tags", html("New"))
    two.version(two.theirs)
    assert two.sync() == CALM
    assert two.values() == []
    assert [item["changeStatus"] for item in two.status()["workspaceChange"]] == ["deleted"]


@pytest.mark.parametrize("delete", [False, True])
def test_the_same_change_twice_is_no_conflict(two: Two, delete: bool) -> None:
    for workspace in (two.mine, two.theirs):
        if delete:
            two.delete(workspace)
        else:
            two.write(workspace, "both")
    two.version(two.theirs)
    assert two.sync() == CALM
    assert two.status() == {}


def test_a_conflict_shows_both_sides_and_keeps_mine(two: Two) -> None:
    mine = two.write(two.mine, "mine")
    two.write(two.theirs, "theirs")
    two.version(two.theirs)
    assert "mergeConflict" not in two.status()
    reply = two.sync()
    assert reply["syncStatus"] == CONFLICT["syncStatus"]
    (conflict,) = reply["mergeConflict"]
    assert conflict["entityInWorkspace"] == {"variable": mine, "changeStatus": "updated"}
    theirs = conflict["entityInBaseVersion"]
    assert theirs["variable"]["parameter"] == [template("value", "theirs")]
    assert theirs["changeStatus"] == "none"
    assert two.values() == ["mine"]
    assert two.status()["mergeConflict"] == [conflict]
    assert two.sync()["mergeConflict"] == [conflict]


def test_deleted_on_either_side(two: Two) -> None:
    two.delete(two.mine)
    two.write(two.theirs, "theirs")
    two.version(two.theirs)
    (conflict,) = two.sync()["mergeConflict"]
    assert conflict["entityInWorkspace"]["changeStatus"] == "deleted"
    assert conflict["entityInBaseVersion"]["variable"]["variableId"] == two.variable["variableId"]
    assert two.resolve("deleted", {}).execute() == ""
    assert two.status()["workspaceChange"][0]["changeStatus"] == "deleted"


def test_deleted_in_the_version(two: Two) -> None:
    mine = two.write(two.mine, "mine")
    two.delete(two.theirs)
    two.version(two.theirs)
    (conflict,) = two.sync()["mergeConflict"]
    assert conflict == {"entityInWorkspace": {"variable": mine, "changeStatus": "added"}}
    two.resolve("none", {}).execute()
    assert two.status() == {}


@pytest.fixture
def disputed(two: Two) -> Two:
    two.write(two.mine, "mine")
    two.write(two.theirs, "theirs")
    two.version(two.theirs)
    two.sync()
    return two


@pytest.mark.parametrize(
    ("status", "values"),
    [
        ("none", ["theirs"]),
        ("updated", ["agreed"]),
        ("added", ["agreed"]),
        ("deleted", []),
    ],
)
def test_a_conflict_is_resolved(disputed: Two, status: str, values: list[str]) -> None:
    fingerprint = disputed.status()["mergeConflict"][0]["entityInWorkspace"]["variable"][
        "fingerprint"
    ]
    request = disputed.resolve(status, constant("V", "agreed"), fingerprint=fingerprint)
    assert request.execute() == ""
    assert disputed.values() == values
    assert "mergeConflict" not in disputed.status()
    assert refusal(disputed.resolve(status, constant("V"))) == NOT_FOUND
    assert "containerVersion" in disputed.version(disputed.mine)


def test_a_resolution_is_checked(disputed: Two) -> None:
    body = constant("V", "agreed")
    assert refusal(disputed.resolve("updated", body, fingerprint="1")) == (
        409,
        "The provided fingerprint does not match the fingerprint of the variable in storage.",
    )
    assert refusal(disputed.resolve(None, body)) == (
        400,
        "changeStatus: The value must not be empty.",
    )
    assert refusal(disputed.resolve("modified", body)) == (
        400,
        (
            "Invalid value at 'entity.changeStatus' (type.googleapis.com/Entity.changeStatus), "
            '"modified"'
        ),
    )
    assert refusal(disputed.resolve("updated", constant("V", ""))) == (
        400,
        "vendorTemplate.parameter.value: The value must not be empty.",
    )
    assert refusal(disputed.resolve("updated", {**body, "variableId": "9"})) == NOT_FOUND
    workspaces = disputed.gtm.workspaces
    built_in = {"builtInVariable": {"type": "event"}, "changeStatus": "none"}
    assert refusal(workspaces.resolve_conflict(path=disputed.mine, body=built_in)) == NOT_FOUND
    nothing = workspaces.resolve_conflict(path=disputed.mine, body={"changeStatus": "none"})
    assert refusal(nothing) == (400, "Exactly one entity must be given.")


def test_a_revert_ends_a_conflict_too(disputed: Two) -> None:
    path = disputed.at(disputed.mine)
    disputed.gtm.of("variables").revert(path=path).execute()
    assert disputed.status() == {}
    assert disputed.sync() == CALM


def test_a_conflict_survives_the_next_version(disputed: Two) -> None:
    gtm = disputed.gtm
    third = gtm.workspaces.create(parent=gtm.container, body={"name": "3"}).execute()["path"]
    disputed.create(third, "tags", html("New"))
    disputed.version(third)
    assert disputed.sync()["syncStatus"] == CONFLICT["syncStatus"]
    assert len(disputed.status()["mergeConflict"]) == 1
    assert disputed.version(disputed.mine) == CONFLICT


def test_a_conflict_ends_when_the_other_side_comes_round(disputed: Two) -> None:
    gtm = disputed.gtm
    third = gtm.workspaces.create(parent=gtm.container, body={"name": "3"}).execute()["path"]
    disputed.write(third, "mine")
    disputed.version(third)
    assert disputed.sync() == CALM
    assert disputed.status() == {}
    assert "containerVersion" in disputed.version(disputed.mine)


@pytest.mark.parametrize("synced", [False, True])
def test_no_version_with_a_conflict(two: Two, synced: bool) -> None:
    two.write(two.mine, "mine")
    two.write(two.theirs, "theirs")
    two.version(two.theirs)
    if synced:
        two.sync()
    assert two.version(two.mine) == CONFLICT
    assert two.gtm.workspaces.quick_preview(path=two.mine).execute() == CONFLICT
    assert two.values() == ["mine"]


def test_a_version_holds_what_both_did(two: Two) -> None:
    two.create(two.mine, "tags", html("Mine"))
    two.create(two.theirs, "tags", html("Theirs"))
    two.version(two.theirs)
    version = two.version(two.mine)["containerVersion"]
    assert sorted(tag["name"] for tag in version["tag"]) == ["Mine", "Theirs"]


@pytest.mark.parametrize("kind", ["a tag each", "a built-in variable"])
def test_one_name_twice_is_a_sync_error(two: Two, kind: str) -> None:
    if kind == "a tag each":
        two.create(two.mine, "tags", html("Same"))
        two.create(two.theirs, "tags", html("Same"))
    else:
        two.create(two.mine, "variables", constant("Click URL"))
        two.gtm.of("built_in_variables").create(parent=two.theirs, type=["clickUrl"]).execute()
    two.version(two.theirs)
    error = {"syncStatus": {"syncError": True, "mergeConflict": False}}
    assert two.sync() == error
    assert two.version(two.mine) == error
    assert "mergeConflict" not in two.status()


def test_a_workspace_follows_set_latest_backwards(two: Two) -> None:
    first = two.gtm.containers.version_headers().latest(parent=two.gtm.container).execute()
    two.write(two.theirs, "theirs")
    two.version(two.theirs)
    two.sync()
    path = f"{two.gtm.container}/versions/{first['containerVersionId']}"
    two.gtm.versions.set_latest(path=path).execute()
    assert two.sync() == CALM
    assert two.values() == ["first"]


def test_a_preview_is_a_version_that_is_not_kept(two: Two) -> None:
    two.create(two.mine, "tags", html("T"))
    reply = two.gtm.workspaces.quick_preview(path=two.mine).execute()
    version = reply.pop("containerVersion")
    assert reply == CALM
    assert version["path"] == f"{two.gtm.container}/versions/0"
    assert (version["containerVersionId"], version["name"]) == ("0", "QUICK_PREVIEW")
    assert [tag["name"] for tag in version["tag"]] == ["T"]
    assert (
        two.gtm.containers.version_headers()
        .latest(parent=two.gtm.container)
        .execute()["containerVersionId"]
        == "1"
    )


def test_a_preview_finds_a_missing_variable(two: Two) -> None:
    body = html("T")
    body["parameter"] = [template("html", "{{Nobody}}")]
    two.create(two.mine, "tags", body)
    reply = two.gtm.workspaces.quick_preview(path=two.mine).execute()
    assert reply == {**CALM, "compilerError": True}


def test_a_trigger_that_the_other_side_deleted_is_a_compiler_error(two: Two) -> None:
    trigger = two.create(two.theirs, "triggers", pageview("P"))
    two.version(two.theirs)
    two.sync()
    second = two.gtm.workspaces.create(parent=two.gtm.container, body={"name": "2"}).execute()
    path = f"{second['path']}/triggers/{trigger['triggerId']}"
    two.gtm.of("triggers").delete(path=path).execute()
    two.create(two.mine, "tags", html("T", firingTriggerId=[trigger["triggerId"]]))
    two.version(second["path"])
    assert two.sync() == CALM
    assert two.version(two.mine) == {**CALM, "compilerError": True}
