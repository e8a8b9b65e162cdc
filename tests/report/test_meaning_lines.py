"""The lines of a terminal: at most 80 wide, and no name in two."""

from __future__ import annotations

from gtmgen.meaning.model import Fact, Meaning
from gtmgen.report.meaning_report import render_meaning_lines


def test_a_name_with_blanks_stays_on_one_line() -> None:
    names = "`TikTok - add_to_cart`, `TikTok - begin_checkout`, `TikTok - newsletter`"
    fact = Fact("changed", "container", "tags", "tags", "tag_paused", values=(("name", names),))
    assert render_meaning_lines(Meaning((fact,))) == [
        "tags",
        "  ~ Paused: `TikTok - add_to_cart`, `TikTok - begin_checkout`,",
        "    `TikTok - newsletter`.",
        "",
    ]


def test_a_long_value_breaks_at_its_blanks() -> None:
    value = f"`{'where the visitor ' * 6}`"
    fact = Fact("changed", "container", "tags", "tags", "tag_paused", values=(("name", value),))
    lines = render_meaning_lines(Meaning((fact,)))
    assert len(lines) == 4
    assert max(map(len, lines)) <= 80
