"""Whose an entity is: what is not this project's is counted, refused, never touched."""

from __future__ import annotations

import json
from typing import Any

import pytest
from push.harness import SPEC, Json, Shell

OTHER = (
    SPEC.replace("project: shop", "project: blog")
    .replace("folder: Shop", 'folder: Blog, naming: {tag: "B {event}", variable: "B {key}", '
             'trigger: "B {key}", template: "B {key}"}')
    .replace("name: internal visitors", "name: other visitors")
    .replace("name: GA4 - buy", "name: B buy")
)  # fmt: skip
HTML = [{"type": "template", "key": "html", "value": "<b>"}]


def stored(shell: Shell) -> dict[tuple[str, str], Json]:
    """Every entity of the workspace exactly as the service keeps it."""
    data = shell.gtm.manager.store.state.data
    container: Any = data["containers"][shell.gtm.container.rsplit("/", 1)[1]]
    workspace = container["workspaces"][shell.gtm.workspace().rsplit("/", 1)[1]]
    return {
        (kind, item_id): json.loads(json.dumps(item))
        for kind, items in workspace["entities"].items()
        for item_id, item in items.items()
    }


def test_entities_of_others_are_counted_and_not_touched(shell: Shell) -> None:
    folder = shell.gtm.create("folder", name="Theirs")
    trigger = shell.gtm.create("trigger", name="Their trigger", type="pageview")
    shell.gtm.create(
        "tag",
        name="Their tag",
        type="html",
        parameter=HTML,
        firingTriggerId=[trigger["triggerId"]],
        parentFolderId=folder["folderId"],
        notes="[gtmgen blog tag/x.ga4]",
    )
    before = stored(shell)
    shell.spec()

    plan = json.loads(shell.plan("--format", "json").out)["plans"][0]
    shell.pushed()
    shell.spec(SPEC.replace("purchase_done", "paid"))
    shell.pushed()
    after = stored(shell)

    assert plan["summary"]["unmanaged"] == 3
    assert {key: after[key] for key in before} == before


def test_two_projects_live_in_one_container(shell: Shell) -> None:
    shell.spec(SPEC, "shop.yaml")
    shell.spec(OTHER, "blog.yaml")

    both = shell.run("push", "shop.yaml", "blog.yaml", "--target", "local", "--yes", "-q")

    assert (both.code, both.err) == (0, "")
    assert both.out.count("Pushed.") == 2
    for name in ("shop.yaml", "blog.yaml"):
        assert shell.is_settled(name)
    assert "0 unchanged" not in shell.plan(spec="blog.yaml").out


@pytest.mark.parametrize(
    ("notes", "whose", "word"),
    [
        ("Made by hand", "not gtmgen's", "tag:GA4 - buy"),
        ("[gtmgen blog tag/buy.ga4]", "of the project `blog`", "tag:GA4 - buy@blog"),
    ],
)
def test_a_name_that_is_taken_is_refused_before_anything_is_written(
    shell: Shell, notes: str, whose: str, word: str
) -> None:
    shell.gtm.create("tag", name="GA4 - buy", type="html", parameter=HTML, notes=notes)
    shell.spec()
    before = shell.gtm.save()

    for result in (shell.push(), shell.plan()):
        assert result.code == 4
        assert result.out == ""
        assert result.err == (
            "error: names that the spec gives are taken in the container:\n"
            f"  tag `GA4 - buy`, {whose} (wanted at spec.yaml:16:12)\n"
            "\n"
            "hint: give yours another `name` or `container.naming`, rename the other in GTM, or "
            f"take it over with `--adopt '{word}'`\n"
        )
        assert not shell.gtm.writes
    assert shell.gtm.save() == before


def test_when_the_owner_line_is_gone_the_entity_can_be_taken_back(shell: Shell) -> None:
    shell.spec()
    shell.pushed()
    shell.gtm.edit("tag", "GA4 - buy", notes="Mine now")

    refused = shell.push()
    adopted = shell.pushed("--adopt", "tag:GA4 - buy")

    assert refused.code == 4
    assert "take it over with `--adopt 'tag:GA4 - buy'`" in refused.err
    assert "Plan: 1 to adopt." in adopted.out
    assert shell.is_settled()


def test_a_line_that_only_mentions_an_owner_owns_nothing(shell: Shell) -> None:
    shell.gtm.create(
        "tag", name="Theirs", type="html", parameter=HTML, notes="as [gtmgen shop tag/buy.ga4]"
    )
    shell.spec()

    shell.pushed()

    assert shell.gtm.names("tag") == ["GA4 - Google tag", "GA4 - buy", "Theirs"]


def test_a_copy_made_in_gtm_is_refused_by_both_names(shell: Shell) -> None:
    shell.spec()
    shell.pushed()
    tag = shell.gtm.get("tag", "GA4 - buy")
    shell.gtm.create("tag", **{**tag, "name": "Copy of GA4 - buy"})

    result = shell.push()

    assert result.code == 4
    assert not shell.gtm.writes
    assert result.err == (
        "error: entities in the container have the same owner line in their notes:\n"
        "  tag `GA4 - buy` and `Copy of GA4 - buy`: [gtmgen shop tag/buy.ga4]\n"
        "\n"
        "hint: take the line out of the copy's notes in GTM, or delete the copy\n"
    )


def test_of_copies_of_what_left_the_spec_none_is_deleted(shell: Shell) -> None:
    for name in ("One", "Two"):
        shell.gtm.create(
            "tag", name=name, type="html", parameter=HTML, notes="[gtmgen shop tag/old.ga4]"
        )
    shell.spec()

    result = shell.push()

    assert result.code == 4
    assert "  tag `One` and `Two`: [gtmgen shop tag/old.ga4]\n" in result.err
    assert not shell.gtm.writes


def test_an_owner_line_in_an_entity_of_another_kind_does_not_confuse(shell: Shell) -> None:
    shell.gtm.create("trigger", name="T", type="pageview", notes="[gtmgen shop tag/buy.ga4]")
    shell.spec()

    shell.pushed()

    assert shell.gtm.get("trigger", "T")["type"] == "pageview"
    assert "1 unmanaged." in shell.plan().out


def test_a_name_held_by_an_entity_that_left_the_spec_is_set_free(shell: Shell) -> None:
    shell.spec()
    shell.pushed()
    shell.gtm.create(
        "tag", name="GA4 - new", type="html", parameter=HTML, notes="[gtmgen shop tag/old.ga4]"
    )
    shell.spec(SPEC.replace("name: GA4 - buy", "name: GA4 - new"))
    before = shell.gtm.get("tag", "GA4 - buy")["tagId"]

    result = shell.pushed()

    assert "Plan: 1 to rename, 1 to delete." in result.out
    assert shell.gtm.names("tag") == ["GA4 - Google tag", "GA4 - new"]
    assert shell.gtm.get("tag", "GA4 - new")["tagId"] == before
    assert shell.is_settled()


def test_a_variable_with_the_name_of_a_needed_built_in_is_refused(shell: Shell) -> None:
    shell.gtm.create("variable", name="Random Number", type="v", parameter=[
        {"type": "template", "key": "name", "value": "x"}])  # fmt: skip
    shell.spec()

    result = shell.push()

    assert result.code == 4
    assert "  variable `Random Number`\n" in result.err
    assert not shell.gtm.writes


def test_two_specs_with_the_same_names_are_refused_together(shell: Shell) -> None:
    shell.spec(SPEC, "a.yaml")
    shell.spec(SPEC.replace("project: shop", "project: blog"), "b.yaml")

    result = shell.run("push", "a.yaml", "b.yaml", "--target", "local", "--yes")

    assert result.code == 4
    assert "tag `GA4 - buy` (a.yaml:16:12 and b.yaml:16:12)" in result.err
    assert not shell.gtm.writes


def test_when_the_second_spec_is_refused_the_first_is_not_pushed(shell: Shell) -> None:
    shell.spec(SPEC, "a.yaml")
    shell.spec(OTHER, "b.yaml")
    shell.gtm.create("tag", name="B buy", type="html", parameter=HTML)

    result = shell.run("push", "a.yaml", "b.yaml", "--target", "local", "--yes")

    assert result.code == 4
    assert not shell.gtm.writes


def test_control_characters_in_a_live_name_are_never_printed(shell: Shell) -> None:
    shell.spec()
    shell.pushed()
    evil = "x\x1b[31m\r\n\x9b2J\u202ered"
    shell.gtm.edit("tag", "GA4 - buy", name=evil)
    outputs = [shell.plan("--format", form) for form in ("text", "json", "markdown")]
    outputs.append(shell.run("push", "spec.yaml", "--target", "local", "--yes"))
    shell.gtm.create("tag", **{**shell.gtm.get("tag", "GA4 - buy"), "name": evil})
    outputs.append(shell.push())

    for result in outputs:
        said = result.out + result.err
        assert "red" in said
        assert not {"\x1b", "\x9b", "\u202e", "\r"} & set(said)
    assert r"x\u001b[31m" in outputs[0].out
