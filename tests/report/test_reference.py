"""The committed reference of the language is the one that the schema makes."""

from pathlib import Path

import pytest

from gtmgen.cli.main import main
from gtmgen.report.reference import render_schema_markdown

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


@pytest.mark.parametrize(
    ("schema", "row"),
    [
        ({"type": "boolean", "default": True}, "| `a` | true or false | Default: `true`. |"),
        ({"type": ["string", "null"], "default": None}, "| `a` | text, null | Default: `null`. |"),
        ({"type": "array", "items": {"type": "string"}, "default": ["x", "y_*"]},
         '| `a` | list of text | Default: `["x", "y_*"]`. |'),
        ({"enum": [True, False, "auto"], "default": "auto"},
         "| `a` | `true`, `false`, `auto` | Default: `auto`. |"),
        ({"const": True}, "| `a` | `true` |  |"),
    ],
)  # fmt: skip
def test_values_are_written_as_yaml_writes_them(schema: dict[str, object], row: str) -> None:
    empty: dict[str, object] = {"properties": {}}
    kinds = ("container", "site", "secret", "data", "page", "trigger", "where", "event")
    server = {"properties": {"accounts": {"properties": {}}}}
    text = render_schema_markdown(
        {
            "properties": {"platforms": {"properties": {"shop": {"properties": {"a": schema}}}}},
            "$defs": {**dict.fromkeys(kinds, empty), "gtm": empty, "server": server},
        }
    )
    assert row in text.split("\n")
