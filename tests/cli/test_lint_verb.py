"""``gtmgen lint``: specs and exports, formats, baselines, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from push.harness import SPEC, Shell

from gtmgen.rules.registry import all_rules

EXPORT = {
    "exportFormatVersion": 2,
    "containerVersion": {
        "container": {"publicId": "GTM-TEST", "usageContext": ["WEB"]},
        "tag": [
            {
                "accountId": "1",
                "containerId": "2",
                "tagId": "3",
                "name": "Greeting",
                "type": "html",
                "parameter": [
                    {"type": "TEMPLATE", "key": "html", "value": "<script>hi({{Nobody}})</script>"}
                ],
                "fingerprint": "1",
                "tagFiringOption": "ONCE_PER_EVENT",
            }
        ],
    },
}
NEVER = "tag `Greeting`: The tag has no firing trigger and no other tag runs it, so it never fires."
DANGLING = "tag `Greeting`: It refers to the variable `Nobody`, which does not exist."


@pytest.fixture
def export(shell: Shell) -> str:
    write_export(shell.folder)
    return "old.json"


def write_export(folder: Path, **more: object) -> None:
    version = {**EXPORT["containerVersion"], **more}
    text = json.dumps({**EXPORT, "containerVersion": version}, indent=4)
    (folder / "old.json").write_text(text)


def found(shell: Shell, *arguments: str) -> list[tuple[str, str, int]]:
    printed = json.loads(shell.run("lint", *arguments, "--format", "json").out)
    return [(item["rule"], item["message"], item["line"]) for item in printed["problems"]]


def test_an_export_is_told_with_the_line_of_the_entity(shell: Shell, export: str) -> None:
    result = shell.run("lint", "--container", export)

    assert result.code == 1
    assert f"old.json:15:1: warning[tag-without-trigger]: {NEVER}\n" in result.out
    assert f"old.json:15:1: warning[dangling-variable]: {DANGLING}\n" in result.out
    assert '"name"' not in result.out  # a line of JSON would say less than the entity's name


def test_json(shell: Shell, export: str) -> None:
    told = found(shell, "--container", export)

    assert ("tag-without-trigger", NEVER, 15) in told
    assert ("dangling-variable", DANGLING, 15) in told


def test_a_spec_is_told_at_its_own_lines(shell: Shell) -> None:
    shell.spec(SPEC.replace("data:\n", "data:\n  unused: {path: x}\n"))

    result = shell.run("lint", "spec.yaml")

    assert result.code == 1
    assert "warning[unused-data]" in result.out
    assert "  unused: {path: x}\n" in result.out


def test_a_sound_spec_is_said_to_be(shell: Shell) -> None:
    # As it stands, what is to block internal visitors blocks all.
    shell.spec(SPEC.replace("event_matches: ^b", "event_matches: ^b, where: {page_path: /team}"))

    result = shell.run("lint", "spec.yaml", "--fail-on", "warning")

    assert (result.code, [line for line in result.out.splitlines() if "warning[" in line]) == (
        0,
        [],
    )


@pytest.mark.parametrize("ignore", [False, True])
def test_a_trigger_that_nothing_uses_is_told_once(shell: Shell, ignore: bool) -> None:
    reason = (
        "lint: {ignore: [{rule: unused-trigger, where: triggers.spare, reason: For the fair.}]}\n"
    )
    shell.spec(f"{SPEC}{reason if ignore else ''}".replace(
        "triggers:\n", "triggers:\n  spare: {event: spare}\n"
    ))  # fmt: skip

    out = shell.run("lint", "spec.yaml").out

    assert "unused-entity" not in out
    assert out.count("nothing uses the trigger `spare`") == int(not ignore)


def test_errors_of_a_spec_stop_the_rest(shell: Shell) -> None:
    shell.spec(SPEC.replace("project: shop\n", ""))

    result = shell.run("lint", "spec.yaml")

    assert result.code == 1
    assert "error[missing-key]: `project` is missing" in result.out


@pytest.mark.parametrize(("level", "code"), [("error", 0), ("warning", 1), ("note", 1)])
def test_from_which_severity_on_it_fails(shell: Shell, export: str, level: str, code: int) -> None:
    assert shell.run("lint", "--container", export, "--fail-on", level).code == code


def test_with_a_baseline_only_what_is_new_counts(shell: Shell, export: str) -> None:
    first = shell.run("lint", "--container", export, "--write-baseline", "debts.json")
    debts = len(json.loads((shell.folder / "debts.json").read_text())["findings"])
    same = shell.run("lint", "--container", export, "--baseline", "debts.json")
    write_export(shell.folder, trigger=[{"triggerId": "9", "name": "New", "type": "PAGEVIEW"}])
    more = shell.run("lint", "--container", export, "--baseline", "debts.json", "--fail-on", "note")

    assert first.code == 0
    assert (same.code, same.out) == (0, "")
    assert f"{debts} more are in the baseline" in same.err
    assert more.code == 1
    assert "note[unused-entity]: trigger `New`: No tag, trigger group or zone uses it" in (
        more.out.replace("uses the trigger.", "uses it")
    )


def test_errors_of_a_spec_are_no_debts(shell: Shell) -> None:
    """Nothing compiles with them: a baseline that hid one would call a broken spec sound."""
    broken = SPEC.replace("project: shop\n", "")
    shell.spec(broken)

    first = shell.run("lint", "spec.yaml", "--write-baseline", "debts.json")
    same = shell.run("lint", "spec.yaml", "--baseline", "debts.json")

    assert (first.code, first.out) == (1, "")
    assert first.err.startswith(
        "wrote debts.json: no problems\nerrors of a spec cannot be recorded, and are left out:\n\n"
        "spec.yaml:1:1: error[missing-key]: `project` is missing\n"
    )
    assert json.loads((shell.folder / "debts.json").read_text())["findings"] == []
    assert same.code == 1
    assert "error[missing-key]: `project` is missing" in same.out


def test_a_baseline_made_by_hand_hides_no_error_of_a_spec(shell: Shell) -> None:
    shell.spec(SPEC.replace("project: shop\n", ""))
    finding = {"file": "spec.yaml", "rule": "missing-key", "message": "`project` is missing"}
    debts = {"version": "1.0", "findings": [finding]}
    (shell.folder / "debts.json").write_text(json.dumps(debts))

    result = shell.run("lint", "spec.yaml", "--baseline", "debts.json")

    assert result.code == 1
    assert "error[missing-key]: `project` is missing" in result.out


def test_what_of_the_baseline_is_gone_is_said(shell: Shell, export: str) -> None:
    shell.run("lint", "--container", export, "--write-baseline", "debts.json")
    (shell.folder / "old.json").write_text(
        json.dumps({**EXPORT, "containerVersion": {**EXPORT["containerVersion"], "tag": []}})
    )

    result = shell.run("lint", "--container", export, "--baseline", "debts.json")

    assert result.code == 0
    assert "3 of the baseline are gone: write it again with `--write-baseline`" in result.err


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"findings": [1]}', '{"findings": [{"file": 1}]}']
)
def test_a_file_that_is_no_baseline(shell: Shell, export: str, text: str) -> None:
    (shell.folder / "debts.json").write_text(text)

    result = shell.run("lint", "--container", export, "--baseline", "debts.json")

    assert (result.code, result.out) == (1, "")
    assert result.err == (
        "error: `debts.json` is not a baseline\n\nhint: `gtmgen lint --write-baseline` makes one\n"
    )


def test_a_web_container_and_its_server_container_are_held_side_by_side(
    shell: Shell, export: str
) -> None:
    pixel, other = "C4LINTVERB0000000001", "C4LINTVERB0000000002"
    code = f"<script>ttq.load('{pixel}'); ttq.track('Contact', {{}});</script>"
    base = EXPORT["containerVersion"]["tag"][0]
    browser = {**base, "parameter": [{"type": "TEMPLATE", "key": "html", "value": code}]}
    write_export(shell.folder, tag=[browser])
    fields = {"event": "Contact", "pixel_code": other, "event_id": "a"}
    server = {
        **base,
        "type": "cvt_2_7",
        "parameter": [
            {"type": "TEMPLATE", "key": key, "value": value} for key, value in fields.items()
        ],
    }
    template = {
        "templateId": "7",
        "containerId": "2",
        "name": "Events API",
        "templateData": "___INFO___\n\n{}\n",
        "galleryReference": {"owner": "tiktok", "repository": "gtm-template-eapi"},
    }
    version = {
        "container": {"publicId": "GTM-SERVER", "usageContext": ["SERVER"]},
        "tag": [server],
        "customTemplate": [template],
    }
    document = json.dumps({**EXPORT, "containerVersion": version}, indent=4)
    (shell.folder / "server.json").write_text(document)

    result = shell.run("lint", "--container", export, "--container", "server.json")

    assert result.code == 1
    assert (
        f": warning[halves-account]: tag `{base['name']}`: It sends TikTok events to `{other}`, "
        f"the browser to `{pixel}`: as the pixels differ, nothing is dropped as the same.\n"
    ) in result.out


def test_nothing_to_check(shell: Shell) -> None:
    result = shell.run("lint")

    assert result.code == 2
    assert result.err == (
        "error: there is nothing to check\n\nhint: name a spec, or `--container EXPORT`\n"
    )


def test_github_shows_findings_beside_the_lines(shell: Shell, export: str) -> None:
    out = shell.run("lint", "--container", export, "--format", "github").out

    assert f"::warning file=old.json,line=15,col=1,title=dangling-variable::{DANGLING}\n" in out


def test_sarif_names_the_rules_and_where_they_strike(shell: Shell, export: str) -> None:
    log = json.loads(shell.run("lint", "--container", export, "--format", "sarif").out)

    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    (result,) = [item for item in run["results"] if item["ruleId"] == "dangling-variable"]
    assert log["version"] == "2.1.0"
    assert rules[result["ruleIndex"]]["id"] == "dangling-variable"
    assert rules[result["ruleIndex"]]["shortDescription"]["text"] == (
        all_rules()["dangling-variable"].title
    )
    assert result["level"] == "warning"
    assert result["message"]["text"] == DANGLING
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "old.json"},
        "region": {"startLine": 15, "startColumn": 1, "endColumn": 2},
    }


def test_validate_speaks_github_and_sarif_too(shell: Shell) -> None:
    shell.spec(SPEC.replace("project: shop\n", "project: 'a,b:%'\n"))

    github = shell.run("validate", "spec.yaml", "--format", "github").out
    sarif = json.loads(shell.run("validate", "spec.yaml", "--format", "sarif").out)

    assert github.startswith(
        "::error file=spec.yaml,line=2,col=10,title=bad-value::the text `a,b:%25`"
    )
    assert github.count("\n") == 1
    assert [item["level"] for item in sarif["runs"][0]["results"]] == ["error"]


def test_without_problems_github_gets_nothing(shell: Shell) -> None:
    shell.spec()

    assert shell.run("validate", "spec.yaml", "--format", "github").out == ""


def test_rules_lists_and_explains(shell: Shell) -> None:
    listed = shell.run("rules").out
    explained = shell.run("rules", "dangling-variable").out
    as_json = json.loads(shell.run("rules", "--format", "json").out)
    unknown = shell.run("rules", "dangling-varable")

    assert all(f"  {name} " in listed for name in all_rules())
    assert explained.startswith(
        "dangling-variable (warning): A reference to a variable that does not exist\n\n"
    )
    assert [rule["id"] for rule in as_json["rules"]] == sorted(all_rules())
    assert (unknown.code, unknown.err) == (
        2,
        "error: there is no rule `dangling-varable`\n\nhint: did you mean `dangling-variable`?\n",
    )


IGNORED = SPEC.replace("data:\n", "data:\n  unused: {path: x}\n") + (
    "lint: {ignore: [{rule: unused-data, where: data.unused, reason: For the app.}]}\n"
)


def test_what_is_ignored_is_counted(shell: Shell) -> None:
    shell.spec(IGNORED)

    assert shell.run("validate", "spec.yaml").err == "1 spec checked: no problems, 1 ignored\n"
    assert shell.run("lint", "spec.yaml").err.endswith(", 1 ignored\n")
    listed = json.loads(shell.run("validate", "spec.yaml", "--format", "json").out)
    assert listed["problems"] == []
    assert [(item["rule"], item["reason"]) for item in listed["ignored"]] == [
        ("unused-data", "For the app.")
    ]
    sarif = json.loads(shell.run("validate", "spec.yaml", "--format", "sarif").out)
    [result] = sarif["runs"][0]["results"]
    assert result["suppressions"] == [{"kind": "inSource", "justification": "For the app."}]


def test_an_entry_for_one_environment_is_no_mistake(shell: Shell) -> None:
    entry = "lint: {ignore: [{rule: unused-data, reason: For tests.}]}\n"
    shell.spec(SPEC + entry)
    assert "warning[unused-ignore]" in shell.run("validate", "spec.yaml").err

    shell.spec(SPEC + entry + "environments: {staging: {data: {spare: {path: y}}}}\n")
    result = shell.run("validate", "spec.yaml")
    assert result.err == "1 spec checked: no problems, 1 ignored\n"


def test_a_rule_of_lint_is_not_judged_by_validate(shell: Shell) -> None:
    shell.spec(SPEC + "lint: {ignore: [{rule: document-write, reason: None yet.}]}\n")

    assert shell.run("validate", "spec.yaml").err == "1 spec checked: no problems\n"
    assert "warning[unused-ignore]" in shell.run("lint", "spec.yaml").out


BROKEN = SPEC.replace("data:\n", "site: {currency: eur}   # ours\ndata:\n")


def test_fix_writes_what_is_surely_meant_and_shows_it(shell: Shell) -> None:
    shell.spec(BROKEN)
    line = BROKEN.split("\n").index("site: {currency: eur}   # ours") + 1

    result = shell.run("lint", "spec.yaml", "--fix", "--fail-on", "error")

    assert result.code == 0
    assert "-site: {currency: eur}   # ours\n+site: {currency: EUR}   # ours\n" in result.out
    assert f"@@ -{line - 1},3 +{line - 1},3 @@" in result.out
    assert result.err.startswith("mended 1 problem in 1 file\n")
    assert (shell.folder / "spec.yaml").read_text() == BROKEN.replace("eur}", "EUR}")


def test_diff_writes_nothing(shell: Shell) -> None:
    shell.spec(BROKEN)

    result = shell.run("lint", "spec.yaml", "--diff")

    assert result.code == 1
    assert "+site: {currency: EUR}   # ours\n" in result.out
    assert result.err == "would mend 1 problem in 1 file\n"
    assert (shell.folder / "spec.yaml").read_text() == BROKEN


def test_a_fix_in_an_included_file_keeps_its_byte_order_mark(shell: Shell) -> None:
    shell.spec(SPEC + "include: site.yaml\n")
    (shell.folder / "site.yaml").write_bytes(b"\xef\xbb\xbfsite: {currency: ' EUR'}\r\n")

    assert shell.run("lint", "spec.yaml", "--fix", "--fail-on", "error").code == 0
    fixed = (shell.folder / "site.yaml").read_bytes()
    assert fixed == b"\xef\xbb\xbfsite: {currency: EUR}\r\n"


def test_exports_are_not_fixed(shell: Shell, export: str) -> None:
    result = shell.run("lint", "--container", export, "--fix")

    assert result.code == 2
    assert result.err == (
        "error: `--fix` mends specs, not exports\n\n"
        "hint: `gtmgen import` makes a spec of an export\n"
    )


UNSET = SPEC.replace("data:\n", "site: {currency: '${CURRENCY}'}\ndata:\n")


def test_validate_needs_no_values(shell: Shell) -> None:
    shell.spec(UNSET)

    result = shell.run("validate", "spec.yaml")
    assert result.code == 0
    assert result.err == (
        "1 spec checked: no problems\n"
        "not set here: `CURRENCY`; compile, plan and push need a value\n"
    )
    assert "CURRENCY" not in shell.run("lint", "spec.yaml").out
    compiled = shell.run("compile", "spec.yaml")
    assert compiled.code == 1
    assert "the environment variable `CURRENCY` is not set" in compiled.err


def test_one_finding_of_the_baseline_is_told_in_the_singular(shell: Shell) -> None:
    old = {"exportFormatVersion": 2, "containerVersion": {"container": {"publicId": "GTM-OLD1"}}}
    unused = {"variableId": "1", "name": "A", "type": "c", "parameter": []}
    with_debt = {**old, "containerVersion": {**old["containerVersion"], "variable": [unused]}}
    (shell.folder / "debt.json").write_text(json.dumps(with_debt))
    shell.run("lint", "--container", "debt.json", "--write-baseline", "debts.json")

    same = shell.run("lint", "--container", "debt.json", "--baseline", "debts.json")
    assert same.err == "no problems\n1 more is in the baseline\n"
    (shell.folder / "debt.json").write_text(json.dumps(old))
    gone = shell.run("lint", "--container", "debt.json", "--baseline", "debts.json")
    assert gone.err == (
        "no problems\n1 of the baseline is gone: write it again with `--write-baseline`\n"
    )
