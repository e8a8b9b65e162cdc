"""A container that is read through the API has the shape of an export."""

import pytest

from gtmgen.api import connect_local
from gtmgen.errors import ApiError, UsageError
from gtmgen.importer.read.kinds import KINDS
from gtmgen.importer.read.live_source import read_container

HTML = {"type": "html", "parameter": [{"type": "template", "key": "html", "value": "{{Page URL}}"}]}


@pytest.fixture
def manager():
    with connect_local(None) as found:
        yield found


@pytest.fixture
def workspace(manager):
    path = manager.resolve_container("GTM-A1")
    return manager.create_workspace(path, "Mine")["path"]


def fill(manager, workspace):
    """One entity of each kind of a web container."""
    folder = manager.create(workspace, "folder", {"name": "F"})
    manager.create(workspace, "trigger", {"name": "T", "type": "pageview"})
    tag = {"name": "Pixel", **HTML, "parentFolderId": folder["folderId"]}
    manager.create(workspace, "tag", tag)
    manager.create(workspace, "zone", {"name": "Z"})
    manager.create(workspace, "gtag_config", {"type": "googtag", "parameter": []})
    manager.create(workspace, "client", {"name": "C", "type": "gaaw_client"})
    manager.create(workspace, "transformation", {"name": "X", "type": "tf_augment_event"})


def refusal(error, call):
    with pytest.raises(error) as caught:
        call()
    return caught.value.message, caught.value.hint


def test_what_is_not_there(manager, workspace):
    assert refusal(UsageError, lambda: read_container(manager, "GTM-A1")) == (
        "GTM-A1 has no published version",
        "name the latest version, a number, or a workspace",
    )
    assert refusal(UsageError, lambda: read_container(manager, "GTM-A1", version="latest")) == (
        "GTM-A1 has no versions",
        "name a workspace: `GTM-A1/workspaces/NAME`",
    )
    assert refusal(UsageError, lambda: read_container(manager, "GTM-A1", workspace="Other")) == (
        "GTM-A1 has no workspace `Other`",
        "it has `Default Workspace`, `Mine`",
    )
    manager.create_version(workspace, "one")
    assert refusal(UsageError, lambda: read_container(manager, "GTM-A1", version="7")) == (
        "GTM-A1 has no version 7",
        "the latest one is 1",
    )


@pytest.mark.parametrize("version", ["x", "", "-1", "1.0", "²", "1" * 20, "../1"])
def test_no_version(manager, version):
    message, _ = refusal(UsageError, lambda: read_container(manager, "GTM-A1", version=version))
    assert message == f"`{version}` is not a version: a number, `live` or `latest`"


def test_a_workspace_or_a_version(manager):
    call = lambda: read_container(manager, "GTM-A1", "Mine", "1")  # noqa: E731
    assert refusal(UsageError, call)[0] == "a workspace or a version can be imported, not both"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ([], "AttributeError"),
        ({}, "KeyError"),
        ({"containerVersionId": "1", "tag": [{}]}, "tag[0]: has no `tagId`"),
        ({"containerVersionId": "1", "tag": {}}, "tag: a list belongs here, not an object"),
    ],
)
def test_answers_of_another_shape(manager, monkeypatch, answer, why):
    monkeypatch.setattr(manager, "live_version", lambda path: answer)
    assert refusal(ApiError, lambda: read_container(manager, "GTM-A1")) == (
        f"the answers for GTM-A1 do not have the shape that the GTM API describes ({why})",
        "is it GTM's API that answers there? A local state file may be damaged",
    )


def test_a_workspace_and_its_version_are_the_same(manager, workspace):
    fill(manager, workspace)
    first = read_container(manager, "GTM-A1", workspace="Mine")
    assert first.source == "GTM-A1, workspace `Mine`"
    assert first.notes == ()
    version = manager.create_version(workspace, "one")["containerVersion"]
    manager.publish(version["path"])
    live = read_container(manager, "GTM-A1")
    assert live.source == "GTM-A1, version 1 `one`"
    for kind in KINDS:
        assert first.version.get(kind.field) == live.version.get(kind.field)
    assert live.version["tag"][0].keys() >= {"tagId", "name", "type", "parameter", "fingerprint"}
    assert first.version["container"]["publicId"] == "GTM-A1"
    assert read_container(manager, "GTM-A1", version="1") == live
    assert read_container(manager, "GTM-A1", version="latest") == live


def test_what_leads_nowhere_is_told(manager, workspace):
    value = {"type": "template", "key": "html", "value": "{{Gone}}"}
    manager.create(workspace, "tag", {"name": "Pixel", "type": "html", "parameter": [value]})
    found = read_container(manager, "GTM-A1", workspace="Mine")
    assert found.notes == ("tag `Pixel`: the variable `{{Gone}}` is not there",)


def test_no_calls_for_what_the_container_cannot_hold(manager, workspace, monkeypatch):
    described = manager.container(manager.resolve_container("GTM-A1"))
    features = {"supportZones": False, "supportClients": False, "supportTags": True}
    monkeypatch.setattr(manager, "container", lambda path: {**described, "features": features})
    listed = []
    original = manager.list_entities
    monkeypatch.setattr(
        manager,
        "list_entities",
        lambda path, kind: listed.append(kind) or original(path, kind),
    )
    read_container(manager, "GTM-A1", workspace="Mine")
    assert listed == [kind.kind for kind in KINDS if kind.kind not in ("zone", "client")]
