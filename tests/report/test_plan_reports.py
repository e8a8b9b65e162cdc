"""The plan as text, JSON and Markdown, asserted whole."""

from __future__ import annotations

import json
import re

from push.harness import SPEC, Shell

HTML = [{"type": "template", "key": "html", "value": "<b>"}]


def test_text_of_a_first_plan(shell: Shell) -> None:
    shell.spec()

    assert (
        shell.plan().out
        == """\
shop -> GTM-SHOP1, workspace gtmgen (local GTM)
The workspace gtmgen does not exist yet; a push creates it.

event buy
  + The tag `GA4 - buy` is new: sends `purchase_done` to GA4 `G-ABC1234567`, on
    `event - buy`.

platform ga4
  + The tag `GA4 - Google tag` is new: sets up GA4 `G-ABC1234567`, on
    `Initialization - All Pages`.

`--verbose` shows every entity and field.

2 changes in what is measured:
  2 harmless
Cost: 14 API calls; in bulk 7 calls.
Plan: 9 to create. 0 unchanged, 0 unmanaged.
"""
    )


def drifted(shell: Shell) -> None:
    shell.spec()
    shell.pushed()
    shell.gtm.create("tag", name="Theirs", type="html", parameter=HTML)
    shell.gtm.create(
        "tag", name="Left", type="html", parameter=HTML, notes="[gtmgen shop tag/left.ga4]"
    )
    shell.gtm.edit("tag", "GA4 - Google tag", paused=True, tagFiringOption="unlimited")
    shell.gtm.edit("tag", "GA4 - buy", blockingTriggerId=[])
    shell.spec(SPEC.replace("GA4 - buy", "GA4 - sold").replace("purchase_done", "paid"))


def test_text_of_changes(shell: Shell) -> None:
    drifted(shell)

    assert (
        shell.plan().out
        == """\
shop -> GTM-SHOP1, workspace gtmgen (local GTM)

Changed outside gtmgen since the last push, and reverted by this plan:

platform ga4
  ~ Firing of `GA4 - Google tag`: `ONCE_PER_EVENT` instead of `UNLIMITED`.
    Doubles or loses events. The same action may now count more often, or less
    often.
  ~ No longer paused: `GA4 - Google tag`.
    Changes where or when it fires.

Changed outside gtmgen and in the spec since the last push; this plan applies the spec:

event buy
  ~ Event of `GA4 - sold`: `paid` instead of `purchase_done`.
    Doubles or loses events. Reports, key events and audiences in GA4 that use
    `purchase_done` no longer receive data.
  + `GA4 - sold` is now blocked by `internal visitors`.
    Changes where or when it fires. Fewer events may be counted than before.
  ~ The tag `GA4 - buy` is now called `GA4 - sold`.

Changed in the spec:

event left
  - The tag `Left` is deleted: a tag of type `html`, on no trigger.

`--verbose` shows every entity and field.

6 changes in what is measured:
  2 doubles or loses events
  2 changes where or when it fires
  2 harmless
Cost: 11 API calls; in bulk 9 calls.
Plan: 1 to update, 1 to rename, 1 to delete. 7 unchanged, 1 unmanaged.
"""
    )


def test_markdown_of_changes(shell: Shell) -> None:
    drifted(shell)

    assert (
        shell.plan("--format", "markdown").out
        == """\
### shop → GTM-SHOP1, workspace gtmgen

Plan: 1 to update, 1 to rename, 1 to delete. 7 unchanged, 1 unmanaged.
Cost: 11 API calls; in bulk 9 calls.

| effect | changes |
|---|---|
| 🔴 Doubles or loses events | 2 |
| 🟠 Changes where or when it fires | 2 |
| ⚪ Harmless | 2 |

Changed outside gtmgen since the last push, and reverted by this plan:

#### Platform `ga4`

- 🔴 **Doubles or loses events.** Firing of `GA4 - Google tag`: `ONCE_PER_EVENT` instead of \
`UNLIMITED`. The same action may now count more often, or less often.
- 🟠 **Changes where or when it fires.** No longer paused: `GA4 - Google tag`.

Changed outside gtmgen and in the spec since the last push; this plan applies the spec:

#### Event `buy`

- 🔴 **Doubles or loses events.** Event of `GA4 - sold`: `paid` instead of `purchase_done`. \
Reports, key events and audiences in GA4 that use `purchase_done` no longer receive data.
- 🟠 **Changes where or when it fires.** `GA4 - sold` is now blocked by `internal \
visitors`. Fewer events may be counted than before.
- ⚪ **Harmless.** The tag `GA4 - buy` is now called `GA4 - sold`.

Changed in the spec:

#### Event `left`

- ⚪ **Harmless.** The tag `Left` is deleted: a tag of type `html`, on no trigger.

<details><summary>Entities and fields</summary>

Changed outside gtmgen since the last push, and reverted by this plan:

| | kind | name | from | fields |
|---|---|---|---|---|
| update | tag | GA4 - Google tag | spec.yaml:5:3 | - paused: "true"<br>- tagFiringOption: \
"UNLIMITED"<br>\\(9 unchanged fields hidden\\) |

Changed outside gtmgen and in the spec since the last push; this plan applies the spec:

| | kind | name | from | fields |
|---|---|---|---|---|
| rename | tag | GA4 - buy -\\> GA4 - sold | spec.yaml:16:12 | \\+ blockingTriggerId: "internal \
visitors"<br>\\~ name: "GA4 - buy" -\\> "GA4 - sold"<br>\\~ parameter.eventName: \
"purchase\\_done" -\\> "paid"<br>\\(12 unchanged fields hidden\\) |

Changed in the spec:

| | kind | name | from | fields |
|---|---|---|---|---|
| delete | tag | Left |  |  |

</details>
"""
    )


def test_json_key_by_key(shell: Shell) -> None:
    drifted(shell)

    data = json.loads(shell.plan("--format", "json").out)

    assert data.pop("format_version") == "2.0"
    (plan,) = data.pop("plans")
    assert data == {}
    assert plan == {
        "project": "shop",
        "container": "GTM-SHOP1",
        "workspace": "gtmgen",
        "workspace_exists": True,
        "target": "local GTM",
        "summary": {
            "create": 0,
            "update": 1,
            "rename": 1,
            "adopt": 0,
            "delete": 1,
            "unchanged": 7,
            "equal": 0,
            "unmanaged": 1,
        },
        "meaning": {
            "severities": {
                "deduplication": 0,
                "loss": 2,
                "firing": 2,
                "privacy": 0,
                "account": 0,
                "values": 0,
                "harmless": 2,
            },
            "facts": plan["meaning"]["facts"],
        },
        "changes": [
            {
                "action": "rename",
                "kind": "tag",
                "name": "GA4 - sold",
                "old_name": "GA4 - buy",
                "place": "spec.yaml:16:12",
                "drift": "both",
                "fields": [
                    {"path": "blockingTriggerId", "old": None, "new": "internal visitors"},
                    {"path": "name", "old": "GA4 - buy", "new": "GA4 - sold"},
                    {"path": "parameter.eventName", "old": "purchase_done", "new": "paid"},
                ],
                "unchanged_fields": 12,
            },
            {
                "action": "update",
                "kind": "tag",
                "name": "GA4 - Google tag",
                "old_name": "GA4 - Google tag",
                "place": "spec.yaml:5:3",
                "drift": "outside",
                "fields": [
                    {"path": "paused", "old": "true", "new": None},
                    {"path": "tagFiringOption", "old": "UNLIMITED", "new": None},
                ],
                "unchanged_fields": 9,
            },
            {
                "action": "delete",
                "kind": "tag",
                "name": "Left",
                "old_name": "Left",
                "place": None,
                "drift": "unknown",
                "fields": [
                    {"path": "name", "old": "Left", "new": None},
                    {"path": "notes", "old": "[gtmgen shop tag/left.ga4]", "new": None},
                    {"path": "parameter.html", "old": "<b>", "new": None},
                    {"path": "type", "old": "html", "new": None},
                ],
                "unchanged_fields": 0,
            },
        ],
        "equal": [],
        "in_use": [],
        "conflicts": [],
        "double_installs": [],
        "cost": {
            "entity_by_entity": {"calls": 11, "minutes": 0.0},
            "bulk": {"calls": 9, "minutes": 0.0},
        },
        "checksum": plan["checksum"],
    }
    assert plan["meaning"]["facts"][2] == {
        "severity": "loss",
        "change": "changed",
        "group": "event",
        "key": "buy",
        "title": "buy",
        "about": "tag_event",
        "text": "Event of `GA4 - sold`: `paid` instead of `purchase_done`.",
        "risk": (
            "Reports, key events and audiences in GA4 that use `purchase_done` no longer receive "
            "data."
        ),
        "before": "purchase_done",
        "after": "paid",
        "concerns": [],
    }


def test_several_plans_in_json_and_text(shell: Shell) -> None:
    shell.spec(SPEC, "a.yaml")
    shell.spec(SPEC.replace("project: shop", "project: blog"), "b.yaml")

    data = json.loads(
        shell.run("plan", "a.yaml", "b.yaml", "--target", "local", "--format", "json").out
    )
    text = shell.run("plan", "a.yaml", "b.yaml", "--target", "local").out

    assert data["format_version"] == "2.0"
    assert [plan["project"] for plan in data["plans"]] == ["shop", "blog"]
    assert text.count("Plan: 9 to create.") == 2
    assert text.endswith(
        """
spec       +   ~   >   <   -  at worst
shop       9   -   -   -   -  harmless
blog       9   -   -   -   -  harmless
2 specs   18   -   -   -   -

All 2 plans: 28 API calls; in bulk 14 calls.
"""
    )


def test_markdown_holds_no_markup_of_theirs(shell: Shell) -> None:
    shell.spec()
    shell.pushed()
    evil = "a|b`c<img src=x onerror=1>*d*\n# h &amp; @someone [x](y) ~~z~~"
    shell.gtm.edit("tag", "GA4 - buy", name=evil)
    shell.gtm.edit(
        "tag",
        "GA4 - Google tag",
        lambda tag: tag["parameter"].append({"type": "template", "key": "k`|", "value": evil}),
    )

    out = shell.plan("--format", "markdown").out

    told, _, folded = out.partition("<details><summary>Entities and fields</summary>")
    assert "<img" not in re.sub(r"`[^`\n]*`", "", told).replace("\\<", "")
    assert "@someone" not in re.sub(r"`[^`\n]*`", "", told)
    rows = [line for line in folded.splitlines() if line.startswith("|")]
    assert len(rows) == 4
    name = (
        "a\\|b\\`c\\<img src=x onerror=1\\>\\*d\\*\\\\u000a\\# h \\&amp; "
        "&#64;someone \\[x\\]\\(y\\) \\~\\~z\\~\\~"
    )
    assert f"| {name} -\\> GA4 - buy |" in out
    assert "parameter.k\\`\\|: " in out
    for row in rows[2:]:
        assert row.replace("\\|", "").count("|") == 6
        assert "<img" not in row.replace("\\<", "")
        assert "@" not in row


def test_long_values_are_cut_around_the_difference(shell: Shell) -> None:
    shell.spec()
    shell.pushed()
    notes = "x" * 300 + "here" + "y" * 300
    shell.gtm.edit("tag", "GA4 - buy", notes=f"{notes}\n[gtmgen shop tag/buy.ga4]")
    shell.gtm.edit(
        "tag",
        "GA4 - Google tag",
        lambda tag: tag["parameter"].append({"type": "template", "key": "k", "value": notes}),
    )

    lines = shell.plan("--verbose").out.splitlines()

    (changed,) = [line for line in lines if "~ notes" in line]
    (removed,) = [line for line in lines if "- parameter.k" in line]
    assert changed == (f'      ~ notes: "{"x" * 94}..." -> "[gtmgen shop tag/buy.ga4]"')
    assert removed == f'      - parameter.k: "{"x" * 94}..."'
    data = json.loads(shell.plan("--format", "json").out)
    assert notes in json.dumps(data)  # whole, for machines


def test_a_difference_deep_in_a_text_is_shown(shell: Shell) -> None:
    spec = SPEC + 'gtm: {tags: {raw: {type: html, on: internal, parameters: {html: "HTML"}}}}\n'
    start, end = "a" * 200, "b" * 200
    shell.spec(spec.replace("HTML", f"{start}one{end}"))
    shell.pushed()
    shell.spec(spec.replace("HTML", f"{start}two{end}"))

    (line,) = [line for line in shell.plan("-v").out.splitlines() if "parameter.html" in line]

    cut = "b" * 68
    assert line == (
        f'      ~ parameter.html: "...{"a" * 20}one{cut}..." -> "...{"a" * 20}two{cut}..."'
    )


def test_verbose_shows_what_a_new_entity_holds(shell: Shell) -> None:
    shell.spec()

    quiet, verbose = shell.plan().out, shell.plan("--verbose").out

    assert "parameter.eventName" not in quiet
    assert '      + parameter.eventName: "purchase_done"\n' in verbose


def test_lists_are_in_the_order_of_their_numbers(shell: Shell) -> None:
    keys = "".join(f"  k{number:02}: {{path: a{number:02}}}\n" for number in range(12))
    params = ", ".join(f"k{number:02}: k{number:02}" for number in range(12))
    spec = SPEC.replace("data:\n", f"data:\n{keys}")
    shell.spec(spec.replace("total: value", f"{params}, total: value"))

    lines = [line for line in shell.plan("-v").out.splitlines() if "Table[" in line]

    numbers = [int(line.split("[")[1].split("]")[0]) for line in lines]
    assert numbers == sorted(numbers)
    assert numbers[-1] > 10


def test_problems_as_json(shell: Shell) -> None:
    shell.spec(SPEC.replace("except: [internal]", "except: [\u202enobody]"))

    result = shell.run("validate", "spec.yaml", "--format", "json")

    data = json.loads(result.out)
    assert result.code == 1
    assert result.err == ""
    assert "\u202e" not in result.out
    assert data["format_version"] == "1.0"
    problem = data["problems"][0]
    assert set(problem) == {
        "rule",
        "severity",
        "message",
        "hint",
        "file",
        "line",
        "column",
        "path",
        "fix",
    }
    assert (problem["severity"], problem["file"], problem["line"]) == ("error", "spec.yaml", 14)
    assert problem["path"][-2:] == ["except", 0]


def test_json_of_a_valid_spec(shell: Shell) -> None:
    shell.spec()

    result = shell.run("validate", "spec.yaml", "--format", "json")

    assert json.loads(result.out) == {
        "format_version": "1.0",
        "problems": [],
        "ignored": [],
    }
    assert result.code == 0


def test_the_summary_of_a_compilation(shell: Shell) -> None:
    shell.spec()

    assert (
        shell.run("compile", "spec.yaml", "--format", "summary").out
        == """\
Tags (2)
  GA4 - buy         gaawe                 spec.yaml:16:12
  GA4 - Google tag  googtag               spec.yaml:5:3

Triggers (2)
  event - buy        CUSTOM_EVENT          spec.yaml:12:5
  internal visitors  CUSTOM_EVENT          spec.yaml:9:3

Variables (2)
  event ID - generated  template Event data (shop)  spec.yaml:2:1
  data - value          template Event data (shop)  spec.yaml:7:3

Templates (1)
  Event data (shop)                        spec.yaml:2:1

Folders (1)
  Shop                        spec.yaml:3:48

Built-in variables (1)
  Random Number
"""
    )
