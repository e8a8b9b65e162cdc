"""The committed reference of the language is the one that the schema makes."""

from pathlib import Path

import pytest

from gtmgen.cli.main import main

ROOT = Path(__file__).resolve().parents[2]


def test_the_committed_reference_is_current(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "--format", "markdown"]) == 0
    made = capsys.readouterr().out
    committed = (ROOT / "docs" / "spec.md").read_text(encoding="utf-8")
    assert made == committed, "run `gtmgen schema --format markdown -o docs/spec.md`"


def test_every_key_of_a_trigger_has_a_row() -> None:
    text = (ROOT / "docs" / "spec.md").read_text(encoding="utf-8")
    section = text.partition("## triggers")[2].partition("\n## ")[0]
    keys = ("page", "event_matches", "visible", "scroll_pixels", "timer", "where", "except")
    assert [key for key in keys if f"| `{key}` |" not in section] == []
