"""An event that nobody can read about."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.lint.spec_view import Remark, SpecView
from gtmgen.spec.model import Event


def check(view: SpecView) -> Iterator[Remark]:
    """Events without a description or an owner, or whose data shows no example."""
    without_example = {
        key
        for key, data in view.spec.data.items()
        if data.source == "path" and data.example is None
    }
    for event in view.spec.events.values():
        sources = [source for source in event.params.values() if isinstance(source, str)]
        examples = [
            f"`example` of `{key}`" for key in sorted(without_example.intersection(sources))
        ]
        missing = [*_texts(event), *examples]
        if missing:
            words = ", ".join(missing[:-1]) + (" or " if missing[:-1] else "") + missing[-1]
            yield Remark(
                ("events", event.key),
                f"`{event.key}` has no {words}",
                "add what is missing: `gtmgen docs` shows it to everyone who works with the event",
                on_key=True,
            )


def _texts(event: Event) -> Iterator[str]:
    for name in ("description", "owner"):
        if not getattr(event, name):
            yield f"`{name}`"
