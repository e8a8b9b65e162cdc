"""What a change means, on a terminal: colours that can be left out, and 80 columns."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from push.harness import Shell

FOLDER = Path(__file__).parents[1] / "meaning/review"
SIDES = (str(FOLDER / "before.yaml"), str(FOLDER / "after.yaml"))
CODE = re.compile("\x1b\\[[0-9;]*m")


@pytest.fixture(autouse=True)
def no_colours_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


def test_a_pipe_and_a_log_get_no_colours(shell: Shell) -> None:
    assert "\x1b" not in shell.run("diff", *SIDES).out


def test_colours_change_no_word(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = shell.run("diff", *SIDES, "--verbose").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    coloured = shell.run("diff", *SIDES, "--verbose").out

    assert coloured != plain
    assert CODE.sub("", coloured) == plain


def test_what_is_grave_and_what_is_deleted_stands_out(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    lines = shell.run("diff", *SIDES).out.split("\n")

    assert "\x1b[1;31m  1 breaks deduplication with the server\x1b[0m" in lines
    assert "  \x1b[31m-\x1b[0m \x1b[31m`guide_read` was removed.\x1b[0m" in lines


@pytest.mark.parametrize("how", ["--no-color", "NO_COLOR", "TERM"])
def test_colours_can_be_left_out(shell: Shell, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    if how != "TERM":
        monkeypatch.setenv("FORCE_COLOR", "1")
    if not how.startswith("-"):
        monkeypatch.setenv(how, "dumb")

    options = [how] if how.startswith("-") else []

    assert "\x1b" not in shell.run("diff", *SIDES, *options).out


@pytest.mark.parametrize(("both", "end"), [(True, "3 warnings\n\n"), (False, "3 warnings\n")])
def test_on_a_screen_a_blank_line_parts_warnings_and_the_plan(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, both: bool, end: str
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: both, raising=False)
    assert shell.run("plan", SIDES[0], "--target", "local:gtm.json").err.endswith(end)


def test_lines_hold_at_eighty_columns(shell: Shell) -> None:
    lines = shell.run("diff", *SIDES).out.split("\n")
    assert not [line for line in lines[1:] if len(line) > 80]


def test_only_googles_quota_takes_minutes(shell: Shell) -> None:
    shell.spec()
    assert "\nCost: 14 API calls; in bulk 7 calls.\n" in shell.plan().out


def test_a_quiet_push_prints_a_line_in_place_of_the_plan(shell: Shell) -> None:
    shell.spec()
    assert shell.pushed().out == (
        "Plan: 9 to create. 0 unchanged, 0 unmanaged.\n"
        "Applied: 9 created, in 9 calls.\n"
        "Pushed. Read back: the workspace gtmgen matches the spec.\n"
    )
