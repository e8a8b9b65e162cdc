"""The documentation as tables of text, which the workbook and the CSV files share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from gtmgen.contract.model import Json
from gtmgen.docs.event_model import Delivery, EventDoc
from gtmgen.docs.model import Documentation
from gtmgen.docs.words import Words, plain, sentence_case

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its key, its columns as (heading, width in characters), its rows of text."""

    key: str
    columns: tuple[tuple[str, int], ...]
    rows: tuple[Row, ...]

    @property
    def headings(self) -> Row:
        return tuple(heading for heading, _ in self.columns)


T = TypeVar("T")
Column = tuple[str, int, Callable[[T], str]]
"""A heading's key in the catalog, a width in characters, and what a row has there."""


def _make_table(key: str, words: Words, rows: Iterable[T], *columns: Column[T]) -> Table:
    headings = make_columns(words, *(column[:2] for column in columns))
    return Table(key, headings, tuple(tuple(cell(row) for _, _, cell in columns) for row in rows))


def make_events_table(documentation: Documentation, words: Words) -> Table:
    """One row for each event."""
    return _make_table(
        "events",
        words,
        documentation.events,
        ("label.event", 20, lambda event: event.key),
        ("label.title", 26, lambda event: event.title),
        ("label.description", 50, lambda event: event.description),
        ("label.what", 50, lambda event: plain(event.summary)),
        ("label.purpose", 36, lambda event: event.purpose),
        ("label.owner", 16, lambda event: event.owner),
        ("label.funnel", 14, lambda event: event.step_title),
        ("label.when", 40, lambda event: _join_lines(one.sentence for one in event.firings)),
        ("label.conditions", 30, lambda event: _join_lines(_list_conditions(event))),
        ("label.exceptions", 30, lambda event: _join_lines(event.exceptions)),
        ("label.pages", 20, lambda event: ", ".join(event.pages)),
        (
            "label.platforms",
            30,
            lambda event: _join_lines(f"{sent.title}: {sent.event}" for sent in event.deliveries),
        ),
        ("sheet.tags", 30, lambda event: "\n".join(_list_tags(event))),
    )


def _list_conditions(event: EventDoc) -> Iterator[str]:
    for firing in event.firings:
        yield from firing.conditions
    yield from event.conditions


def _list_tags(event: EventDoc) -> Iterator[str]:
    for sent in event.deliveries:
        yield from sent.tags
    yield from event.raw_tags


def make_parameters_table(documentation: Documentation, words: Words) -> Table:
    """One row for each event, platform and parameter, those that are missing included.

    An event without a platform and a platform without parameters have a row, too.
    """
    return Table(
        "parameters",
        make_columns(
            words,
            ("label.event", 20),
            ("label.title", 26),
            ("label.owner", 16),
            ("label.platform", 14),
            ("label.platform_event", 22),
            ("sheet.kind", 16),
            ("label.parameter", 20),
            ("label.canonical", 20),
            ("label.status", 15),
            ("label.type", 12),
            ("label.source", 36),
            ("label.data_key", 18),
            ("label.variable", 22),
            ("label.example", 36),
            ("label.consent", 26),
            ("label.notes", 40),
        ),
        tuple(row for event in documentation.events for row in _list_parameters(event, words)),
    )


_NOTHING = ("",) * 8


def _list_parameters(event: EventDoc, words: Words) -> Iterator[Row]:
    head = (event.key, event.title, event.owner)
    for tag in event.own_tags:
        for value in tag.values:
            source, keys = ", ".join(value.paths) or value.value, ", ".join(value.data)
            middle: Row = (value.name, "", "", "", source, keys, "", "")
            yield (*head, "", "", "", *middle, "", tag.name)
    if not event.deliveries and not any(tag.values for tag in event.own_tags):
        yield (*head, "", "", "", *_NOTHING, "", ", ".join(event.raw_tags))
    for sent in event.deliveries:
        kind = words(f"label.{'standard' if sent.standard else 'custom'}_event")
        start, consent = (*head, sent.title, sent.event, kind), ", ".join(sent.consent)
        paused = words("label.paused") if sent.paused else ""
        for middle, note in _list_values(sent, words):
            yield (*start, *middle, consent, "; ".join(filter(None, (paused, note))))


def _list_values(sent: Delivery, words: Words) -> Iterator[tuple[Row, str]]:
    for param in sent.params:
        name = words(f"label.{param.status}")
        source, example = plain(param.source), format_example(param.example)
        origin = (param.data or "", param.variable or "")
        yield (param.name, param.canonical, name, param.type, source, *origin, example), ""
    for lack in sent.missing:
        status = words("sheet.lacks", status=words(f"label.{lack.status}"))
        yield (lack.name, lack.canonical, status, *("",) * 5), plain(lack.hint)
    if not sent.params and not sent.missing:
        yield _NOTHING, ""


def make_data_table(documentation: Documentation, words: Words) -> Table:
    """The data layer's contract: one row for each data key."""
    return _make_table(
        "data-layer",
        words,
        documentation.data,
        ("label.data_key", 20, lambda item: item.key),
        ("label.description", 40, lambda item: item.description),
        ("label.source", 36, lambda item: plain(item.source)),
        ("label.path", 30, lambda item: item.path or ""),
        ("label.type", 12, lambda item: item.type),
        ("label.required", 12, lambda item: _say_yes_or_no(item.required, words)),
        ("label.personal", 14, lambda item: words("label.yes" if item.pii else "label.not_marked")),
        ("label.default", 14, lambda item: item.default or ""),
        ("label.example", 36, lambda item: format_example(item.example)),
        ("label.lifetime", 36, lambda item: plain(item.lifetime)),
        ("label.notes", 48, lambda item: _join_lines(item.facts)),
        ("label.variable", 22, lambda item: item.variable),
        ("label.events", 30, lambda item: ", ".join(item.events)),
        ("label.platforms", 16, lambda item: ", ".join(item.platforms)),
    )


def make_privacy_table(documentation: Documentation, words: Words) -> Table:
    """Which personal data goes where, in what form, under which consent."""
    every = words("privacy.every_event")
    return _make_table(
        "privacy",
        words,
        documentation.privacy.rows,
        ("label.data_key", 20, lambda row: row.data),
        ("label.description", 40, lambda row: row.description),
        ("label.platform", 16, lambda row: row.receiver),
        ("privacy.sent_as", 20, lambda row: row.sent_as),
        ("privacy.form", 40, lambda row: plain(row.form)),
        ("label.consent", 50, lambda row: plain(row.consent_text)),
        ("label.events", 30, lambda row: ", ".join(row.events) or every),
    )


def make_event_ids_table(documentation: Documentation, words: Words) -> Table:
    """How each event's ID is made, and what the platforms do with it."""
    return _make_table(
        "event-ids",
        words,
        [(event, event.event_id) for event in documentation.events if event.event_id is not None],
        ("label.event", 20, lambda row: row[0].key),
        ("label.title", 26, lambda row: row[0].title),
        ("sheet.shared", 16, lambda row: _say_yes_or_no(row[1].shared, words)),
        ("sheet.made_from", 18, lambda row: row[1].source or ""),
        ("sheet.prefix", 14, lambda row: row[1].prefix),
        ("sheet.id_field", 16, lambda row: row[1].key),
        ("label.example", 36, lambda row: row[1].example),
        ("sheet.agreement", 60, lambda row: plain(row[1].agreement)),
        ("label.deduplication", 60, lambda row: _join_lines(_list_deduplication(row[0]))),
    )


def _list_deduplication(event: EventDoc) -> Iterator[str]:
    for sent in event.deliveries:
        yield from (f"{sent.title}: {text}" for text in sent.deduplication)


def format_example(value: Json) -> str:
    """An example as text; JSON, where it is not text already."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def make_columns(words: Words, *columns: tuple[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple((sentence_case(words(label)), width) for label, width in columns)


def _join_lines(sentences: Iterable[str]) -> str:
    return "\n".join(map(plain, sentences))


def _say_yes_or_no(value: bool, words: Words) -> str:
    return words("label.yes" if value else "label.no")
