"""What somebody changed in GTM is shown field by field and mended by a push."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from push.harness import EVERYTHING, SPEC, Gtm, Json, Shell, fields

Fields = dict[str, tuple[str | None, str | None]]
Edit = Callable[[Json], object]

READER = "[gtmgen shop tag/reader.ga4]"


def template(key: str, value: str) -> Json:
    return {"type": "template", "key": key, "value": value}


def extra_parameter(item: Json) -> None:
    item["parameter"].append(template("added|by`hand", "x"))


def changed_parameter(item: Json) -> None:
    next(p for p in item["parameter"] if p["key"] == "html")["value"] = "<b>2</b>"


def removed_parameter(item: Json) -> None:
    item["parameter"] = [p for p in item["parameter"] if p["key"] != "supportDocumentWrite"]


def changed_code(item: Json) -> None:
    item["templateData"] = item["templateData"].replace("___NOTES___\n", "___NOTES___\n\nMine.")


def changed_filter(item: Json) -> None:
    item["customEventFilter"][0]["parameter"][1]["value"] = "second"


def group_without_member(item: Json) -> None:
    (members,) = (p for p in item["parameter"] if p["key"] == "triggerIds")
    members["list"].pop()


CASES: dict[str, tuple[str, str, Edit | Json, Fields]] = {
    "extra parameter": (
        "tag", "pixel", extra_parameter, {"parameter.added|by`hand": ("x", None)},
    ),
    "changed parameter": (
        "tag", "pixel", changed_parameter, {"parameter.html": ("<b>2</b>", "<b>1</b>")},
    ),
    "removed parameter": (
        "tag", "pixel", removed_parameter,
        {"parameter.supportDocumentWrite": (None, "false (BOOLEAN)")},
    ),
    "consent taken away": (
        "tag", "pixel", {"consentSettings": {"consentStatus": "notSet"}},
        {
            "consentSettings.consentStatus": (None, "NEEDED"),
            "consentSettings.consentType[0]": (None, "ad_storage"),
        },
    ),
    "unpaused": ("tag", "GA4 - reader", {"paused": False}, {"paused": (None, "true")}),
    "paused": ("tag", "pixel", {"paused": True}, {"paused": ("true", None)}),
    "moved out of the folder": (
        "tag", "pixel", {"parentFolderId": ""}, {"parentFolderId": (None, "Shop")},
    ),
    "other notes, owner line kept": (
        "tag", "GA4 - reader", {"notes": f"Do not touch!\n{READER}"},
        {"notes": (f"Do not touch!\n{READER}", READER)},
    ),
    "notes below the owner line": (
        "tag", "GA4 - reader", {"notes": f"{READER}\nDo not touch!"},
        {"notes": (f"{READER}\nDo not touch!", READER)},
    ),
    "priority": (
        "tag", "GA4 - reader", {"priority": {"type": "integer", "value": "9"}},
        {"priority": ("9 (INTEGER)", "3 (INTEGER)")},
    ),
    "no priority": ("tag", "GA4 - reader", {"priority": None}, {"priority": (None, "3 (INTEGER)")}),
    "how often": (
        "tag", "pixel", {"tagFiringOption": "unlimited"},
        {"tagFiringOption": ("UNLIMITED", None)},
    ),
    "a schedule": (
        "tag", "pixel", {"scheduleStartMs": "1000"}, {"scheduleStartMs": ("1000", None)},
    ),
    "trigger filter": (
        "trigger", "event - first", changed_filter,
        {"customEventFilter[0].parameter.arg1": ("second", "first")},
    ),
    "an extra condition": (
        "trigger", "event - first",
        {"filter": [{"type": "equals", "parameter": [template("arg0", "{{Page Path}}"),
                                                       template("arg1", "/x")]}]},
        {
            "filter[0].type": ("EQUALS", None),
            "filter[0].parameter.arg0": ("{{Page Path}}", None),
            "filter[0].parameter.arg1": ("/x", None),
        },
    ),
    "group member": (
        "trigger", "group - both", group_without_member,
        {"parameter.triggerIds": (None, "scroll - second (TRIGGER_REFERENCE)")},
    ),
    "format value": (
        "variable", "data - shout", {"formatValue": {"caseConversionType": "lowercase"}},
        {"formatValue.caseConversionType": ("LOWERCASE", None)},
    ),
    "folder notes": (
        "folder", "Shop", {"notes": "Ours\n[gtmgen shop folder/main]"},
        {"notes": ("Ours\n[gtmgen shop folder/main]", "[gtmgen shop folder/main]")},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "name", "edit", "expected"), CASES.values(), ids=CASES)
def test_drift_is_shown_and_mended(
    shell: Shell, kind: str, name: str, edit: Edit | Json, expected: Fields
) -> None:
    shell.spec(EVERYTHING)
    shell.pushed()
    before = shell.gtm.snapshot()
    if callable(edit):
        shell.gtm.edit(kind, name, edit)
    else:
        shell.gtm.edit(kind, name, **edit)

    change = shell.only_change()
    shell.pushed()

    assert (change["action"], change["kind"], change["name"]) == ("update", kind, name)
    assert fields(change) == expected
    assert shell.gtm.snapshot() == before
    assert [call.method for call in shell.gtm.writes] == ["PUT"]
    assert shell.is_settled()


@pytest.mark.parametrize("field", ["firingTriggerId", "blockingTriggerId"])
def test_an_extra_trigger_is_shown_by_name_and_taken_off(shell: Shell, field: str) -> None:
    shell.spec(EVERYTHING)
    shell.pushed()
    before = shell.gtm.snapshot()
    theirs = shell.gtm.create("trigger", name="A trigger of theirs", type="pageview")
    shell.gtm.edit(
        "tag", "GA4 - reader", lambda tag: tag.setdefault(field, []).append(theirs["triggerId"])
    )

    change = shell.only_change()
    shell.pushed()
    shell.gtm.delete("trigger", "A trigger of theirs")

    assert fields(change) == {field: ("A trigger of theirs", None)}
    assert shell.gtm.snapshot() == before


def test_a_folder_that_the_spec_does_not_know_is_shown_by_name(shell: Shell) -> None:
    shell.spec(SPEC.replace(", folder: Shop", ""))
    shell.pushed()
    theirs = shell.gtm.create("folder", name="Marketing")
    shell.gtm.edit("tag", "GA4 - buy", parentFolderId=theirs["folderId"])

    change = shell.only_change()
    shell.pushed()

    assert fields(change) == {"parentFolderId": ("Marketing", None)}
    assert "parentFolderId" not in shell.gtm.get("tag", "GA4 - buy")


def test_a_changed_template_is_shown_around_the_change(shell: Shell) -> None:
    shell.spec(EVERYTHING)
    shell.pushed()
    before = shell.gtm.snapshot()
    shell.gtm.edit("template", "TikTok Pixel (shop)", changed_code)

    change = shell.only_change()
    text = shell.plan("--verbose").out
    shell.pushed()

    assert list(fields(change)) == ["templateData"]
    lines = text.splitlines()
    start = lines.index("      ~ templateData:")
    assert lines[start + 1].startswith("          @@ -")
    assert [line for line in lines[start + 2 :] if line.startswith("          -")][-1:] != []
    assert any("Mine." in line for line in lines)
    assert len(lines) < 30
    assert "      (1 unchanged field hidden)" in lines
    assert shell.gtm.snapshot() == before


def test_what_was_deleted_in_gtm_is_created_again(shell: Shell) -> None:
    shell.spec(EVERYTHING)
    shell.pushed()
    before = shell.gtm.snapshot()
    shell.gtm.delete("tag", "pixel")

    change = shell.only_change()
    shell.pushed()

    assert (change["action"], change["name"]) == ("create", "pixel")
    assert shell.gtm.snapshot() == before


def test_a_built_in_variable_that_was_switched_off_is_enabled_again(shell: Shell) -> None:
    shell.spec(EVERYTHING)
    shell.pushed()
    gtm: Gtm = shell.gtm
    gtm.manager.store.state.data["containers"][gtm.container.rsplit("/", 1)[1]]["workspaces"][
        gtm.workspace().rsplit("/", 1)[1]
    ]["built_ins"].remove("pagePath")

    change = shell.only_change()
    shell.pushed()

    assert (change["action"], change["kind"], change["name"]) == (
        "create", "built_in_variable", "Page Path",
    )  # fmt: skip
    assert shell.is_settled()


def test_a_rename_in_gtm_is_a_rename_back(shell: Shell) -> None:
    shell.spec(EVERYTHING)
    shell.pushed()
    before = shell.gtm.snapshot()
    shell.gtm.edit("tag", "pixel", name="my pixel")

    change = shell.only_change()
    shell.pushed()

    assert (change["action"], change["old_name"]) == ("rename", "my pixel")
    assert shell.gtm.snapshot() == before
