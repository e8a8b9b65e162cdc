"""``gtmgen diff``: every kind of side, its formats and exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from compare.disguise import disguised
from push.harness import EVERYTHING, SPEC, Shell
from source.test_git import Repo

from gtmgen.cli.target import connect

LIVE = ("--target", "local")
SPECS = Path(__file__).parents[2] / "specs"


def compiled(shell: Shell, spec: str = "spec.yaml", to: str = "export.json", *more: str) -> str:
    assert shell.run("compile", spec, "-o", to, "-q", *more).code == 0
    return to


def refused(shell: Shell, *arguments: str, code: int = 2) -> str:
    result = shell.run("diff", *arguments)
    assert (result.code, result.out) == (code, "")
    return result.err


# -- refused ---------------------------------------------------------------------------


@pytest.mark.parametrize("side", ["", "spec", "GTM-", "GTM-A/x", "local", "accounts/1"])
def test_what_cannot_be_compared(shell: Shell, side: str) -> None:
    shell.spec()

    for sides in ((side, "spec.yaml"), ("spec.yaml", side)):
        assert refused(shell, *sides).startswith(
            f"error: `{side}` is not something that can be compared\n\nhint: give a spec (.yaml), "
        )


def test_files_that_are_not_there(shell: Shell) -> None:
    shell.spec()

    assert "`none.yaml` does not exist" in refused(shell, "spec.yaml", "none.yaml")
    assert "`none.json` does not exist" in refused(shell, "none.json", "spec.yaml")


def test_a_spec_with_problems(shell: Shell) -> None:
    shell.spec("gtmgen: 1\n", "broken.yaml")
    shell.spec()

    assert "broken.yaml:1:1: error[missing-key]" in refused(
        shell, "spec.yaml", "broken.yaml", code=1
    )


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"containerVersion": {"tag": [1]}}', "{"])
def test_json_that_is_no_export(shell: Shell, text: str) -> None:
    shell.spec()
    Path("export.json").write_text(text)

    assert "export.json" in refused(shell, "spec.yaml", "export.json", code=1)


def test_an_environment_needs_a_spec(shell: Shell) -> None:
    shell.spec()
    compiled(shell)

    assert refused(shell, "export.json", "export.json", "--env", "x") == (
        "error: `--env` is for specs, and neither side is one\n"
    )
    assert "the spec has no environment `x`" in refused(
        shell, "export.json", "spec.yaml", "--env", "x"
    )


def test_wrong_options(shell: Shell) -> None:
    assert "`--format` is text or json or markdown" in refused(
        shell, "a.yaml", "b.yaml", "--format", "xml"
    )
    assert "`--target` is api, local" in refused(shell, "GTM-A", "GTM-A", "--target", "x")


def test_what_gtm_does_not_have(shell: Shell) -> None:
    shell.spec()
    shell.pushed()

    for side, message in (
        ("GTM-SHOP1/workspaces/none", "GTM-SHOP1 has no workspace `none`"),
        ("GTM-SHOP1/versions/7", "GTM-SHOP1 has no version"),
        ("GTM-SHOP1/versions/x", "`x` is not a version"),
        ("GTM-SHOP1", "GTM-SHOP1 has no version"),
    ):
        assert message in refused(shell, side, "spec.yaml", *LIVE)


# -- alike -----------------------------------------------------------------------------


@pytest.mark.parametrize("file", sorted(SPECS.glob("*.yaml")), ids=lambda file: file.stem)
def test_a_spec_equals_its_own_export(shell: Shell, file: Path) -> None:
    # Of two containers, an export is compared with its own half.
    halves = ("--only", "web") if "\nserver:\n" in file.read_text() else ()
    export = compiled(shell, str(file), "export.json", *halves)
    document = json.loads(Path(export).read_text())
    document["containerVersion"] = disguised(document["containerVersion"])
    Path("other.json").write_text(json.dumps(document))

    for other in (export, "other.json"):
        result = shell.run("diff", str(file), other, "--exit-code")
        assert result.code == 0, result.out
        assert result.out.startswith(f"{file} -> {other}\n\nNo differences. ")


def test_a_spec_equals_the_workspace_that_it_was_pushed_to(shell: Shell) -> None:
    shell.spec(EVERYTHING)
    shell.pushed()

    side, name = "GTM-SHOP1/workspaces/gtmgen", "workspace `gtmgen`"
    assert only_built_ins(shell, side, name, unchanged=32) == 4


def test_a_spec_equals_its_versions(shell: Shell) -> None:
    shell.spec()
    shell.pushed("--version", "one")

    sides = ("GTM-SHOP1", "GTM-SHOP1/versions/1", "GTM-SHOP1/versions/latest")
    found = [only_built_ins(shell, side, "version 1 `one`", unchanged=9) for side in sides]
    assert found == [5, 5, 5]


def only_built_ins(shell: Shell, side: str, name: str, unchanged: int) -> int:
    """GTM enables some built-in variables in every new container."""
    result = shell.run("diff", side, "spec.yaml", "--exit-code", *LIVE)
    assert (result.code, result.err) == (3, "")
    assert result.out.startswith(f"GTM-SHOP1, {name} (local GTM) -> spec.yaml\n\n")
    told = result.out.partition("\n  - These built-in variables are deleted: ")[2]
    removed = told.partition(".\n")[0].count("`") // 2
    assert result.out.endswith(f"\nDifferences: {removed} removed. {unchanged} unchanged.\n")
    return removed


def test_the_path_of_a_container(shell: Shell) -> None:
    shell.spec()
    shell.pushed()
    path = shell.gtm.container

    result = shell.run(
        "diff", f"{path}/workspaces/gtmgen", "GTM-SHOP1/workspaces/gtmgen", "--exit-code", *LIVE
    )

    assert result.code == 0


def test_the_published_version_comes_before_the_latest(shell: Shell) -> None:
    shell.spec()
    shell.pushed("--version", "one", "--publish")
    shell.spec(SPEC.replace("purchase_done", "paid"))
    shell.pushed("--version", "two")

    result = shell.run("diff", "GTM-SHOP1", "GTM-SHOP1/versions/latest", "--exit-code", *LIVE)

    assert result.code == 3
    assert (
        result.out
        == """\
GTM-SHOP1, version 1 `one` (local GTM) -> GTM-SHOP1, version 2 `two` (local GTM)

event buy
  ~ Event of `GA4 - buy`: `paid` instead of `purchase_done`.
    Doubles or loses events. Reports, key events and audiences in GA4 that use
    `purchase_done` no longer receive data.

`--verbose` shows every entity and field.

1 change in what is measured:
  1 doubles or loses events
Differences: 1 changed. 13 unchanged.
"""
    )


def test_files_need_no_connection(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr("gtmgen.cli.diff.connect", nowhere)
    assert connect is not nowhere
    shell.spec()

    assert shell.run("diff", "spec.yaml", compiled(shell)).code == 0


# -- git -------------------------------------------------------------------------------


@pytest.fixture
def repo(shell: Shell) -> Repo:
    repo = Repo(shell.folder)
    shell.spec(SPEC + "include: more/*.yaml\n")
    repo.write("more/data.yaml", "data: {other: {path: other}}\n")
    compiled(shell)
    repo.commit()
    return repo


def test_a_revision_and_the_working_tree(shell: Shell, repo: Repo) -> None:
    for side in ("spec.yaml", "export.json"):
        assert shell.run("diff", f"git:HEAD:{side}", side, "--exit-code").code == 0
    shell.spec(SPEC.replace("purchase_done", "paid"))
    compiled(shell)

    for side in ("spec.yaml", "export.json"):
        result = shell.run("diff", f"git:HEAD:{side}", side, "--exit-code", "--verbose")
        assert (result.code, result.err) == (3, "")
        assert result.out.startswith(f"git:HEAD:{side} -> {side}\n\n")
        assert '      ~ parameter.eventName: "purchase_done" -> "paid"\n' in result.out


def test_windows_line_ends_are_no_difference(shell: Shell, repo: Repo) -> None:
    for name in ("spec.yaml", "export.json"):
        path = Path(name)
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

        assert shell.run("diff", f"git:HEAD:{name}", name, "--exit-code").code == 0


def test_what_is_wrong_at_a_revision_is_named_so(shell: Shell, repo: Repo) -> None:
    repo.write("more/data.yaml", "data: {other: {path: [}}\n")
    repo.commit()

    message = refused(shell, "git:HEAD:spec.yaml", "export.json", code=1)

    assert message.startswith("git:HEAD:more/data.yaml:1:")
    assert "gtmgen-git-" not in message


def test_the_environment_and_its_variables_hold_for_both(
    shell: Shell, repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = SPEC.replace("purchase_done", '"${NAME}"')
    more = "environments: {test: {platforms: {ga4: {measurement_id: G-TEST123456}}}}\n"
    monkeypatch.setenv("NAME", "paid")
    shell.spec(text + more)
    repo.commit()
    compiled(shell, "spec.yaml", "export.json", "--env", "test")

    for sides in (("git:HEAD:spec.yaml", "spec.yaml"), ("spec.yaml", "export.json")):
        assert shell.run("diff", *sides, "--env", "test", "--exit-code").code == 0
    assert shell.run("diff", "spec.yaml", "export.json", "--exit-code").code == 3


def test_two_specs_need_no_values_of_variables(
    shell: Shell, repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pull request from a fork has none; what was exported has them."""
    shell.spec(SPEC.replace("G-ABC1234567", '"${STREAM}"'))
    repo.commit()
    shell.spec(SPEC.replace("G-ABC1234567", '"${STREAM}"').replace("purchase_done", "paid"))

    result = shell.run("diff", "git:HEAD:spec.yaml", "spec.yaml")

    assert (result.code, result.err) == (0, "")
    assert "`buy` is sent to GA4 as `paid` instead of `purchase_done`." in result.out
    assert "1 change in what is measured" in result.out

    monkeypatch.setenv("STREAM", "G-ABC1234567")
    compiled(shell, "spec.yaml", "export.json")
    assert shell.run("diff", "export.json", "spec.yaml", "--exit-code").code == 0
    monkeypatch.delenv("STREAM")
    against = shell.run("diff", "export.json", "spec.yaml")
    assert against.code == 1
    assert "error[missing-variable]: the environment variable `STREAM` is not set" in against.err


# -- formats ---------------------------------------------------------------------------


def changed(shell: Shell) -> None:
    shell.spec(SPEC, "old.yaml")
    new = SPEC.replace("purchase_done", "paid").replace("internal visitors", "our own")
    sell = "  sell: {on: {event: sell}, send: {ga4: {event: sold, name: GA4 - sell}}}\n"
    new = new.replace("events:\n", f"events:\n{sell}")
    shell.spec(new.replace("    where: {random_number: {gt: 5}}\n", ""), "new.yaml")


MEANING = """\
old.yaml -> new.yaml

event buy
  ~ `buy` is sent to GA4 as `paid` instead of `purchase_done`.
    Doubles or loses events. Reports, key events and audiences in GA4 that use
    `purchase_done` no longer receive data.
  - `buy` no longer needs this condition: `random_number` is greater than `5`.
    Changes where or when it fires. More events may be counted than before.

event sell
  + `sell` is new. Fires on the site's dataLayer message `sell`. Sent to GA4
    (`sold`).

triggers
  ~ The trigger `internal visitors` is now called `our own`.

"""
ENTITIES = """\
  - built-in-variable Random Number
  ~ trigger           event - buy
      - filter[0].parameter.arg0: "{{Random Number}}"
      - filter[0].parameter.arg1: "5"
      - filter[0].type: "GREATER"
      (5 unchanged fields hidden)
"""
TOTALS = """\
4 changes in what is measured:
  1 doubles or loses events
  1 changes where or when it fires
  2 harmless
Differences: 2 added, 1 removed, 2 changed, 1 renamed. 5 unchanged.
"""


def test_text(shell: Shell) -> None:
    changed(shell)

    result = shell.run("diff", "old.yaml", "new.yaml")

    assert (result.code, result.err) == (0, "")
    assert result.out == f"{MEANING}`--verbose` shows every entity and field.\n\n{TOTALS}"


def test_verbose_shows_what_was_added_and_removed(shell: Shell) -> None:
    changed(shell)

    text = shell.run("diff", "old.yaml", "new.yaml", "--verbose").out
    assert text.startswith(f"{MEANING}{ENTITIES}")
    assert text.endswith(f"\n\n{TOTALS}")
    lines = text.split("\n")

    place = lines.index("  + tag               GA4 - sell")
    assert '      + parameter.eventName: "sold"' in lines[place:]


def test_json(shell: Shell) -> None:
    changed(shell)

    data: Any = json.loads(shell.run("diff", "old.yaml", "new.yaml", "--format", "json").out)

    assert data.pop("format_version") == "2.0"
    (data,) = data["diffs"]
    assert (data["old"], data["new"]) == ("old.yaml", "new.yaml")
    assert data["summary"] == {
        "added": 2, "removed": 1, "changed": 2, "renamed": 1, "unchanged": 5}  # fmt: skip
    (renamed,) = [item for item in data["changes"] if item["difference"] == "renamed"]
    assert renamed == {
        "difference": "renamed",
        "kind": "trigger",
        "name": "our own",
        "old_name": "internal visitors",
        "fields": [],
        "unchanged_fields": 5,
    }


def test_markdown(shell: Shell) -> None:
    changed(shell)

    text = shell.run("diff", "old.yaml", "new.yaml", "--format", "markdown").out

    assert text.startswith("### old.yaml → new.yaml\n\nDifferences: 2 added, ")
    assert "\n| renamed | trigger | internal visitors -\\> our own | \\(5 unch" in text
    assert "\n| added | tag | GA4 - sell |  |\n" in text
