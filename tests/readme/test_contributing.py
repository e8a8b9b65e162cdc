"""CONTRIBUTING names files that exist, and examples that stand in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PATHS = sorted(set(re.findall(r"`((?:gtmgen|tests|templates|docs)/[\w./-]+)`", TEXT)))
SECTION = TEXT.partition("## Where something new goes")[2].partition("\n## ")[0]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in SECTION.splitlines()
    if line.startswith("|")
][2:]


@pytest.mark.parametrize("path", PATHS)
def test_every_path_exists(path: str) -> None:
    assert (ROOT / path).exists()


def test_the_table_says_where_each_thing_goes() -> None:
    assert [row[0] for row in ROWS] == [
        *("kind of entity", "field of a kind", "trigger form", "data source"),
        *("rule about a container", "rule about a spec", "pack", "verb", "report"),
    ]
    assert {len(row) for row in ROWS} == {4}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row[0]))
def test_each_file_of_a_row_has_the_example(row: list[str]) -> None:
    """An example that is a word stands in each of the modules that a new one goes into."""
    files = [ROOT / path for path in re.findall(r"`(gtmgen/[\w./-]+\.py)`", row[1])]
    example = row[2].strip("`").removeprefix("Kind.").lower()
    if "/" not in example:
        texts = {file: file.read_text(encoding="utf-8").lower() for file in files}
        assert [file for file, text in texts.items() if example not in text] == []
