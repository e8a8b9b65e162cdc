"""What a change means, for a terminal, for Markdown and for machines."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from gtmgen.docs.markdown import text as md
from gtmgen.docs.words import sentence_case
from gtmgen.meaning.model import Fact, Meaning, Risk, Sort
from gtmgen.report.english import load_english
from gtmgen.report.paint import PLAIN, Paint
from gtmgen.text import plural, printable

WIDTH = 80
_BLANK = "\0"  # of no printable text
SYMBOLS: dict[Sort, str] = {"new": "+", "changed": "~", "gone": "-"}
_SORT_STYLES: dict[Sort, str] = {"new": "green", "changed": "yellow", "gone": "red"}
STYLES = {
    Risk.DEDUPLICATION: "bold red",
    Risk.LOSS: "bold red",
    Risk.FIRING: "yellow",
    Risk.PRIVACY: "magenta",
    Risk.ACCOUNT: "magenta",
    Risk.VALUES: "cyan",
    Risk.HARMLESS: "",
}
MARKS = {
    Risk.DEDUPLICATION: "🔴",
    Risk.LOSS: "🔴",
    Risk.FIRING: "🟠",
    Risk.PRIVACY: "🟠",
    Risk.ACCOUNT: "🟠",
    Risk.VALUES: "🟡",
    Risk.HARMLESS: "⚪",
}


# -- for a terminal --------------------------------------------------------------------


def render_meaning_lines(meaning: Meaning, paint: Paint = PLAIN) -> list[str]:
    """Grouped by event, the gravest first, wrapped at 80 columns."""
    lines: list[str] = []
    for _, parts in meaning.by_severity():
        for part in parts:
            lines.append(paint("bold", _format_heading(part[0])))
            for fact in part:
                lines += _write_fact_lines(fact, paint)
            lines.append("")
    return lines


def _format_heading(fact: Fact) -> str:
    """``event purchase``, ``data value``; what stands for itself has no group."""
    key = printable(fact.key)
    return key if fact.group == "container" else f"{fact.group} {key}"


def _write_fact_lines(fact: Fact, paint: Paint) -> Iterator[str]:
    symbol = paint(_SORT_STYLES[fact.sort], SYMBOLS[fact.sort])
    style = "red" if fact.sort == "gone" else ""
    first, *further = _wrap(load_english().sentence(fact), 4)
    yield f"  {symbol} {paint(style, first.lstrip())}"
    yield from (paint(style, line) for line in further)
    if fact.severity is Risk.HARMLESS and not fact.risk:
        return
    yield from (paint(STYLES[fact.severity], line) for line in _wrap(describe_effect(fact), 4))


def describe_effect(fact: Fact) -> str:
    """What the change does, and what may go wrong: ``Changes values. Where the site ...``."""
    speaker = load_english()
    severity = f"{sentence_case(speaker.severity(fact))}."
    return " ".join(filter(None, (severity, speaker.risk(fact))))


_CODE = re.compile(r"`[^`]*`")
_LONGEST = 42


def _wrap(text: str, indent: int) -> list[str]:
    """Names in GTM have blanks; one that a line would break in two is hard to find again."""
    blanks = " " * indent
    whole = _CODE.sub(
        lambda code: code[0].replace(" ", _BLANK) if len(code[0]) <= _LONGEST else code[0],
        printable(text),
    )
    lines = textwrap.wrap(
        whole, WIDTH, initial_indent=blanks, subsequent_indent=blanks,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
    return [line.replace(_BLANK, " ") for line in lines] or [blanks]


def hint_lines(paint: Paint = PLAIN) -> list[str]:
    """How to see what the facts were told from."""
    return [paint("dim", "`--verbose` shows every entity and field."), ""]


def total_lines(meaning: Meaning, paint: Paint = PLAIN) -> list[str]:
    """How many changes there are of each severity, a line each."""
    counts = meaning.severities()
    if not counts:
        return []
    width = max(len(str(count)) for count in counts.values())
    words = load_english()
    lines = [paint("bold", f"{plural(len(meaning.items), 'change')} in what is measured:")]
    for severity, count in counts.items():
        text = f"  {count:>{width}} {words.severity_of(severity)}"
        lines.append(paint(STYLES[severity], text))
    return lines


# -- for Markdown ----------------------------------------------------------------------


def render_meaning_markdown(meaning: Meaning) -> list[str]:
    """A heading for each event, and a list of what changes, the gravest first."""
    lines: list[str] = []
    for _, parts in meaning.by_severity():
        for part in parts:
            lines += ["", f"#### {_format_markdown_heading(part[0])}", ""]
            lines += [render_fact_markdown(fact) for fact in part]
    return lines


def _format_markdown_heading(fact: Fact) -> str:
    key = md.code(printable(fact.key))
    if fact.group == "container":
        return key
    # Whoever approves knows an event by its title, and not always by its key.
    has_title = fact.group == "event" and fact.title.lower() != fact.key.replace("_", " ")
    title = f": {md.text(printable(fact.title))}" if has_title else ""
    return f"{fact.group.capitalize()} {key}{title}"


def render_fact_markdown(fact: Fact) -> str:
    """One item of a list."""
    sentence = md.sentence(printable(load_english().sentence(fact)))
    severity = md.text(sentence_case(load_english().severity(fact)))
    risk = md.sentence(printable(load_english().risk(fact)))
    return " ".join(filter(None, (f"- {MARKS[fact.severity]} **{severity}.**", sentence, risk)))


def render_totals_markdown(meaning: Meaning) -> list[str]:
    """A table of the severities that occur."""
    counts = meaning.severities()
    if not counts:
        return []
    rows = [
        f"| {MARKS[severity]} {sentence_case(load_english().severity_of(severity))} | {count} |"
        for severity, count in counts.items()
    ]
    return ["| effect | changes |", "|---|---|", *rows]


# -- for machines ----------------------------------------------------------------------


def build_meaning_data(meaning: Meaning) -> dict[str, Any]:
    """The facts with their sentences, and how many there are of each severity."""
    return {
        "severities": {severity.value: 0 for severity in Risk} | _count_severities(meaning),
        "facts": [_build_fact_data(fact) for fact in meaning.items],
    }


def _count_severities(meaning: Meaning) -> dict[str, int]:
    return {severity.value: count for severity, count in meaning.severities().items()}


def _build_fact_data(fact: Fact) -> dict[str, Any]:
    speaker = load_english()
    return {
        "severity": fact.severity.value,
        "change": fact.sort,
        "group": fact.group,
        "key": fact.key,
        "title": fact.title,
        "about": fact.about,
        "text": speaker.sentence(fact),
        "risk": speaker.risk(fact) or None,
        "before": speaker.text(fact.before) or None,
        "after": speaker.text(fact.after) or None,
        "concerns": list(fact.events),
    }


def join_meanings(meanings: Iterable[Meaning]) -> Meaning:
    """Several as one."""
    return Meaning(tuple(fact for meaning in meanings for fact in meaning.items))
