"""An event that nobody can read about."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.lint.spec_view import Remark, SpecView
from gtmgen.spec.model import Event


def check(view: SpecView) -> Iterator[Remark]:
    """Events without a description or an owner, or whose data shows no example."""
    for event in view.spec.events.values():
        missing = [*_texts(event), *_examples(view, event)]
        if missing:
            words = ", ".join(missing[:-1]) + (" and " if missing[:-1] else "") + missing[-1]
            yield Remark(
                ("events", event.key),
                f"`{event.key}` has no {words}",
                "`gtmgen docs` shows them to those who have to push, check or use the event",
                on_key=True,
            )


def _texts(event: Event) -> Iterator[str]:
    for name in ("description", "owner"):
        if not getattr(event, name):
            yield f"`{name}`"


def _examples(view: SpecView, event: Event) -> Iterator[str]:
    sources = {source for source in event.params.values() if isinstance(source, str)}
    for key in sorted(sources):
        data = view.spec.data.get(key)
        if data is not None and data.source == "path" and data.example is None:
            yield f"`example` of `{key}`"
