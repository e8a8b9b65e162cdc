"""Many plans at one look: a line for each spec, with what it does at worst."""

from __future__ import annotations

from collections.abc import Sequence

from gtmgen.meaning.model import Meaning
from gtmgen.plan.model import Action
from gtmgen.report.english import load_english
from gtmgen.report.meaning_report import STYLES
from gtmgen.report.paint import PLAIN, Paint
from gtmgen.report.plan_report import SYMBOLS, PlanView
from gtmgen.text import plural, printable

_COLUMNS = (Action.CREATE, Action.UPDATE, Action.RENAME, Action.ADOPT, Action.DELETE)
_MAX_NAME = 24


def render_plans_table(plans: Sequence[PlanView], paint: Paint = PLAIN) -> str:
    """The specs in their order, and the sums last; at most 80 columns."""
    names = [_cut(view.plan.project) for view in plans]
    of_specs = len(set(names)) == len(names)
    if not of_specs:  # the containers of one spec, or its environments
        names = [_cut(f"{view.plan.project} {view.plan.gtm}") for view in plans]
    total = plural(len(plans), "spec" if of_specs else "container")
    width = max(map(len, (*names, total)))
    counts = [[view.plan.count(action) for action in _COLUMNS] for view in plans]
    sums = [sum(column) for column in zip(*counts, strict=True)]
    digits = max(3, *(len(str(number)) for number in sums))
    head = " ".join(f"{SYMBOLS[action]:>{digits}}" for action in _COLUMNS)
    lines = [paint("bold", f"{'spec':<{width}}  {head}  at worst")]
    for name, row, view in zip(names, counts, plans, strict=True):
        worst = _format_worst(view.meaning(), paint)
        lines.append(f"{name:<{width}}  {_format_cells(row, digits)}  {worst}")
    lines.append(paint("bold", f"{total:<{width}}  {_format_cells(sums, digits)}"))
    return "\n".join(line.rstrip() for line in lines)


def _format_cells(numbers: Sequence[int], digits: int) -> str:
    return " ".join(f"{number or '-':>{digits}}" for number in numbers)


def _cut(name: str) -> str:
    text = printable(name)
    return text if len(text) <= _MAX_NAME else f"{text[: _MAX_NAME - 3]}..."


def _format_worst(meaning: Meaning, paint: Paint) -> str:
    severities = list(meaning.severities())
    if not severities:
        return "no change"
    return paint(STYLES[severities[0]], load_english().severity_of(severities[0]))
