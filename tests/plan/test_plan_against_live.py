"""`plan --against live`: what visitors would get otherwise, whatever the workspace holds."""

from __future__ import annotations

import json
from unittest.mock import Mock

import pytest
from push.harness import SPEC, Result, Shell
from report.test_plan_schema import schema_errors

HEAD = "shop -> GTM-SHOP1, published version 1 `Spring` (local GTM)\n\n"


def against_live(shell: Shell, *more: str) -> Result:
    return shell.plan("--against", "live", "--quiet", *more)


def published(shell: Shell) -> None:
    shell.spec()
    shell.pushed("--version", "Spring", "--publish")


def test_what_is_published_is_the_spec(shell: Shell) -> None:
    published(shell)

    result = against_live(shell, "--exit-code")

    assert (result.code, result.out) == (
        0,
        f"{HEAD}No changes: what is published matches the spec. 9 unchanged, 0 unmanaged.\n",
    )


def test_what_was_pushed_and_not_published_is_no_news_for_the_workspace_alone(shell: Shell) -> None:
    published(shell)
    shell.spec(SPEC.replace("purchase_done", "paid"))
    shell.pushed()
    assert shell.is_settled()

    result = against_live(shell, "--exit-code")

    assert (result.code, result.err) == (3, "")
    assert result.out == (
        f"{HEAD}event buy\n"
        "  ~ Event of `GA4 - buy`: `paid` instead of `purchase_done`.\n"
        "    Doubles or loses events. Reports, key events and audiences in GA4 that use\n"
        "    `purchase_done` no longer receive data.\n\n"
        "`--verbose` shows every entity and field.\n\n"
        "1 change in what is measured:\n"
        "  1 doubles or loses events\n"
        "Plan: 1 to update. 8 unchanged, 0 unmanaged.\n"
    )
    assert shell.gtm.writes == []


def test_nothing_is_published_yet(shell: Shell) -> None:
    shell.spec()
    shell.pushed()

    result = against_live(shell)

    assert result.code == 0
    assert result.out.startswith("shop -> GTM-SHOP1, nothing published (local GTM)\n\n")
    assert "Plan: 9 to create. 0 unchanged, 0 unmanaged.\n" in result.out
    assert "Cost: " not in result.out


def test_json_and_markdown_say_so(shell: Shell) -> None:
    published(shell)

    data = json.loads(against_live(shell, "--format", "json").out)

    assert schema_errors(data) == []
    assert data["plans"][0]["against"] == "published version 1 `Spring`"
    assert "against" not in json.loads(shell.plan("--format", "json", "-q").out)["plans"][0]
    head = against_live(shell, "--format", "markdown").out.splitlines()[0]
    assert head == "### shop → GTM-SHOP1, published version 1 \\`Spring\\`"


def test_it_is_to_look_at(shell: Shell) -> None:
    shell.spec()

    assert against_live(shell, "--out", "shop.plan") == Result(
        2,
        "",
        "error: a plan against what is live cannot be pushed, so there is nothing to save\n\n"
        "hint: leave out `--against`: a push goes into the workspace\n",
    )
    assert shell.plan("--against", "latest") == Result(
        2, "", "error: `--against` is workspace or live, not `latest`\n"
    )


@pytest.mark.parametrize(
    ("method", "answer", "why"),
    [
        ("live_version", {"containerVersionId": "1", "tag": 5}, "TypeError"),
        ("live_version", {}, "KeyError"),
        # As of a state file in which a container has lost its name.
        ("resolve_container", KeyError("publicId"), "KeyError"),
    ],
)
def test_an_answer_of_another_shape_is_one_error(
    shell: Shell, method: str, answer: object, why: str
) -> None:
    published(shell)
    answers = Mock(side_effect=[answer])  # an exception is raised
    shell.monkeypatch.setattr(type(shell.gtm.manager), method, answers)

    result = against_live(shell)

    assert result.code == 5
    assert result.err.startswith(
        "error: the answers for GTM-SHOP1 do not have the shape that the GTM API describes "
        f"({why})\n\nhint: "
    )
