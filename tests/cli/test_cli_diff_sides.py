"""``gtmgen diff``: stdin, a revision of the other side's file, and what gtmgen made alone."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from push.harness import SPEC, Shell
from source.test_git import Repo

LIVE = ("--target", "local")
HTML = [{"type": "template", "key": "html", "value": "<b>"}]


def from_stdin(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


def test_a_spec_on_stdin(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.spec()
    from_stdin(monkeypatch, SPEC.replace("purchase_done", "paid"))

    text = shell.run("diff", "spec.yaml", "-").out

    assert text.startswith("spec.yaml -> stdin\n")
    assert "`buy` is sent to GA4 as `paid` instead of `purchase_done`." in text


def test_an_export_on_stdin(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.spec()
    shell.run("compile", "spec.yaml", "-o", "export.json", "-q")
    from_stdin(monkeypatch, Path("export.json").read_text())

    assert shell.run("diff", "-", "spec.yaml", "--exit-code").code == 0


def test_only_one_side_is_on_stdin(shell: Shell) -> None:
    result = shell.run("diff", "-", "-")
    assert (result.code, result.err) == (2, "error: only one side can be read from stdin\n")


def test_a_revision_alone_is_of_the_other_side(shell: Shell) -> None:
    repo = Repo(shell.folder)
    shell.spec()
    repo.commit()
    shell.spec(SPEC.replace("purchase_done", "paid"))

    for sides in (("git:HEAD", "spec.yaml"), ("spec.yaml", "git:HEAD")):
        result = shell.run("diff", *sides, "--exit-code")
        assert (result.code, result.err) == (3, "")
        assert "git:HEAD:spec.yaml" in result.out.split("\n")[0]


def test_a_revision_alone_beside_what_is_no_file(shell: Shell) -> None:
    result = shell.run("diff", "git:HEAD", "GTM-SHOP1", *LIVE)
    assert result.code == 2
    assert result.err.startswith("error: `git:HEAD` is not something that can be compared\n")


def test_only_what_gtmgen_made(shell: Shell) -> None:
    shell.spec()
    shell.pushed()
    shell.gtm.create("tag", name="Theirs", type="html", parameter=HTML)
    sides = ("GTM-SHOP1/workspaces/gtmgen", "spec.yaml", *LIVE, "--exit-code")

    assert "`Theirs`" in shell.run("diff", *sides).out
    managed = shell.run("diff", *sides, "--managed")

    assert managed.code == 0
    assert managed.out.endswith("\n\nNo differences. 9 unchanged.\n")


def test_of_a_specs_own_project(shell: Shell) -> None:
    shell.spec()
    shell.spec(SPEC.replace("project: shop", "project: blog"), "blog.yaml")
    shell.run("compile", "blog.yaml", "-o", "blog.json", "-q")

    result = shell.run("diff", "blog.json", "spec.yaml", "--managed", "--format", "json")

    summary = json.loads(result.out)["diffs"][0]["summary"]
    assert (summary["removed"], summary["added"]) == (0, 8)
