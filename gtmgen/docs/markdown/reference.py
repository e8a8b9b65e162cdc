"""Platforms, pages with triggers, and the data layer in Markdown."""

from __future__ import annotations

from gtmgen.docs.markdown.page import MarkdownPage, join_codes, join_links
from gtmgen.docs.markdown.text import code, example, link, paragraphs, sentence, text
from gtmgen.docs.model import DataDoc, Documentation, PageDoc, PlatformDoc, TriggerDoc


def write_platform(page: MarkdownPage, platform: PlatformDoc, documentation: Documentation) -> None:
    """A platform's page below its title."""
    words, places = page.words, page.places
    titles = list_event_titles(documentation)
    page.add(sentence(platform.consent_text))
    page.items(map(sentence, (*platform.facts, *platform.notes)))
    page.section(1, "label.events")
    rows = (
        [link(text(titles.get(key, key)), places.event(key)), code(key), code(name)]
        for key, name in platform.events
    )
    page.table([words("label.event"), words("label.name"), words("label.platform_event")], rows)
    if platform.tags:
        page.section(1, "label.tags")
    page.table(
        [words("label.tag"), words("label.platform_event"), words("label.triggers")],
        (
            [code(tag.name), code(tag.event or ""), join_codes(tag.triggers)]
            for tag in platform.tags
        ),
    )
    page.section(1, "label.settings")
    page.table(
        [words("label.setting"), words("label.value"), words("label.description")],
        (
            [code(item.name), code(item.value), sentence(item.description)]
            for item in platform.settings
        ),
    )
    if platform.identify:
        page.section(1, "label.identify")
    page.table(
        [words("label.name"), words("label.data_key")],
        (
            [code(name), _join_first_of(page, [link(code(key), places.data(key)) for key in keys])]
            for name, keys in platform.identify
        ),
    )
    visitor = documentation.visitor if platform.identify else None
    if visitor is not None:
        page.code(visitor.code, "js")
        page.items(map(sentence, visitor.notes))
    if platform.deduplication:
        page.section(1, "label.deduplication")
        page.items(map(sentence, platform.deduplication))
    if platform.links:
        page.section(1, "label.links")
    page.items(link(text(item.title), item.url) for item in platform.links)
    page.add(page.fact("label.verified", text(platform.verified)))


def _join_first_of(page: MarkdownPage, md: list[str]) -> str:
    """One value, or several of which the first that is there counts."""
    return md[0] if len(md) == 1 else page.words("source.first_of", what=page.words.join_and(md))


def write_pages(page: MarkdownPage, documentation: Documentation) -> None:
    """All pages, then all named triggers."""
    titles = list_event_titles(documentation)
    for item in documentation.pages:
        _write_page(page, item, titles)
    if documentation.triggers:
        page.heading(1, text(page.words("label.triggers")))
    for trigger in documentation.triggers:
        _write_trigger(page, trigger, titles)


def _write_page(page: MarkdownPage, item: PageDoc, titles: dict[str, str]) -> None:
    page.heading(1, text(item.title), f"page-{item.key}")
    page.add(*paragraphs(item.description))
    facts = [
        *map(sentence, item.facts),
        page.fact("label.page", code(item.key)),
        page.fact("label.path", join_codes(item.paths)),
        page.fact("label.hosts", join_codes(item.hosts)),
        *(page.fact("label.query", sentence(query)) for query in item.query),
        page.fact("label.example", code(item.example)),
        page.fact("label.events", join_links(item.events, titles, page.places.event)),
        page.fact("label.triggers", join_links(item.triggers, {}, page.places.trigger)),
    ]
    page.items(filter(None, facts))


def _write_trigger(page: MarkdownPage, trigger: TriggerDoc, titles: dict[str, str]) -> None:
    page.heading(2, code(trigger.key), f"trigger-{trigger.key}")
    page.add(*paragraphs(trigger.description))
    facts = [
        sentence(trigger.sentence),
        *map(sentence, trigger.conditions),
        *map(sentence, trigger.facts),
        page.fact("label.exceptions", join_links(trigger.exceptions, {}, page.places.trigger)),
        page.fact("markdown.gtm_triggers", join_codes(trigger.names)),
        page.fact("label.events", join_links(trigger.events, titles, page.places.event)),
    ]
    page.items(filter(None, facts))


def write_data(page: MarkdownPage, documentation: Documentation) -> None:
    """The contract as a table, then each key."""
    words = page.words
    labels = ("data_key", "source", "type", "required", "personal", "example")
    rows = (
        [
            link(code(item.key), page.places.data(item.key)),
            sentence(item.source),
            text(item.type),
            text(words("label.yes" if item.required else "label.no")),
            text(words("label.yes" if item.pii else "label.not_marked")),
            example(item.example),
        ]
        for item in documentation.data
    )
    page.table([words(f"label.{name}") for name in labels], rows)
    titles = list_event_titles(documentation)
    platforms = {item.key: item.title for item in documentation.platforms}
    for item in documentation.data:
        _write_data(page, item, titles, platforms)


def _write_data(
    page: MarkdownPage, item: DataDoc, titles: dict[str, str], platforms: dict[str, str]
) -> None:
    page.heading(1, code(item.key), f"data-{item.key}")
    page.add(*paragraphs(item.description))
    facts = [
        page.fact("label.variable", code(item.variable)),
        page.fact("label.source", sentence(item.source)),
        page.fact("label.default", code(item.default or "")),
        page.fact("label.lifetime", sentence(item.lifetime)),
        *map(sentence, item.facts),
        page.fact("label.events", join_links(item.events, titles, page.places.event)),
        page.fact("label.platforms", join_links(item.platforms, platforms, page.places.platform)),
    ]
    page.items(filter(None, facts))


def list_event_titles(documentation: Documentation) -> dict[str, str]:
    """The events' titles by their keys."""
    return {event.key: event.title for event in documentation.events}
