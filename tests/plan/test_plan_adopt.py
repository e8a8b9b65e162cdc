"""Taking over what somebody else made: named, shown, and nothing more than that."""

from __future__ import annotations

import json

import pytest
from push.harness import SPEC, Json, Shell, fields

HTML = [{"type": "template", "key": "html", "value": "<b>"}]
MADE = {
    "tag": {"type": "html", "parameter": HTML},
    "trigger": {"type": "pageview"},
    "variable": {"type": "v", "parameter": [{"type": "template", "key": "name", "value": "x"}]},
    "folder": {"notes": "By hand"},
    "template": {
        "templateData": "___INFO___\n\n{}\n\n___TEMPLATE_PARAMETERS___\n\n[]\n\n"
        "___SANDBOXED_JS_FOR_WEB_TEMPLATE___\n\nreturn 1;\n"
    },
}
NAMES = {
    "tag": "GA4 - buy",
    "trigger": "internal visitors",
    "variable": "data - value",
    "folder": "Shop",
    "template": "Event data (shop)",
}


@pytest.mark.parametrize("kind", MADE)
@pytest.mark.parametrize("bulk", ["never", "always"])
def test_an_unmanaged_entity_of_any_kind_is_taken_over(shell: Shell, kind: str, bulk: str) -> None:
    name = NAMES[kind]
    id_ = shell.gtm.create(kind, name=name, **MADE[kind])[f"{kind}Id"]
    shell.spec()

    assert shell.push().code == 4
    plan = shell.plan("--adopt", f"{kind}:{name}", "--verbose")
    shell.pushed("--adopt", f"{kind}:{name}", "--bulk", bulk)

    assert f"  < {kind:<17} {name}" in plan.out
    assert "1 to adopt" in plan.out
    assert shell.gtm.get(kind, name)[f"{kind}Id"] == id_
    assert shell.is_settled()
    assert shell.pushed("--adopt", f"{kind}:{name}").out.count("No changes") == 1


def test_the_fields_that_it_loses_are_shown(shell: Shell) -> None:
    shell.spec()
    shell.pushed()
    shell.gtm.edit("tag", "GA4 - buy", notes="By hand", paused=True)

    plan = shell.plan("--adopt", "tag:GA4 - buy", "--verbose")

    assert plan.code == 0
    assert '      ~ notes: "By hand" -> "[gtmgen shop tag/buy.ga4]"\n' in plan.out
    assert '      - paused: "true"\n' in plan.out


def other(shell: Shell) -> Json:
    return shell.gtm.create(
        "tag", name="GA4 - buy", type="html", parameter=HTML, notes="[gtmgen blog tag/buy.ga4]"
    )


@pytest.mark.parametrize("word", ["tag:GA4 - buy", "tag:GA4 - buy@shop", "tag:GA4 - buy@news"])
def test_another_projects_entity_is_not_taken_over_by_its_name_alone(
    shell: Shell, word: str
) -> None:
    other(shell)
    shell.spec()

    result = shell.push("--adopt", word)

    assert result.code == 4
    assert "tag `GA4 - buy`, of the project `blog`" in result.err
    assert "--adopt 'tag:GA4 - buy@blog'" in result.err
    assert not shell.gtm.writes


def test_another_projects_entity_is_taken_over_when_its_project_is_named(shell: Shell) -> None:
    id_ = other(shell)["tagId"]
    shell.spec()

    shell.pushed("--adopt", "tag:GA4 - buy@blog")

    held = shell.gtm.get("tag", "GA4 - buy")
    assert held["tagId"] == id_
    assert held["notes"].splitlines()[1:] == ["[gtmgen shop tag/buy.ga4]"]
    assert shell.is_settled()


def test_only_what_is_named_is_taken_over(shell: Shell) -> None:
    for kind in ("tag", "trigger"):
        shell.gtm.create(kind, name=NAMES[kind], **MADE[kind])
    shell.spec()

    result = shell.push("--adopt", "tag:GA4 - buy")

    assert result.code == 4
    assert "trigger `internal visitors`, not gtmgen's" in result.err
    assert "tag `GA4" not in result.err


def test_where_the_spec_has_the_entity_already_the_other_is_not_taken_over(shell: Shell) -> None:
    shell.spec()
    shell.pushed()
    shell.gtm.create("tag", name="GA4 - sold", type="html", parameter=HTML)
    shell.spec(SPEC.replace("name: GA4 - buy", "name: GA4 - sold"))

    result = shell.push("--adopt", "tag:GA4 - sold")

    assert result.code == 4
    assert "tag `GA4 - sold`, not gtmgen's" in result.err


def test_a_name_that_the_spec_does_not_have_is_a_usage_error(shell: Shell) -> None:
    shell.spec()

    for verb in (shell.plan, shell.push):
        result = verb("--adopt", "tag:Nobody")
        assert result.code == 2
        assert result.err.startswith("error: `--adopt tag:Nobody`: the spec has no tag `Nobody`\n")


def test_an_adoption_is_an_update_in_json(shell: Shell) -> None:
    shell.gtm.create("folder", name="Shop")
    shell.spec()

    data = json.loads(shell.plan("--adopt", "folder:Shop", "--format", "json").out)["plans"][0]

    (change,) = [item for item in data["changes"] if item["action"] == "adopt"]
    assert fields(change) == {"notes": (None, "[gtmgen shop folder/main]")}
    assert change["unchanged_fields"] == 1
