"""What is the same under another key: the same content, and one candidate only."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from gtmgen.docs.model import (
    DataDoc,
    Delivery,
    Documentation,
    EventDoc,
    PageDoc,
    ParamDoc,
)


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


T = TypeVar("T", bound=_Keyed)
_CODE = re.compile(r"`([^`]*)`")


@dataclass(frozen=True)
class Renames:
    """Old key -> new key; ``names`` are pages as sentences named them and as they do now."""

    data: Mapping[str, str]
    pages: Mapping[str, str]
    events: Mapping[str, str]
    names: tuple[tuple[str, str], ...] = ()

    def data_key(self, key: str | None) -> str | None:
        """A data key of before as it is called now."""
        return None if key is None else self.data.get(key, key)

    def text(self, sentence: str) -> str:
        """A sentence of before with the data keys and pages in it as they are called now."""
        for old, new in self.names:
            sentence = sentence.replace(old, new)
        if not self.data:
            return sentence
        return _CODE.sub(lambda match: f"`{self.data.get(match[1], match[1])}`", sentence)

    def texts(self, sentences: Iterable[str]) -> tuple[str, ...]:
        """Several of them."""
        return tuple(map(self.text, sentences))


def find_renames(before: Documentation, after: Documentation) -> Renames:
    """Compare what is only there before with what is only there now."""
    data = match(before.data, after.data, _data)
    pages = match(before.pages, after.pages, _page)
    found = Renames(data, pages, {}, tuple(_names(before, after, pages)))
    rename = found.text
    events: dict[str, str] = {}
    # A platform's own name of an event often follows the key, so it is left out the second time.
    for strict in (True, False):
        events.update(
            match(
                [item for item in before.events if item.key not in events],
                [item for item in after.events if item.key not in events.values()],
                lambda item, strict=strict: _event(item, rename, data, strict=strict),  # type: ignore[misc]
                lambda item, strict=strict: _event(item, str, {}, strict=strict),  # type: ignore[misc]
            )
        )
    return replace(found, events=events)


def match(
    before: Iterable[T],
    after: Iterable[T],
    content: Callable[[T], Hashable],
    content_now: Callable[[T], Hashable] | None = None,
) -> dict[str, str]:
    """Old key -> new key where both sides have one candidate with that content."""
    old = {item.key: item for item in before}
    new = {item.key: item for item in after}
    gone = _by_content((old[key] for key in old if key not in new), content)
    come = _by_content((new[key] for key in new if key not in old), content_now or content)
    return {
        keys[0]: come[what][0]
        for what, keys in gone.items()
        if len(keys) == 1 and len(come.get(what, ())) == 1
    }


def _by_content(items: Iterable[T], content: Callable[[T], Hashable]) -> dict[Hashable, list[str]]:
    found: dict[Hashable, list[str]] = {}
    for item in items:
        found.setdefault(content(item), []).append(item.key)
    return found


def _data(item: DataDoc) -> Hashable:
    return (item.kind, item.source, item.path, item.type)


def _page(item: PageDoc) -> Hashable:
    return (item.paths, item.hosts, item.query)


def _names(
    before: Documentation, after: Documentation, renamed: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """A page has its title, or else its key, and its paths in sentences."""
    now = {page.key: page for page in after.pages}
    for page in before.pages:
        new = now.get(renamed.get(page.key, page.key))
        if new is not None and page.paths and page.paths == new.paths:
            old, name = _name(page), _name(new)
            if old != name:
                yield f"{old} (`{page.paths[0]}`", f"{name} (`{page.paths[0]}`"


def _name(page: PageDoc) -> str:
    key = page.key.replace("_", " ")
    return key if page.title == key.capitalize() else page.title


def _event(
    item: EventDoc, text: Callable[[str], str], data: Mapping[str, str], *, strict: bool
) -> Hashable:
    return (
        tuple((text(firing.sentence), *map(text, firing.conditions)) for firing in item.firings),
        tuple(map(text, item.conditions)),
        item.raw_tag,
        tuple(sorted(_delivery(sent, data, strict=strict) for sent in item.deliveries)),
    )


def _delivery(sent: Delivery, data: Mapping[str, str], *, strict: bool) -> tuple[object, ...]:
    if not strict:
        return (sent.platform,)
    params = tuple(sorted(_param(param, data) for param in sent.params))
    return (sent.platform, sent.event, params)


def _param(param: ParamDoc, data: Mapping[str, str]) -> tuple[str, str]:
    key = param.data or ""
    return (param.canonical, data.get(key, key) or param.source)
