"""The backend's page in Markdown."""

from __future__ import annotations

from gtmgen.docs.markdown.page import MarkdownPage
from gtmgen.docs.markdown.text import code, link, sentence, text
from gtmgen.docs.model import BackendDoc, Documentation


def write_backend(page: MarkdownPage, documentation: Documentation) -> None:
    """What holds for all events of each account, then where its events are."""
    for backend in documentation.backends:
        if len(documentation.backends) > 1:
            page.heading(1, text(backend.title))
        _write_chapters(page, backend, depth=1 + (len(documentation.backends) > 1))
    page.section(1, "label.events")
    page.table(
        [page.words(f"label.{name}") for name in ("event", "name", "platform_event", "event_id")],
        (
            [
                link(text(event.title), page.places.event(event.key)),
                code(event.key),
                code(sent.event),
                code(event.event_id.example) if event.event_id else "",
            ]
            for event in documentation.events
            for sent in event.deliveries
            if sent.server is not None
        ),
    )


def _write_chapters(page: MarkdownPage, backend: BackendDoc, depth: int) -> None:
    for chapter in backend.chapters:
        page.heading(depth, text(chapter.title))
        page.items(map(sentence, chapter.sentences))
        page.table(chapter.head, (list(map(sentence, row)) for row in chapter.rows))
        if chapter.code:
            page.code(chapter.code, "sh" if chapter.code.startswith("curl") else "text")
