"""The documentation in Markdown, for a repository or a wiki.

The same model gives the same bytes: no dates, no counts, one fact in a line, and anchors and file
names made of keys, so that a changed description is a change of one or two lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gtmgen.docs.markdown.backend import write_backend
from gtmgen.docs.markdown.event import write_event
from gtmgen.docs.markdown.index import write_index
from gtmgen.docs.markdown.page import BACKEND, DATA, INDEX, PAGES, PRIVACY, MarkdownPage, Places
from gtmgen.docs.markdown.privacy import write_privacy
from gtmgen.docs.markdown.reference import write_data, write_pages, write_platform
from gtmgen.docs.markdown.text import link, text
from gtmgen.docs.model import Documentation
from gtmgen.docs.words import Words


def render(
    documentation: Documentation, words: Words, *, single: bool = False, changes: bool = False
) -> dict[str, bytes]:
    """``README.md`` with a file for each event and platform, or everything in ``PROJECT.md``.

    With ``changes`` the front page links to those, which are a file of their own.
    """
    if single:
        return {f"{documentation.project}.md": _join_pages(documentation, words, changes)}
    front, below = Places(single=False), Places(single=False, depth=1)
    files = {INDEX: _index(documentation, words, front, changes)}
    for event in documentation.events:
        page = _start_page(words, below, documentation, event.title)
        write_event(page, event, documentation)
        files[f"events/{event.key}.md"] = page
    for platform in documentation.platforms:
        page = _start_page(words, below, documentation, platform.title)
        write_platform(page, platform, documentation)
        files[f"platforms/{platform.key}.md"] = page
    for name, (label, write) in _select_lists(documentation):
        page = _start_page(words, front, documentation, words(label))
        write(page, documentation)
        files[name] = page
    return {name: page.text().encode("utf-8") for name, page in sorted(files.items())}


_List = tuple[str, Callable[[MarkdownPage, Documentation], None]]
_LISTS: dict[str, _List] = {
    PAGES: ("label.pages", write_pages),
    DATA: ("label.data", write_data),
    PRIVACY: ("label.privacy", write_privacy),
    BACKEND: ("label.server", write_backend),
}


def _select_lists(documentation: Documentation) -> Iterator[tuple[str, _List]]:
    """The pages beside events and platforms; the backend's, where one can send."""
    for name, written in _LISTS.items():
        if name != BACKEND or documentation.backends:
            yield name, written


def _index(
    documentation: Documentation, words: Words, places: Places, changes: bool
) -> MarkdownPage:
    page = MarkdownPage(words, places)
    page.heading(0, text(documentation.title))
    write_index(page, documentation, changes=changes)
    return page


def _start_page(
    words: Words, places: Places, documentation: Documentation, title: str
) -> MarkdownPage:
    """A page that leads back to the front page."""
    page = MarkdownPage(words, places)
    page.heading(0, text(title))
    page.add(link(text(documentation.title), places.file(INDEX)))
    return page


def _join_pages(documentation: Documentation, words: Words, changes: bool) -> bytes:
    """The same pages, one below the other."""
    places = Places(single=True)
    whole = _index(documentation, words, places, changes)
    for event in documentation.events:
        page = MarkdownPage(words, places, level=2)
        page.heading(0, text(event.title), f"event-{event.key}")
        write_event(page, event, documentation)
        whole.extend(page)
    for platform in documentation.platforms:
        page = MarkdownPage(words, places, level=2)
        page.heading(0, text(platform.title), f"platform-{platform.key}")
        write_platform(page, platform, documentation)
        whole.extend(page)
    for name, (label, write) in _select_lists(documentation):
        page = MarkdownPage(words, places, level=2)
        page.heading(0, text(words(label)), name.removesuffix(".md"))
        write(page, documentation)
        whole.extend(page)
    return whole.text().encode("utf-8")
