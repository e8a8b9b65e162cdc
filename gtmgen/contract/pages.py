"""The address of a page that an event may happen on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gtmgen.spec.effective import trigger_of
from gtmgen.spec.model import Event, Spec
from gtmgen.spec.reference_checks import match_pages


def pages_of(spec: Spec, patterns: Iterable[str]) -> tuple[str, ...]:
    """The keys of the pages that names and globs stand for."""
    return tuple(sorted({name for item in patterns for name in match_pages(item, spec.pages)}))


def page_url(spec: Spec, event: Event) -> str:
    """A page that the event may happen on, else the site's first."""
    host = spec.site.hosts[0] if spec.site.hosts else "www.example.com"
    for patterns in (event.narrowing.pages, *_list_page_patterns(spec, event)):
        for key in pages_of(spec, patterns):
            for path in spec.pages[key].paths:
                return f"https://{host}{example_path(path)}"
    return f"https://{host}/"


def _list_page_patterns(spec: Spec, event: Event) -> Iterator[tuple[str, ...]]:
    for item in event.on:
        trigger = trigger_of(spec, item)
        if trigger.form == "page":
            yield trigger.argument
        yield trigger.narrowing.pages


def example_path(path: str) -> str:
    """A path that a glob matches."""
    parts = []
    for part in path.split("/"):
        if part.startswith("{") and part.endswith("}"):
            part = part[1:-1]
        parts.append(part.replace("**", "example").replace("*", "example"))
    return "/".join(parts)
