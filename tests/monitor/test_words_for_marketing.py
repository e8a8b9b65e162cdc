"""What an alert means and what to do is said of every rule, in each language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gtmgen.spec.monitor_settings import RULES

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("page", ["monitor.md", "monitor.de.md", "monitor.fr.md", "monitor.es.md"])
def test_every_rule_has_its_words(page: str) -> None:
    rows = re.findall(r"^\| (`.*?) \| (.+) \| (.+) \|$", (DOCS / page).read_text(encoding="utf-8"),
                      re.MULTILINE)  # fmt: skip
    told = {rule for names, *_ in rows for rule in re.findall(r"`([a-z-]+)`", names)}
    assert told >= set(RULES)
