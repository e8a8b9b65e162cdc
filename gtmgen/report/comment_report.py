"""One comment for a pull request: what the change means, for whoever approves it.

It begins with a marker, by which a later run finds and replaces it, and never becomes longer
than GitHub takes a comment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from gtmgen.compare.model import Differences
from gtmgen.docs.markdown import text as md
from gtmgen.meaning.model import Meaning, Risk
from gtmgen.report.diff_report import render_entities_markdown, summarize_differences
from gtmgen.report.english import load_english
from gtmgen.report.meaning_report import (
    join_meanings,
    render_meaning_markdown,
    render_totals_markdown,
)
from gtmgen.text import plural, printable

MARKER = "<!-- gtmgen-review -->"
_MOST_BYTES = 60_000
"""GitHub takes 65,536 characters; below it, whatever is counted, and by whom."""

_CUT = "*The rest is left out: the comment would be too long. `gtmgen diff` shows everything.*"


class Review(NamedTuple):
    """One spec, before and after."""

    old: str
    new: str
    differences: Differences
    meaning: Meaning


def write_comment(reviews: Sequence[Review]) -> str:
    """The comment: totals first, then each spec by event, entities and fields folded below."""
    changed = [review for review in reviews if not _is_empty(review)]
    lines = [MARKER, "## Tracking changes", "", _write_lead(reviews, changed)]
    everything = join_meanings(review.meaning for review in changed)
    if everything:
        lines += ["", *render_totals_markdown(everything)]
    body = list(_list_sections(changed))
    return _join_bounded(lines, body)


def find_worst(reviews: Sequence[Review]) -> Risk | None:
    """The gravest effect of all; None where nothing changes."""
    facts = (fact for review in reviews for fact in review.meaning.items)
    return min((fact.severity for fact in facts), key=_rank, default=None)


def _is_empty(review: Review) -> bool:
    return review.differences.is_empty and not review.meaning


def _write_lead(reviews: Sequence[Review], changed: Sequence[Review]) -> str:
    if not changed:
        return "Nothing that is measured changes."
    worst = find_worst(changed)
    specs = f"{len(changed)} of {plural(len(reviews), 'spec')}" if len(reviews) > 1 else ""
    lead = f"Changed: {specs}. " if specs else ""
    if worst is None or worst is Risk.HARMLESS:
        return f"{lead}Nothing here changes what is sent."
    return f"{lead}At worst, this **{md.text(load_english().severity_of(worst))}**."


def _rank(severity: Risk) -> int:
    return severity.rank


def _list_sections(reviews: Sequence[Review]) -> Iterator[list[str]]:
    """Pieces that stay whole or are left out: what matters most comes first."""
    for review in reviews:
        if len(reviews) > 1:
            yield ["", f"### {md.code(printable(review.new))}"]
        lines = render_meaning_markdown(review.meaning)
        starts = [n for n, line in enumerate(lines) if line.startswith("#### ")] + [len(lines)]
        for start, end in pairwise(starts):
            yield ["", *lines[start:end]][: -1 if end < len(lines) else None]
    for review in reviews:
        if not review.differences.is_empty:
            names = f"{md.code(printable(review.old))} → {md.code(printable(review.new))}"
            yield ["", f"{names}: {summarize_differences(review.differences)}", ""]
            yield render_entities_markdown(review.differences)


def _join_bounded(head: list[str], body: Sequence[list[str]]) -> str:
    text = "\n".join(head)
    cut = False
    for piece in body:
        added = "\n".join(piece)
        if len((text + added).encode()) + len(_CUT) + 4 > _MOST_BYTES:
            cut = True
            continue
        text = f"{text}\n{added}"
    return f"{text}\n\n{_CUT}" if cut else text
