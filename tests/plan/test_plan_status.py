"""What a workspace's status says about conflicts and owners."""

from gtmgen.container.entities import Kind
from gtmgen.container.ownership import owner_of
from gtmgen.plan.status import all_in, conflicts_in


def test_a_conflict_that_only_the_base_version_names() -> None:
    status = {
        "mergeConflict": [
            {
                "entityInWorkspace": {"changeStatus": "deleted"},
                "entityInBaseVersion": {"tag": {"name": "Theirs"}, "changeStatus": "updated"},
            }
        ]
    }
    assert conflicts_in(status) == ("tag `Theirs`",)


def test_a_status_without_whole_bodies_does_not_stand_for_the_lists() -> None:
    whole = {"path": "accounts/1/containers/2/workspaces/3/tags/4", "tagId": "4", "name": "A"}
    listed = all_in({"workspaceChange": [{"tag": whole, "changeStatus": "added"}]})
    assert listed is not None
    assert listed[Kind.TAG] == [whole]
    for key in whole:
        part = {name: text for name, text in whole.items() if name != key}
        assert all_in({"workspaceChange": [{"tag": part, "changeStatus": "added"}]}) is None
    # A custom template was once seen to come without its body, and a version below tells itself by
    # what the workspace has changed or deleted of it.
    assert all_in({"workspaceChange": [{"changeStatus": "added"}]}) is None
    for status in ("updated", "deleted"):
        assert all_in({"workspaceChange": [{"tag": whole, "changeStatus": status}]}) is None


def test_the_owner_of_a_template_with_the_line_ends_of_windows() -> None:
    text = "___INFO___\r\n\r\n{}\r\n\r\n___NOTES___\r\n\r\n[gtmgen shop template/tiktok]\r\n"
    owner = owner_of(Kind.TEMPLATE, {"templateData": text})
    assert str(owner) == "[gtmgen shop template/tiktok]"
