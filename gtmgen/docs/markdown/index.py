"""The front page in Markdown: what is measured, who receives it, and what is still missing."""

from __future__ import annotations

from gtmgen.docs.markdown.mermaid import draw_funnel
from gtmgen.docs.markdown.page import BACKEND, CHANGES, DATA, PAGES, PRIVACY, MarkdownPage
from gtmgen.docs.markdown.reference import list_event_titles
from gtmgen.docs.markdown.text import code, link, sentence, text
from gtmgen.docs.model import Documentation


def write_index(page: MarkdownPage, documentation: Documentation, *, changes: bool) -> None:
    """The front page below its title; ``changes`` says whether there is a page of them."""
    words, places = page.words, page.places
    page.items(map(sentence, (*documentation.overview, *documentation.site.facts)))
    further_pages = {"label.pages": PAGES, "label.data": DATA, "label.privacy": PRIVACY}
    if documentation.backends:
        further_pages["label.server"] = BACKEND
    listed = [link(text(words(key)), places.file(file)) for key, file in further_pages.items()]
    if changes:
        listed.insert(0, link(text(words("changes.title")), CHANGES))
    page.add(" · ".join(listed))
    if documentation.funnel:
        page.section(1, "label.funnel")
        page.code(draw_funnel(documentation, words), "mermaid")
    if documentation.events:
        page.section(1, "label.events")
    _write_events(page, documentation)
    if documentation.platforms:
        page.section(1, "label.platforms")
    page.items(
        f"{link(text(item.title), places.platform(item.key))}: {sentence(item.consent_text)}"
        for item in documentation.platforms
    )
    _write_environments(page, documentation)
    _write_coverage(page, documentation)
    page.section(1, "label.glossary")
    page.items(
        f"**{text(item.term)}:** {sentence(item.meaning)}" for item in documentation.glossary
    )
    page.add(text(words("markdown.generated")))


def _write_events(page: MarkdownPage, documentation: Documentation) -> None:
    words = page.words
    titles = {item.key: item.title for item in documentation.platforms}
    coverage = documentation.coverage
    columns = [words("label.event"), words("label.name"), words("label.funnel")]
    columns += [words("label.owner"), *(titles.get(key, key) for key in coverage.platforms)]
    rows = (
        [
            link(text(event.title), page.places.event(event.key)),
            code(event.key),
            text(event.step_title),
            text(event.owner),
            *(code(name or "") for name in row.names),
        ]
        for event, row in zip(documentation.events, coverage.rows, strict=True)
    )
    page.table(columns, rows)


def _write_environments(page: MarkdownPage, documentation: Documentation) -> None:
    if not documentation.environments:
        return
    words = page.words
    page.section(1, "label.environments")
    for item in documentation.environments:
        current = f" ({text(words('label.current'))})" if item.current else ""
        lines = [f"{code(item.name)}{current}: {code(item.gtm)}"]
        lines += [f"  {code(setting.name)}: {code(setting.value)}" for setting in item.settings]
        page.items(lines)


def _write_coverage(page: MarkdownPage, documentation: Documentation) -> None:
    words, places = page.words, page.places
    missing = [
        f"{link(text(event.title), places.event(event.key))}: {sentence(item.hint)}"
        for event in documentation.events
        for sent in event.deliveries
        for item in sent.missing
    ]
    gaps = _group(page, "label.missing", missing)
    gaps += _list_gaps(page, documentation)
    complete = [text(words("markdown.complete"))] if documentation.events else []
    if gaps or complete:
        page.section(1, "label.coverage")
    page.items(gaps or complete)


def _list_gaps(page: MarkdownPage, documentation: Documentation) -> list[str]:
    """What nobody uses, answers for or has described, each in a line of its own."""
    places, gaps = page.places, documentation.coverage
    titles = list_event_titles(documentation)
    unused = [
        *(link(code(key), places.data(key)) for key in gaps.unused_data),
        *(link(code(key), places.page(key)) for key in gaps.unused_pages),
        *(link(code(key), places.trigger(key)) for key in gaps.unused_triggers),
    ]
    groups = {
        "label.without_owner": gaps.without_owner,
        "label.without_description": gaps.without_description,
        "label.without_example": gaps.without_example,
    }
    lines = []
    for label, keys in groups.items():
        lines += _group(page, label, [link(text(titles[key]), places.event(key)) for key in keys])
    return lines + _group(page, "label.unused", unused)


def _group(page: MarkdownPage, label: str, md: list[str]) -> list[str]:
    """A label with a list below it, in the spelling of :meth:`MarkdownPage.items`."""
    return [page.add_colon(label), *(f"  {item}" for item in md)] if md else []
