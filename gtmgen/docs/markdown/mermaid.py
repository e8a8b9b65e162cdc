"""Mermaid diagrams: the funnel, and an event's way from the page to its platforms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from gtmgen.docs.event_model import Delivery, EventDoc, Firing
from gtmgen.docs.markdown.text import line
from gtmgen.docs.model import Documentation
from gtmgen.docs.words import Words, plain

# Everything else leaves as `#code;`, which Mermaid reads as a character only when it draws: a
# quote cannot end the label, `%%{` is no directive, `1.` and `-` no list, `_x_` no emphasis.
_PLAIN = re.compile(r"(?<=[^\W_])_(?=[^\W_])|:(?= )|[^\W_]|[ ,/()-]")
_LABEL_LENGTH = 80
_EVENTS_OF_A_STEP = 12  # Mermaid refuses diagrams of more than 50,000 characters


def format_label(value: str) -> str:
    """Text between quotes in a diagram."""
    value = line(value)
    if len(value) > _LABEL_LENGTH:
        value = f"{value[: _LABEL_LENGTH - 1]}…"
    label = "".join(
        character if _is_plain(value, index) else f"#{ord(character)};"
        for index, character in enumerate(value)
    )
    return f'"{label}"' if label else '" "'


def draw_funnel(documentation: Documentation, words: Words) -> str:
    """The steps from left to right with their events."""
    titles = {event.key: event.title for event in documentation.events}
    steps = [step for step in documentation.funnel if step.events]
    lines = ["flowchart LR"]
    for step in steps:
        lines.append(f"  subgraph step_{step.key}[{format_label(step.title)}]")
        events = step.events[:_EVENTS_OF_A_STEP]
        lines.extend(f"    event_{key}[{format_label(titles.get(key, key))}]" for key in events)
        if len(step.events) > len(events):
            more = words("markdown.more", count=len(step.events) - len(events))
            lines.append(f"    more_{step.key}[{format_label(more)}]")
        lines.append("  end")
    on_the_way = (step.key for step in steps if step.key != "other")
    lines.extend(f"  step_{before} --> step_{after}" for before, after in pairwise(on_the_way))
    return "\n".join(lines)


def draw_event(event: EventDoc, documentation: Documentation, words: Words) -> str:
    """Page -> trigger -> tag -> platform; the last arrow says what the tag waits for."""
    nodes = _Nodes()
    anywhere = words("markdown.any_hit" if documentation.is_server else "markdown.any_page")
    titles = {page.key: page.title for page in documentation.pages}
    edges: dict[str, None] = {}
    tags = [(sent, tag) for sent in event.deliveries for tag in sent.tags]
    triggers = dict.fromkeys(name for sent, _ in tags for name in sent.triggers)
    own = dict.fromkeys(name for firing in event.firings for name in _list_names(firing))
    for name in {**triggers, **(own if event.raw_tags or not triggers else {})}:
        for page in _find_pages(event, name):
            title = titles.get(page, page) if page else anywhere
            start = nodes.of("page", title, ("[", "]"))
            edges[f"  {start} --> {nodes.of('trigger', name, ('([', '])'))}"] = None
    for sent, tag in tags:
        node = nodes.of("tag", tag, ("[", "]"))
        for name in sent.triggers:
            edges[f"  {nodes.of('trigger', name, ('([', '])'))} --> {node}"] = None
        platform = nodes.of("platform", f"{sent.title}: {sent.event}", ("[[", "]]"))
        edges[f"  {node} -->{_format_consent(sent)} {platform}"] = None
    for raw_tag in event.raw_tags:
        node = nodes.of("tag", raw_tag, ("[", "]"))
        for name in own:
            edges[f"  {nodes.of('trigger', name, ('([', '])'))} --> {node}"] = None
    return "\n".join(["flowchart LR", *nodes.lines(), *edges])


class _Nodes:
    """Nodes with numbered names: what they show is a label, never a name."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], tuple[str, str]] = {}

    def of(self, kind: str, label: str, shape: tuple[str, str]) -> str:
        if (kind, label) not in self._found:
            number = 1 + sum(kind_of_node == kind for kind_of_node, _ in self._found)
            name = f"{kind}_{number}"
            self._found[kind, label] = (name, f"  {name}{shape[0]}{format_label(label)}{shape[1]}")
        return self._found[kind, label][0]

    def lines(self) -> Iterator[str]:
        return (written for _, written in self._found.values())


def _is_plain(value: str, index: int) -> bool:
    if index == 0:
        return value[0].isalpha()
    return _PLAIN.match(value, index) is not None


def _list_names(firing: Firing) -> tuple[str, ...]:
    """The triggers in GTM; one that is built in has no name there but what it waits for."""
    return firing.names or (plain(firing.sentence),)


def _find_pages(event: EventDoc, trigger: str) -> Iterable[str | None]:
    """The pages that a GTM trigger belongs to; None stands for any."""
    firings: list[Firing] = [item for item in event.firings if trigger in _list_names(item)]
    pages = {page: None for item in firings or event.firings for page in item.pages}
    return list(pages) or list(event.pages) or [None]


def _format_consent(sent: Delivery) -> str:
    return f"|{format_label(', '.join(sent.consent))}|" if sent.consent else ""
