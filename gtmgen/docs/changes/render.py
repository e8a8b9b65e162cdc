"""What has changed, as Markdown, as a table and as data for the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gtmgen.docs.changes.model import HEADINGS, Changes
from gtmgen.docs.changes.speaker import Speaker
from gtmgen.docs.markdown import text as md
from gtmgen.docs.markdown.page import CHANGES
from gtmgen.docs.model import Documentation
from gtmgen.docs.spreadsheet.csv_files import write_csv
from gtmgen.docs.spreadsheet.tables import Table
from gtmgen.docs.words import Words, plain, sentence_case
from gtmgen.meaning.model import SORTS, Fact, Risk

CSV = "changes.csv"
_COLUMNS = ("part", "key", "sort", "what", "who", "before", "after", "events", "severity", "risk")


def render(changes: Changes, documentation: Documentation, words: Words) -> dict[str, bytes]:
    """Both files: relative path -> content."""
    return {
        **render_markdown(changes, documentation, words),
        **render_csv(changes, documentation, words),
    }


def render_markdown(
    changes: Changes, documentation: Documentation, words: Words
) -> dict[str, bytes]:
    """``changes.md``."""
    lines = [f"# {md.text(documentation.title)}: {md.text(words('changes.title'))}", ""]
    lines += [f"{write_lead(changes, words)}", ""]
    for group, parts in changes.meaning.grouped():
        lines += [f"## {md.text(words(HEADINGS[group]))}", ""]
        for part in parts:
            lines += [
                f"### {_write_heading(part[0])}",
                "",
                *(_format_item(item, words) for item in part),
                "",
            ]
    return {CHANGES: ("\n".join(lines).rstrip("\n") + "\n").encode("utf-8", "replace")}


def write_lead(changes: Changes, words: Words) -> str:
    """What it was compared with, and how much has changed, as Markdown."""
    return md.sentence(write_lead_text(changes, words))


def write_lead_text(changes: Changes, words: Words) -> str:
    """The same with code between backticks."""
    since = [words("changes.since", since=changes.since)] if changes.since else []
    count = Speaker(words).summary(changes.meaning)
    return " ".join([*since, f"{sentence_case(count).rstrip('.')}."])


def _write_heading(fact: Fact) -> str:
    key = md.code(fact.key)
    return key if fact.title == fact.key else f"{md.text(fact.title)} ({key})"


def _format_item(fact: Fact, words: Words) -> str:
    speaker = Speaker(words)
    sort = md.text(words(f"changes.sort.{fact.sort}"))
    who = md.text(", ".join(speaker.concerned(fact)))
    sentences = " ".join(filter(None, (speaker.sentence(fact), speaker.risk(fact))))
    effect = _name_effect(fact, speaker)
    severity = f" **{md.text(effect)}.**" if effect else ""
    return f"- **{sort}**:{severity} {md.sentence(sentences)} *({who})*"


def _name_effect(fact: Fact, speaker: Speaker) -> str:
    """What it does at worst, unless that is nothing."""
    return "" if fact.severity is Risk.HARMLESS else sentence_case(speaker.severity(fact))


def list_rows(changes: Changes, words: Words) -> Iterator[tuple[str, ...]]:
    """A table: its head, then a row for each change; plain text, not made safe for any format."""
    yield tuple(words(f"changes.column.{name}") for name in _COLUMNS)
    speaker = Speaker(words)
    for fact in changes.meaning.items:
        yield (
            words(HEADINGS[fact.group]),
            fact.key,
            words(f"changes.sort.{fact.sort}"),
            plain(speaker.sentence(fact)),
            ", ".join(speaker.concerned(fact)),
            plain(speaker.text(fact.before)),
            plain(speaker.text(fact.after)),
            ", ".join(fact.events),
            speaker.severity(fact),
            plain(speaker.risk(fact)),
        )


def render_csv(changes: Changes, documentation: Documentation, words: Words) -> dict[str, bytes]:
    """``changes.csv``, in the spelling of the other CSV files."""
    del documentation
    headings, *lines = list_rows(changes, words)
    table = Table("changes", tuple((text, 0) for text in headings), tuple(lines))
    return {CSV: write_csv(table)}


def page_data(changes: Changes, words: Words) -> dict[str, Any]:
    """For the page: sentences that mark code with backticks, and the badges of the events."""
    speaker = Speaker(words)
    return {
        "title": words("changes.title"),
        "lead": plain(write_lead_text(changes, words)),
        "sorts": {sort: words(f"changes.sort.{sort}") for sort in SORTS},
        "events": dict(changes.meaning.events()),
        "groups": [
            {
                "kind": group,
                "title": words(HEADINGS[group]),
                "parts": [
                    {
                        "key": part[0].key,
                        "title": part[0].title,
                        "items": [
                            {
                                "sort": item.sort,
                                "text": speaker.sentence(item),
                                "risk": speaker.risk(item),
                                "severity": item.severity.value,
                                "effect": _name_effect(item, speaker),
                                "who": ", ".join(speaker.concerned(item)),
                            }
                            for item in part
                        ],
                    }
                    for part in parts
                ],
            }
            for group, parts in changes.meaning.grouped()
        ],
    }
