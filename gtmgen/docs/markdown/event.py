"""An event's page: words for marketing first, then what developers, backend and testers need."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.docs.event_model import Delivery, EventDoc, Firing, OwnTagValue
from gtmgen.docs.markdown.mermaid import draw_event
from gtmgen.docs.markdown.page import MarkdownPage, join_codes, join_links
from gtmgen.docs.markdown.text import code, example, link, paragraphs, sentence, text
from gtmgen.docs.model import Documentation
from gtmgen.generate.code import json_code

_COLUMNS = ("parameter", "status", "type", "source", "variable", "example")


def write_event(page: MarkdownPage, event: EventDoc, documentation: Documentation) -> None:
    """The whole page below its title."""
    words, places = page.words, page.places
    titles = {item.key: item.title for item in documentation.pages}
    page.add(*paragraphs(event.description), sentence(event.summary))
    facts = [
        page.fact("label.event", code(event.key)),
        page.fact("label.purpose", text(event.purpose)),
        page.fact("label.owner", text(event.owner)),
        page.fact("label.last_change", text(event.last_change)),
        page.fact("label.funnel", text(event.step_title)),
        page.fact("label.pages", join_links(event.pages, titles, places.page)),
        page.fact("label.tag", join_codes(event.raw_tags)),
        *map(sentence, event.facts),
    ]
    page.items(filter(None, facts))
    page.section(1, "label.when")
    triggers = {item.key for item in documentation.triggers}  # others are the container's own
    page.items(
        line for firing in event.firings for line in _describe_firing(page, firing, triggers)
    )
    _write_list(page, "label.conditions", event.conditions)
    _write_list(page, "label.exceptions", event.exceptions)
    if event.deliveries or event.raw_tags:
        page.section(1, _name_path(documentation))
        page.code(draw_event(event, documentation, words), "mermaid")
    if event.deliveries:
        page.section(1, "label.platforms")
        for sent in event.deliveries:
            _write_delivery(page, sent)
    _write_own_tags(page, event)
    _write_event_id(page, event)
    _write_developers(page, event)
    _write_backend(page, event)
    page.section(1, "label.checklist")
    page.items(map(sentence, event.checklist), "- [ ]")
    for sent in event.deliveries:
        if sent.checklist:
            page.heading(2, text(sent.title))
            page.items(map(sentence, sent.checklist), "- [ ]")


def _name_path(documentation: Documentation) -> str:
    """An event of a server container begins with a hit, whatever page sent it."""
    return "markdown.path_of_hit" if documentation.is_server else "markdown.path"


def _describe_firing(page: MarkdownPage, firing: Firing, pages: set[str]) -> Iterator[str]:
    yield sentence(firing.sentence)
    yield from (f"  {sentence(condition)}" for condition in firing.conditions)
    if firing.trigger is not None:
        name = code(firing.trigger)
        if firing.trigger in pages:
            name = link(name, page.places.trigger(firing.trigger))
        yield f"  {page.fact('label.trigger', name)}"
    if firing.names:
        yield f"  {page.fact('markdown.gtm_triggers', join_codes(firing.names))}"


def _write_list(page: MarkdownPage, label: str, sentences: tuple[str, ...]) -> None:
    if sentences:
        page.add(page.add_colon(label))
        page.items(map(sentence, sentences))


def _write_delivery(page: MarkdownPage, sent: Delivery) -> None:
    words = page.words
    platform_link = link(text(sent.title), page.places.platform(sent.platform))
    page.heading(2, f"{text(sent.title)}: {code(sent.event)}")
    page.add(*paragraphs(sent.description))
    kind = words(f"label.{'standard' if sent.standard else 'custom'}_event")
    facts = [
        page.fact("label.platform", platform_link),
        page.fact("label.kind", text(kind)),
        page.fact("label.status", text(words("label.paused")) if sent.paused else ""),
        page.fact("label.tags", join_codes(sent.tags)),
        page.fact("markdown.gtm_triggers", join_codes(sent.triggers)),
        page.fact("label.blocking", join_codes(sent.blocking)),
        page.fact("label.priority", "" if sent.priority is None else str(sent.priority)),
        sentence(sent.consent_text),
        sentence(sent.once_text),
        *map(sentence, sent.conditions),
    ]
    page.items(filter(None, facts))
    page.table([words(f"label.{name}") for name in _COLUMNS], _list_params(page, sent))
    _write_list(page, "label.missing", tuple(item.hint for item in sent.missing))
    page.add(page.fact("label.links", ", ".join(link(text(x.title), x.url) for x in sent.links)))


def _list_params(page: MarkdownPage, sent: Delivery) -> Iterator[list[str]]:
    for param in sent.params:
        source = sentence(param.source)
        if param.data is not None:
            source += f" ({link(code(param.data), page.places.data(param.data))})"
        yield [
            code(param.name),
            text(page.words(f"label.{param.status}")),
            text(param.type),
            source,
            code(param.variable or ""),
            example(param.example),
        ]


def _write_own_tags(page: MarkdownPage, event: EventDoc) -> None:
    with_values = [tag for tag in event.own_tags if tag.values]
    if with_values:
        page.section(1, "label.tags")
    for tag in with_values:
        page.heading(2, code(tag.name))
        head = [page.words(f"label.{name}") for name in ("parameter", "value", "data_key", "path")]
        page.table(head, (_list_own_value(page, value) for value in tag.values))


def _list_own_value(page: MarkdownPage, value: OwnTagValue) -> list[str]:
    keys = ", ".join(link(code(key), page.places.data(key)) for key in value.data)
    return [code(value.name), code(value.value), keys, join_codes(value.paths)]


def _write_event_id(page: MarkdownPage, event: EventDoc) -> None:
    if event.event_id is None:
        return
    page.section(1, "label.event_id")
    page.items(map(sentence, event.event_id.steps), "1.")
    page.add(sentence(event.event_id.agreement))


def _write_developers(page: MarkdownPage, event: EventDoc) -> None:
    if event.message is None:
        return
    page.section(1, "label.developers")
    page.code(event.message.code, "js")
    page.items(map(sentence, event.message.notes))
    page.folded("label.json_schema", json_code(event.message.schema), "json")


def _write_backend(page: MarkdownPage, event: EventDoc) -> None:
    servers = [(sent, sent.server) for sent in event.deliveries if sent.server is not None]
    if servers:
        page.section(1, "label.server")
    for sent, server in servers:
        page.heading(2, f"{text(sent.title)}: {text(server.title)}")
        headers = (code(f"{name}: {value}") for name, value in server.headers)
        page.items([code(f"{server.method} {server.url}"), *headers])
        page.code(json_code(server.payload), "json")
        page.items(map(sentence, server.notes))
    duplicates = [sent for sent in event.deliveries if sent.deduplication]
    if duplicates:
        page.section(1, "label.deduplication")
    for sent in duplicates:
        page.heading(2, text(sent.title))
        page.items(map(sentence, sent.deduplication))
