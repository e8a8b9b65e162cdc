"""The documentation as tables of text, which the workbook and the CSV files share."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gtmgen.contract.model import Json
from gtmgen.docs.event_model import Delivery, EventDoc
from gtmgen.docs.model import DataDoc, Documentation
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


def make_events_table(documentation: Documentation, words: Words) -> Table:
    """One row for each event."""
    return Table(
        "events",
        make_columns(
            words,
            ("label.event", 20),
            ("label.title", 26),
            ("label.description", 50),
            ("label.what", 50),
            ("label.purpose", 36),
            ("label.owner", 16),
            ("label.funnel", 14),
            ("label.when", 40),
            ("label.conditions", 30),
            ("label.exceptions", 30),
            ("label.pages", 20),
            ("label.platforms", 30),
            ("sheet.tags", 30),
        ),
        tuple(map(_make_event_row, documentation.events)),
    )


def _make_event_row(event: EventDoc) -> Row:
    return (
        event.key,
        event.title,
        event.description,
        plain(event.summary),
        event.purpose,
        event.owner,
        event.step_title,
        _join_lines(item.sentence for item in event.firings),
        _join_lines(
            (*(text for item in event.firings for text in item.conditions), *event.conditions)
        ),
        _join_lines(event.exceptions),
        ", ".join(event.pages),
        _join_lines(f"{sent.title}: {sent.event}" for sent in event.deliveries),
        "\n".join(tag for sent in event.deliveries for tag in sent.tags) or event.raw_tag or "",
    )


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
        yield (*head, "", "", "", *_NOTHING, "", event.raw_tag or "")
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
    return Table(
        "data-layer",
        make_columns(
            words,
            ("label.data_key", 20),
            ("label.description", 40),
            ("label.source", 36),
            ("label.path", 30),
            ("label.type", 12),
            ("label.required", 12),
            ("label.personal", 14),
            ("label.default", 14),
            ("label.example", 36),
            ("label.lifetime", 36),
            ("label.notes", 48),
            ("label.variable", 22),
            ("label.events", 30),
            ("label.platforms", 16),
        ),
        tuple(_make_data_row(item, words) for item in documentation.data),
    )


def _make_data_row(item: DataDoc, words: Words) -> Row:
    return (
        item.key,
        item.description,
        plain(item.source),
        item.path or "",
        item.type,
        _say_yes_or_no(item.required, words),
        _say_yes_or_no(item.pii, words),
        item.default or "",
        format_example(item.example),
        plain(item.lifetime),
        _join_lines(item.facts),
        item.variable,
        ", ".join(item.events),
        ", ".join(item.platforms),
    )


def make_privacy_table(documentation: Documentation, words: Words) -> Table:
    """Which personal data goes where, in what form, under which consent."""
    return Table(
        "privacy",
        make_columns(
            words,
            ("label.data_key", 20),
            ("label.description", 40),
            ("label.platform", 16),
            ("privacy.sent_as", 20),
            ("privacy.form", 40),
            ("label.consent", 50),
            ("label.events", 30),
        ),
        tuple(
            (
                row.data,
                row.description,
                row.receiver,
                row.sent_as,
                plain(row.form),
                plain(row.consent_text),
                ", ".join(row.events) or words("privacy.every_event"),
            )
            for row in documentation.privacy.rows
        ),
    )


def make_event_ids_table(documentation: Documentation, words: Words) -> Table:
    """How each event's ID is made, and what the platforms do with it."""
    return Table(
        "event-ids",
        make_columns(
            words,
            ("label.event", 20),
            ("label.title", 26),
            ("sheet.shared", 16),
            ("sheet.made_from", 18),
            ("sheet.prefix", 14),
            ("sheet.id_field", 16),
            ("label.example", 36),
            ("sheet.agreement", 60),
            ("label.deduplication", 60),
        ),
        tuple(
            (
                event.key,
                event.title,
                _say_yes_or_no(event_id.shared, words),
                event_id.source or "",
                event_id.prefix,
                event_id.key,
                event_id.example,
                plain(event_id.agreement),
                _join_lines(
                    f"{sent.title}: {text}"
                    for sent in event.deliveries
                    for text in sent.deduplication
                ),
            )
            for event in documentation.events
            if (event_id := event.event_id) is not None
        ),
    )


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
