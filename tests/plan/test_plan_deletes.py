"""What left the spec goes: in which order, how much at once, and what holds on to it."""

from __future__ import annotations

import json

import pytest
from push.harness import EVERYTHING, KINDS, SPEC, Gtm, Json, Shell
from push.specs import CONSENT

from gtmgen.emulator import Behaviour

HTML = [{"type": "template", "key": "html", "value": "<b>"}]
EMPTY = """\
gtmgen: 1
project: shop
container: {gtm: GTM-SHOP1, workspace: gtmgen}
data:
  other: {path: other, scope: model}
"""


def events(*numbers: int) -> str:
    lines = [SPEC.split("events:\n")[0] + "events:\n"]
    for number in numbers:
        lines.append(f"  e{number}:\n    on: {{event: e{number}}}\n    except: [internal]\n")
        lines.append(f"    params: {{total: value}}\n    send: {{ga4: e{number}}}\n")
    lines.append(CONSENT)
    return "".join(lines)


def deleted(shell: Shell) -> list[tuple[str, str]]:
    changes = shell.changes()
    return [(item["kind"], item["name"]) for item in changes if item["action"] == "delete"]


@pytest.mark.parametrize("bulk", ["never", "always"])
@pytest.mark.parametrize("rewrites", [False, True])
def test_everything_can_be_deleted(shell: Shell, bulk: str, rewrites: bool) -> None:
    gtm = shell.use(Gtm(Behaviour(rename_rewrites_references=rewrites)))
    shell.spec(EVERYTHING)
    shell.pushed()
    theirs = gtm.create("tag", name="Theirs", type="html", parameter=HTML)
    owned = sum(len(gtm.all(kind)) for kind in KINDS) - 1
    shell.spec(EMPTY)

    shell.pushed("--bulk", bulk, "--allow-delete", f"all:{owned}")

    assert gtm.names("tag") == ["Theirs"]
    assert gtm.get("tag", "Theirs") == theirs
    assert gtm.names("variable") == ["data - other"]
    for kind in ("folder", "template", "trigger"):
        assert gtm.names(kind) == []
    assert shell.is_settled()


def test_deletes_come_last_and_who_refers_before_whom_it_refers_to(shell: Shell) -> None:
    shell.spec(EVERYTHING)
    shell.pushed()
    shell.spec(EMPTY)

    changes = json.loads(shell.plan("--format", "json", "-q").out)["plans"][0]["changes"]

    assert changes[0]["action"] == "create"
    order = [(item["kind"], item["name"]) for item in changes if item["action"] == "delete"]
    assert len(order) == len(changes) - 1
    kinds = [kind for kind, _ in order]
    assert list(dict.fromkeys(kinds)) == ["tag", "trigger", "variable", "template", "folder"]
    assert sorted(kinds, key=kinds.index) == kinds
    triggers = [name for kind, name in order if kind == "trigger"]
    types = {item["name"]: item["type"] for item in shell.gtm.all("trigger")}
    (group,) = [name for name in triggers if types[name] == "triggerGroup"]
    members = [name for name in triggers if name.endswith(("first", "second"))]
    assert len(members) == 2
    assert triggers.index(group) < min(map(triggers.index, members))


def test_only_what_is_this_projects_is_deleted(shell: Shell) -> None:
    shell.spec()
    shell.pushed()
    for name, notes in (("Hand", ""), ("Blog", "[gtmgen blog tag/x.ga4]")):
        shell.gtm.create("tag", name=name, type="html", parameter=HTML, notes=notes)
    shell.gtm.create(
        "tag", name="Old", type="html", parameter=HTML, notes="[gtmgen shop tag/old.ga4]"
    )

    assert deleted(shell) == [("tag", "Old")]
    shell.pushed()

    assert shell.gtm.names("tag") == ["Blog", "GA4 - Google tag", "GA4 - buy", "Hand"]


def test_too_many_deletes_are_refused_after_the_plan_is_shown(shell: Shell) -> None:
    shell.spec(events(*range(8)))
    shell.pushed()
    owned = sum(len(shell.gtm.all(kind)) for kind in KINDS)
    shell.spec(events(0, 1, 2, 3, 4))
    before = shell.gtm.save()

    for result in (shell.plan("--out", "plan.json"), shell.push()):
        assert result.code == 4
        assert "Plan: 6 to delete." in result.out
        assert result.err == (
            f"error: Too many deletes, {6 / owned:.2%} is over 20.00% (6/{owned})\n"
            "\n"
            "hint: if that is right, name them with `--allow-delete KIND:NAME`, or all 6 deletes "
            "with `--allow-delete all:6`\n"
        )
        assert not shell.gtm.writes
    assert shell.gtm.save() == before
    assert not (shell.folder / "plan.json").exists()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["all:6"], 0),
        (["all:5"], 4),
        (["all:7"], 4),
        (["tag:GA4 - e5"], 0),  # five are left to count
        (["tag:GA4 - e99"], 4),
        (["trigger:GA4 - e5"], 4),
    ],
)
def test_the_way_through_is_named_and_counted(shell: Shell, words: list[str], code: int) -> None:
    shell.spec(events(*range(8)))
    shell.pushed()
    shell.spec(events(0, 1, 2, 3, 4))

    result = shell.push(*(part for word in words for part in ("--allow-delete", word)))

    assert result.code == code, result.out + result.err
    assert shell.is_settled() is (code == 0)


def test_few_deletes_of_many_or_of_little_need_no_word(shell: Shell) -> None:
    shell.spec(events(*range(20)))
    shell.pushed()
    shell.spec(events(*range(17)))
    assert "6 to delete" in shell.pushed().out  # 6 of 45 are 13 %
    shell.spec(SPEC)
    assert shell.push().code == 4


@pytest.mark.parametrize(
    ("kind", "fields", "what"),
    [
        ("tag", {"firingTriggerId": "trigger"}, "trigger `event - buy`"),
        ("tag", {"blockingTriggerId": "trigger"}, "trigger `event - buy`"),
        ("tag", {"html": "x{{data - value}}"}, "variable `data - value`"),
        ("tag", {"parentFolderId": "folder"}, "folder `Shop`"),
        ("variable", {"type": "template"}, "template `Event data (shop)`"),
    ],
)
def test_what_an_unmanaged_entity_uses_is_not_deleted(
    shell: Shell, kind: str, fields: Json, what: str
) -> None:
    shell.spec()
    shell.pushed()
    gtm = shell.gtm
    trigger = gtm.get("trigger", "event - buy")["triggerId"]
    body: Json = {"name": "Theirs", "type": "html", "parameter": HTML}
    if "html" in fields:
        body["parameter"] = [{**HTML[0], "value": fields["html"]}]
    elif "parentFolderId" in fields:
        body["parentFolderId"] = gtm.get("folder", "Shop")["folderId"]
    elif kind == "variable":
        held = gtm.get("template", "Event data (shop)")
        code = f"cvt_{held['containerId']}_{held['templateId']}"
        body = {"name": "Theirs", "type": code}
    else:
        body[next(iter(fields))] = [trigger]
    gtm.create(kind, **body)
    shell.spec(EMPTY)
    before = gtm.save()

    result = shell.push("--allow-delete", "all:8")

    assert result.code == 4
    assert "8 to delete." in result.out
    assert result.err == (
        "error: what left the spec is still in use:\n"
        f"  {what}, by {kind} `Theirs`\n"
        "\n"
        "hint: remove the references in GTM, or keep it in the spec\n"
    )
    assert gtm.save() == before
    data = json.loads(shell.plan("--format", "json").out)["plans"][0]
    assert [item["users"] for item in data["in_use"]] == [[f"{kind} `Theirs`"]]


def test_what_the_spec_itself_still_names_is_not_deleted(shell: Shell) -> None:
    raw = 'gtm: {tags: {raw: {type: html, on: internal, parameters: {html: "{{data - value}}"}}}}'
    shell.spec(f"{SPEC}{raw}\n")
    shell.pushed()
    shell.gtm.edit("variable", "data - value", name="old", notes="[gtmgen shop variable/old.data]")
    shell.spec(f"{SPEC}{raw.replace('data - value', 'old')}\n")

    result = shell.push()

    assert result.code == 4
    assert "  variable `old`, by tag `raw` of the spec\n" in result.err


@pytest.mark.parametrize("bulk", ["never", "always"])
def test_what_goes_by_a_name_that_another_one_gets_is_not_in_use(shell: Shell, bulk: str) -> None:
    """Others refer to a variable by its name: theirs reads the new one, and nothing is missing."""
    data = "  total: {path: total, name: Total}\n  sum: {path: sum, name: Sum}\n"
    shell.spec(EMPTY + data)
    shell.pushed()
    html = [{**HTML[0], "value": "{{Total}}"}]
    shell.gtm.create("tag", name="Theirs", type="html", parameter=html)
    shell.spec(EMPTY + "  sum: {path: sum, name: Total}\n")

    assert deleted(shell) == [("variable", "Total")]
    shell.pushed("--bulk", bulk)

    assert shell.gtm.names("variable") == ["Total", "data - other"]
    assert shell.gtm.get("variable", "Total")["parameter"][-1]["value"] == "sum"
    assert shell.gtm.get("tag", "Theirs")["parameter"] == html
    assert shell.is_settled()


def test_what_somebody_else_deletes_meanwhile_is_no_failure(shell: Shell) -> None:
    shell.spec(events(0, 1))
    shell.pushed()
    shell.spec(events(0))

    def fault(request, send):
        if request.method == "DELETE" and "/tags/" in request.path:
            send(request)
        return send(request)

    shell.gtm.fault = fault
    shell.pushed()

    assert shell.is_settled()


@pytest.mark.parametrize("word", ["GA4 - buy", "tags:GA4 - buy", "tag:", "all:x", "all"])
def test_a_word_that_names_nothing_is_a_usage_error(shell: Shell, word: str) -> None:
    shell.spec()

    result = shell.push("--allow-delete", word)

    assert result.code == 2
    assert result.err == (
        f"error: `--allow-delete {word}` is not KIND:NAME or all:N\n"
        "\n"
        "hint: KIND is client, folder, gtag_config, tag, template, transformation, trigger, "
        "variable, zone\n"
    )


def test_a_conflict_with_a_later_version_stops_before_anything_is_written(shell: Shell) -> None:
    shell.spec()
    shell.pushed()
    gtm = shell.gtm
    gtm.manager.create_version(gtm.workspace(), "v1")
    ours, theirs = gtm.workspace(), gtm.workspace("theirs")
    for workspace, value in ((theirs, True), (ours, False)):
        (tag,) = [
            t for t in gtm.manager.list_entities(workspace, "tag") if t["name"] == "GA4 - buy"
        ]
        gtm.manager.update(tag["path"], {**tag, "paused": value, "priority": {"type": "integer",
                           "value": str(int(value))}}, None)  # fmt: skip
    gtm.manager.create_version(theirs, "v2")
    gtm.manager.sync(ours)
    shell.spec(SPEC.replace("purchase_done", "paid"))
    before = gtm.save()

    result = shell.push()

    assert result.code == 4
    assert "Plan: 1 to update." in result.out
    assert result.err == (
        "error: the workspace `gtmgen` is in conflict with the latest version:\n"
        "  tag `GA4 - buy`\n"
        "\n"
        "hint: resolve the conflicts in GTM, then push again\n"
    )
    assert gtm.save() == before
