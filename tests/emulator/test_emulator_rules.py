"""What is refused, with the whole message."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import (
    TEMPLATE_DATA,
    Gtm,
    constant,
    custom_event,
    html,
    pageview,
    refusal,
    template,
)

DUPLICATE = (400, "Found entity with duplicate name.")
GENERIC = (400, "Returned an error response for your request.")
UNKNOWN_TRIGGER = "Tag references an unknown trigger."


def request(gtm: Gtm, resource: str, **body: Any) -> Any:
    return gtm.of(resource).create(parent=gtm.workspace, body=body)


# Names


def test_a_name_is_used_once_per_kind(gtm: Gtm) -> None:
    gtm.create("tags", **html("Same"))
    assert refusal(request(gtm, "tags", **html("Same"))) == DUPLICATE
    other = gtm.create("tags", **html("Other"))
    renaming = gtm.of("tags").update(path=other["path"], body=html("Same"))
    assert refusal(renaming) == DUPLICATE
    gtm.create("triggers", **pageview("Same"))
    gtm.of("tags").update(path=other["path"], body=html("Other", paused=True)).execute()


def test_a_variable_cannot_be_named_as_an_enabled_built_in(gtm: Gtm) -> None:
    assert refusal(request(gtm, "variables", **constant("Page URL"))) == DUPLICATE
    gtm.create("variables", **constant("Click URL"))
    enabling = gtm.of("built_in_variables").create(parent=gtm.workspace, type=["clickUrl"])
    assert refusal(enabling) == DUPLICATE


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a:b", "name contains invalid character"),
        ("", "name: The value must not be empty."),
        ("  ", "name: The value must not be empty."),
    ],
)
def test_bad_names(gtm: Gtm, name: str, message: str) -> None:
    assert refusal(request(gtm, "folders", name=name)) == (400, message)


# Bodies and queries


@pytest.mark.parametrize(
    ("resource", "body", "message"),
    [
        (
            "triggers",
            {"name": "T", "type": "PAGEVIEW"},
            "Invalid value at 'trigger.type' (type.googleapis.com/Trigger.type), \"PAGEVIEW\"",
        ),
        (
            "tags",
            {"name": "T", "x": 1},
            'Invalid JSON payload received. Unknown name "x": Cannot find field.',
        ),
        (
            "tags",
            {"name": "T", "parameter": [{"kee": "a"}]},
            (
                "Invalid JSON payload received. "
                "Unknown name \"kee\" at 'tag.parameter[0]': Cannot find field."
            ),
        ),
        ("tags", {"name": 5}, "Invalid value at 'tag.name' (TYPE_STRING), 5"),
        ("tags", {"paused": "no"}, "Invalid value at 'tag.paused' (TYPE_BOOL), \"no\""),
        ("clients", {"priority": "1"}, "Invalid value at 'client.priority' (TYPE_INT32), \"1\""),
        (
            "tags",
            {"scheduleStartMs": "soon"},
            "Invalid value at 'tag.scheduleStartMs' (TYPE_INT64), \"soon\"",
        ),
        ("tags", {"priority": "1"}, "Invalid value at 'tag.priority' (Parameter), \"1\""),
        (
            "tags",
            {"firingTriggerId": "1"},
            "Invalid value at 'tag.firingTriggerId' (repeated Tag.firingTriggerId), \"1\"",
        ),
        (
            "tags",
            {"x": 1, "name": 2},
            (
                'Invalid JSON payload received. Unknown name "x": Cannot find field.\n'
                "Invalid value at 'tag.name' (TYPE_STRING), 2"
            ),
        ),
    ],
)
def test_a_body_that_the_document_does_not_allow(
    gtm: Gtm, resource: str, body: dict[str, Any], message: str
) -> None:
    assert refusal(request(gtm, resource, **body)) == (400, message)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("{", "Invalid JSON payload received. Parser error."),
        ('{"name": NaN}', "Invalid JSON payload received. Parser error."),
        ('{"name": "\\ud83d"}', "Invalid JSON payload received. Parser error."),
        ("[" * 100_000, "Invalid JSON payload received. Parser error."),
        ("[]", "Invalid JSON payload received. Root element must be a message."),
    ],
)
def test_a_body_that_is_no_object(gtm: Gtm, body: str, message: str) -> None:
    made = request(gtm, "tags", name="T")
    made.body = body
    assert refusal(made) == (400, message)


def test_an_unknown_query_parameter(gtm: Gtm) -> None:
    listing = gtm.of("tags").list(parent=gtm.workspace)
    listing.uri += "&pageSize=5"
    assert refusal(listing) == (
        400,
        (
            'Invalid JSON payload received. Unknown name "pageSize": Cannot bind query parameter. '
            "Field 'pageSize' could not be found in request message."
        ),
    )


def test_an_unknown_built_in_type(gtm: Gtm) -> None:
    enabling = gtm.of("built_in_variables").create(parent=gtm.workspace, type=["event"])
    enabling.uri = enabling.uri.replace("type=event", "type=PAGE_URL")
    message = "Invalid value at 'type' (type.googleapis.com/type), \"PAGE_URL\""
    assert refusal(enabling) == (400, message)


# Types and parameters


@pytest.mark.parametrize(
    ("resource", "body", "message"),
    [
        ("tags", {"name": "T"}, "vendorTemplate.key: The value must not be empty."),
        ("triggers", {"name": "T"}, "type: The value must not be empty."),
        (
            "tags",
            {"name": "T", "type": "html"},
            "vendorTemplate.parameter.html: The value must not be empty.",
        ),
        (
            "tags",
            {"name": "T", "type": "gaawe", "parameter": [template("eventName", "x")]},
            "vendorTemplate.parameter.measurementIdOverride: The value must not be empty.",
        ),
        (
            "variables",
            {"name": "V", "type": "c", "parameter": [template("value", "")]},
            "vendorTemplate.parameter.value: The value must not be empty.",
        ),
        (
            "tags",
            {"name": "T", "type": "cvt_1_2"},
            "vendorTemplate.key: Unknown entity type (template public ID: cvt_1_2)",
        ),
        (
            "triggers",
            {"name": "T", "type": "customEvent"},
            "customEventFilter: Custom-event trigger must have exactly one custom-event filter.",
        ),
    ],
)
def test_an_incomplete_entity(gtm: Gtm, resource: str, body: dict[str, Any], message: str) -> None:
    assert refusal(request(gtm, resource, **body)) == (400, message)


def test_two_custom_event_filters_are_one_too_many(gtm: Gtm) -> None:
    body = custom_event("T")
    body["customEventFilter"] *= 2
    assert refusal(request(gtm, "triggers", **body)) == (
        400,
        "customEventFilter: Custom-event trigger must have exactly one custom-event filter.",
    )


def test_a_filter_without_arg0_breaks_the_service(gtm: Gtm) -> None:
    bad = {"type": "equals", "parameter": [template("arg1", "x")]}
    made = request(gtm, "triggers", **pageview("T", filter=[bad]))
    assert refusal(made) == (500, "Internal error encountered.")


def test_custom_types_follow_the_template(gtm_with: Callable[..., Gtm]) -> None:
    gtm = gtm_with(gallery_reference="allow")
    local = gtm.create("templates", name="Local", templateData=TEMPLATE_DATA)
    gallery = {"galleryTemplateId": "5TP8W"}
    gtm.create("templates", name="G", templateData=TEMPLATE_DATA, galleryReference=gallery)
    code = f"cvt_180000001_{local['templateId']}"
    assert gtm.create("tags", name="A", type=code)["type"] == code
    assert gtm.create("tags", name="B", type="cvt_5TP8W")["type"] == "cvt_5TP8W"


@pytest.mark.parametrize(
    "data",
    [
        TEMPLATE_DATA.replace("\n", "\r\n"),
        TEMPLATE_DATA.replace("___\n", "___ \t\n"),
        "\ufeff" + TEMPLATE_DATA,
    ],
    ids=["other-line-ends", "blanks-behind-a-heading", "byte-order-mark"],
)
def test_a_template_s_headings_may_have_blanks_and_other_line_ends(gtm: Gtm, data: str) -> None:
    # As `validate` reads them: what passes there is not refused in the middle of a push.
    assert gtm.create("templates", name="T", templateData=data)["templateData"] == data


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("", "templateData: The value must not be empty."),
        ("function() {}", "templateData: Missing section ___INFO___."),
        (
            TEMPLATE_DATA.replace("___TEMPLATE_PARAMETERS___", ""),
            "templateData: Section ___INFO___ is not valid JSON.",
        ),
        (
            TEMPLATE_DATA.partition("___TEMPLATE_PARAMETERS___")[0],
            "templateData: Missing section ___TEMPLATE_PARAMETERS___.",
        ),
        (
            TEMPLATE_DATA.partition("___SANDBOXED")[0],
            "templateData: Missing section ___SANDBOXED_JS_FOR_WEB_TEMPLATE___.",
        ),
    ],
)
def test_a_template_lacks_a_part(gtm: Gtm, data: str, message: str) -> None:
    assert refusal(request(gtm, "templates", name="T", templateData=data)) == (400, message)


# References


@pytest.mark.parametrize("trigger_id", ["2147479553", "2147479572", "2147479573", "2147479574"])
def test_built_in_triggers_are_known(gtm: Gtm, trigger_id: str) -> None:
    references = {"firingTriggerId": [trigger_id], "blockingTriggerId": [trigger_id]}
    made = gtm.create("tags", **html("T", **references))
    assert {key: made[key] for key in references} == references


@pytest.mark.parametrize(
    ("resource", "body", "message"),
    [
        ("tags", html("T", firingTriggerId=["9"]), f"enablingTriggerId[0]: {UNKNOWN_TRIGGER}"),
        (
            "tags",
            html("T", blockingTriggerId=["2147479553", "9"]),
            f"disablingTriggerId[1]: {UNKNOWN_TRIGGER}",
        ),
        (
            "zones",
            {"name": "Z", "boundary": {"customEvaluationTriggerId": ["9"]}},
            "boundary.customEvaluationTriggerId[0]: Zone references an unknown trigger.",
        ),
        (
            "triggers",
            {
                "name": "G",
                "type": "triggerGroup",
                "parameter": [
                    {
                        "type": "list",
                        "key": "triggerIds",
                        "list": [{"type": "triggerReference", "value": "9"}],
                    }
                ],
            },
            "parameter.trigger: Trigger references an unknown trigger.",
        ),
        (
            "variables",
            {**constant("V"), "parentFolderId": "9"},
            "parentFolderId: Variable references an unknown folder.",
        ),
        (
            "tags",
            html("T", setupTag=[{"tagName": "Nobody"}]),
            "setupTag[0].tagName: Tag references an unknown tag.",
        ),
    ],
)
def test_unknown_references(gtm: Gtm, resource: str, body: dict[str, Any], message: str) -> None:
    assert refusal(request(gtm, resource, **body)) == (400, message)


def tag_reference(name: str) -> dict[str, Any]:
    reference = {"type": "tagReference", "key": "measurementId", "value": name}
    return {"parameter": [template("eventName", "x"), reference]}


def test_a_tag_reference_parameter_is_a_reference(gtm_with: Callable[..., Gtm]) -> None:
    gtm = gtm_with(rename_rewrites_references=True)
    body = {"name": "Event", "type": "gaawe", **tag_reference("Config")}
    assert refusal(request(gtm, "tags", **body)) == (
        400,
        "vendorTemplate.parameter.measurementIdOverride: The value must not be empty.",
    )
    config = gtm.create("tags", **html("Config"))
    event = gtm.create("tags", **body)
    assert refusal(gtm.of("tags").delete(path=config["path"])) == GENERIC
    gtm.of("tags").update(path=config["path"], body=html("Settings")).execute()
    now = gtm.of("tags").get(path=event["path"]).execute()
    assert now["parameter"] == tag_reference("Settings")["parameter"]


def test_a_trigger_in_a_group_is_in_use(gtm: Gtm) -> None:
    member = gtm.create("triggers", **pageview("Member"))
    reference = {"type": "triggerReference", "value": member["triggerId"]}
    ids = {"type": "list", "key": "triggerIds", "list": [reference]}
    gtm.create("triggers", name="Group", type="triggerGroup", parameter=[ids])
    assert refusal(gtm.of("triggers").delete(path=member["path"])) == GENERIC


def test_names_and_folders_may_dangle_by_a_switch(gtm_with: Callable[..., Gtm]) -> None:
    gtm = gtm_with(unknown_reference="allow")
    made = gtm.create("tags", **html("T", setupTag=[{"tagName": "Nobody"}], parentFolderId="9"))
    assert (made["setupTag"], made["parentFolderId"]) == ([{"tagName": "Nobody"}], "9")


def used(gtm: Gtm) -> list[tuple[str, str]]:
    """(resource, path) of entities that something refers to."""
    made = {
        "folders": gtm.create("folders", name="F"),
        "variables": gtm.create("variables", **constant("V")),
        "templates": gtm.create("templates", name="P", templateData=TEMPLATE_DATA),
        "tags": gtm.create("tags", **html("Before")),
        "triggers": gtm.create("triggers", **pageview("T")),
    }
    gtm.create(
        "tags",
        name="User",
        type=f"cvt_180000001_{made['templates']['templateId']}",
        parentFolderId=made["folders"]["folderId"],
        firingTriggerId=[made["triggers"]["triggerId"]],
        setupTag=[{"tagName": "Before"}],
        parameter=[template("any", "a {{V}} b {{Page URL}}")],
    )
    return [(resource, entity["path"]) for resource, entity in made.items()]


def test_what_is_in_use_cannot_be_deleted(gtm: Gtm) -> None:
    for resource, path in used(gtm):
        assert refusal(gtm.of(resource).delete(path=path)) == GENERIC
    path = f"{gtm.workspace}/built_in_variables"
    disabling = gtm.of("built_in_variables").delete(path=path, type=["pageUrl"])
    assert refusal(disabling) == GENERIC


def test_or_can_by_a_switch(gtm_with: Callable[..., Gtm]) -> None:
    gtm = gtm_with(delete_in_use="allow", delete_status=200)
    for resource, path in used(gtm):
        assert gtm.of(resource).delete(path=path).execute() == b""


def test_an_entity_may_mention_itself(gtm: Gtm) -> None:
    made = gtm.create("variables", **constant("Loop", "{{Loop}}"))
    assert gtm.of("variables").delete(path=made["path"]).execute() in ("", b"", b"{}")


@pytest.mark.parametrize("rewrites", [False, True])
def test_renaming_rewrites_references_only_by_a_switch(
    gtm_with: Callable[..., Gtm], rewrites: bool
) -> None:
    gtm = gtm_with(rename_rewrites_references=rewrites)
    variable = gtm.create("variables", **constant("V"))
    before = gtm.create("tags", **html("Before"))
    user = gtm.create(
        "tags",
        name="User",
        type="html",
        parameter=[template("html", "{{V}}")],
        setupTag=[{"tagName": "Before"}],
    )
    gtm.of("variables").update(path=variable["path"], body=constant("W")).execute()
    gtm.of("tags").update(path=before["path"], body=html("After")).execute()
    now = gtm.of("tags").get(path=user["path"]).execute()
    assert now["parameter"][0]["value"] == ("{{W}}" if rewrites else "{{V}}")
    assert now["setupTag"] == [{"tagName": "After" if rewrites else "Before"}]
    assert (now["fingerprint"] != user["fingerprint"]) is rewrites
