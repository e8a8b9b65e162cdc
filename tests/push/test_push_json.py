"""`push --format json`: one document on stdout, whatever becomes of the push."""

from __future__ import annotations

import json
from typing import Any

from gtmgen.emulator.messages import make_error_response
from push.harness import SPEC, Shell

ACTIONS = ("create", "update", "rename", "adopt", "delete")


def push(shell: Shell, *options: str, code: int = 0) -> tuple[dict[str, Any], str]:
    result = shell.run(
        "push", "spec.yaml", "--target", "local", "--yes", "--format", "json", *options
    )
    assert result.code == code, result
    document = json.loads(result.out)
    assert (document["format_version"], list(document)) == (
        "1.0", ["format_version", "pushes", "versions", "error"],
    )  # fmt: skip
    return document, result.err


def counted(one: dict[str, Any]) -> dict[str, int]:
    return {action: one["summary"][action] for action in ACTIONS if one["summary"][action]}


def test_a_first_push(shell: Shell) -> None:
    shell.spec()

    document, err = push(shell)

    (one,) = document["pushes"]
    assert (one["project"], one["container"], one["workspace"]) == ("shop", "GTM-SHOP1", "gtmgen")
    assert one["matches"] is True
    assert one["calls"] > 0
    outcomes = [change["outcome"] for change in one["changes"]]
    assert set(outcomes) <= {"done", "by_gtm"}
    assert counted(one) == {"create": outcomes.count("done")}
    tags = [change["name"] for change in one["changes"] if change["kind"] == "tag"]
    assert "GA4 - buy" in tags
    assert (document["versions"], document["error"]) == ([], None)
    assert "Pushed. Read back: the workspace gtmgen matches the spec." in err


def test_nothing_to_push(shell: Shell) -> None:
    shell.spec()
    push(shell)

    document, err = push(shell, "--quiet")

    (one,) = document["pushes"]
    assert (one["changes"], counted(one), one["calls"], one["matches"]) == ([], {}, 0, True)
    assert one["summary"]["unchanged"] > 0
    assert err == ""


def test_a_version_that_is_published(shell: Shell) -> None:
    shell.spec()

    document, _ = push(shell, "--version", "Spring", "--publish")

    assert document["versions"] == [
        {
            "container": "GTM-SHOP1", "workspace": "gtmgen", "version": 1, "name": "Spring",
            "environment": "live",
        }
    ]  # fmt: skip


def test_a_push_that_a_guard_refuses(shell: Shell) -> None:
    """What somebody else has made under our name."""
    shell.spec()
    html = [{"type": "template", "key": "html", "value": "<b></b>"}]
    shell.gtm.create("tag", name="GA4 - buy", type="html", parameter=html)

    document, err = push(shell, code=4)

    assert document["error"]["exit_code"] == 4
    assert document["error"]["message"].startswith("names that the spec gives are taken")
    assert f"error: {document['error']['message']}" in err


def test_a_push_that_ends_half_way(shell: Shell) -> None:
    shell.spec()
    shell.gtm.fault = lambda request, send: (
        make_error_response("Insufficient Permission", 403)
        if request.method == "POST" and "/tags" in request.path
        else send(request)
    )  # fmt: skip

    document, _ = push(shell, "--bulk", "never", code=6)

    (one,) = document["pushes"]
    outcomes = {change["name"]: change["outcome"] for change in one["changes"]}
    assert outcomes["GA4 - buy"] == "open"
    assert "done" in outcomes.values()
    assert one["matches"] is False
    assert document["error"]["exit_code"] == 6


def test_a_spec_that_is_not_valid_has_its_problems_told(shell: Shell) -> None:
    shell.spec(SPEC.replace("project: shop\n", ""))

    result = shell.run("push", "spec.yaml", "--target", "local", "--yes", "--format", "json")

    assert result.code == 1
    document = json.loads(result.out)
    assert [problem["rule"] for problem in document["problems"]] == ["missing-key"]
