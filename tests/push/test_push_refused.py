"""What GTM would refuse: told before the first call, or with its place when it is told late."""

from __future__ import annotations

import json
from typing import Any

import pytest
from importer.exports import export, tag, text

from gtmgen.emulator import ApiRequest, Response, make_error_response
from gtmgen.emulator.transport import Send
from push.harness import SPEC, Shell

LEAD = """\
gtm:
  tags:
    lead: {name: Lead, type: gaawe, firing: [All Pages], parameters: {eventName: lead}}
"""
DANGLING = """\
gtm:
  tags:
    lead:
      name: Lead
      type: html
      firing: [All Pages]
      parameters: {html: "<b>{{Order Number}}</b>"}
"""
WHY = "GTM reads such a reference as empty, and makes no version of a workspace that has one"


@pytest.mark.parametrize("verb", ["plan", "push"])
def test_what_gtm_refuses_costs_no_call(shell: Shell, verb: str) -> None:
    shell.spec(SPEC + LEAD)

    result = shell.run(verb, "spec.yaml", "--target", "local", "-q")

    assert (result.code, shell.gtm.calls) == (1, [])
    assert "error[required-parameter]: the tag `Lead` does not say which measurement ID" in (
        result.err
    )


EMPTY_KEYS = """\
gtm:
  variables:
    given: {type: c, more: {parameter: [
      {type: TEMPLATE, key: value, value: x}, {type: TEMPLATE, key: "", value: y}]}}
    named: {type: c, parameters: {value: x, "": y}}
    looked_up:
      type: smm
      parameters:
        setDefaultValue: false
        input: "{{given}}"
        map: {list: [{map: {key: a, "": b}}]}
"""


def test_an_empty_key_which_gtm_does_not_keep_is_no_change(shell: Shell) -> None:
    shell.spec(SPEC + EMPTY_KEYS)
    shell.pushed()
    assert shell.changes() == []


def test_a_refusal_that_nobody_foresaw_names_the_line(shell: Shell) -> None:
    shell.spec()

    def fault(request: ApiRequest, send: Send) -> Response:
        if request.method == "POST" and request.path.endswith("/tags"):
            return make_error_response("vendorTemplate.parameter.other: Something new.", 400)
        return send(request)

    shell.gtm.fault = fault

    result = shell.push()

    assert result.code == 6
    assert result.err == (
        "error: 7 of 9 changes applied, then: tags.create `GA4 - buy` failed with 400: "
        "vendorTemplate.parameter.other: Something new. (spec.yaml:16:12)\n\n"
        "hint: mend that line of the spec, and push again: it goes on from here\n"
    )


def test_a_refused_first_change_is_no_partial_push(shell: Shell) -> None:
    shell.spec()
    shell.pushed()
    shell.spec(SPEC.replace("total: value", "sum: value"))

    def fault(request: ApiRequest, send: Send) -> Response:
        return make_error_response("No.", 400) if request.method == "PUT" else send(request)

    shell.gtm.fault = fault

    result = shell.push()

    assert result.code == 5
    assert result.err == (
        "error: tags.update `GA4 - buy` failed with 400: No. (spec.yaml:16:12)\n\n"
        "hint: mend that line of the spec, and push again\n"
    )


def test_a_variable_that_nothing_has_is_told_by_the_plan(shell: Shell) -> None:
    shell.spec(SPEC + DANGLING)

    result = shell.plan()

    assert result.code == 0
    assert result.err == (
        "warning: references to variables that do not exist:\n"
        "  tag `Lead` (spec.yaml:20:5) refers to the variable `Order Number`, which neither the "
        f"spec nor the workspace has\n{WHY}\n\n"
    )


def test_a_variable_of_somebody_else_is_there(shell: Shell) -> None:
    shell.spec(SPEC + DANGLING)
    value = {"type": "template", "key": "value", "value": "7"}
    shell.gtm.create("variable", name="Order Number", type="c", parameter=[value])

    assert shell.plan().err == ""


def test_no_version_is_tried_that_cannot_be_made(shell: Shell) -> None:
    shell.spec(SPEC + DANGLING)

    result = shell.push("--version", "spring")

    assert (result.code, shell.gtm.writes) == (4, [])
    assert result.err == (
        "error: no version can be made:\n"
        "  tag `Lead` (spec.yaml:20:5) refers to the variable `Order Number`, which neither the "
        "spec nor the workspace has; nothing was written\n\n"
        f"hint: {WHY}; add the variable, or push without `--version`\n"
    )


# -- containers of apps -------------------------------------------------------------------


def imported(shell: Shell, document: dict[str, Any]) -> str:
    document["containerVersion"]["container"]["usageContext"] = ["IOS_SDK_5"]
    (shell.folder / "export.json").write_text(text(document), encoding="utf-8")
    result = shell.run("import", "export.json", "--out", "app", "--format", "json")
    assert result.code == 0, result.err
    return str(json.loads(result.out)["spec"])


def test_a_built_in_variable_of_apps_is_read_back_as_it_was_written(shell: Shell) -> None:
    built_in = {
        "type": "FIREBASE_EVENT_PARAMETER_CAMPAIGN_CP1",
        "name": "Campaign Custom Parameter 1",
    }
    spec = imported(shell, export(builtInVariable=[built_in]))

    shell.pushed(spec=spec)

    listed = shell.gtm.manager.list_entities(shell.gtm.workspace(), "built_in_variable")
    assert "firebaseEventParameterCampaignCp1" in [item["type"] for item in listed]
    assert shell.run("plan", spec, "--target", "local", "--exit-code").code == 0


def test_the_built_in_trigger_of_apps_is_known(shell: Shell) -> None:
    spec = imported(shell, export(tag=[tag("1", "Bad", firingTriggerId=["2147479556"])]))

    shell.pushed(spec=spec)

    assert shell.gtm.get("tag", "Bad")["firingTriggerId"] == ["2147479556"]
    assert shell.run("plan", spec, "--target", "local", "--exit-code").code == 0


def test_a_spelling_that_the_service_does_not_answer_with_is_no_success(shell: Shell) -> None:
    """What is read back counts, not what was sent."""
    shell.spec()

    def fault(request: ApiRequest, send: Send) -> Response:
        answer = send(request)
        if request.method == "GET" and answer.status == 200:
            body = answer.body.replace(b'"randomNumber"', b'"randomDigits"')
            return Response(200, body, answer.wrote, answer.headers)
        return answer

    shell.gtm.fault = fault

    result = shell.push()

    assert result.code == 6
    assert result.err.startswith("error: after the push the workspace still differs: ")
