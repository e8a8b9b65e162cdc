"""An event that nobody can read about."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.lint.spec_view import Remark, SpecView


def check(view: SpecView) -> Iterator[Remark]:
    """Events without a description or an owner, or whose data shows no example."""
    without_example = {
        key
        for key, data in view.spec.data.items()
        if data.source == "path" and data.example is None
    }
    words_of: dict[tuple[bool, bool, frozenset[str]], str] = {}
    for event in view.spec.events.values():
        sources = [source for source in event.params.values() if isinstance(source, str)]
        keys = frozenset(without_example.intersection(sources))
        missing = (not event.description, not event.owner, keys)
        words = words_of.get(missing)
        if words is None:
            words = words_of[missing] = _write_words(*missing)
        if words:
            yield Remark(
                ("events", event.key),
                f"`{event.key}` has no {words}",
                "add what is missing: `gtmgen docs` shows it to everyone who works with the event",
                on_key=True,
            )


def _write_words(no_description: bool, no_owner: bool, keys: frozenset[str]) -> str:
    missing = ["`description`"] * no_description + ["`owner`"] * no_owner
    missing += [f"`example` of `{key}`" for key in sorted(keys)]
    return " or ".join(filter(None, (", ".join(missing[:-1]), *missing[-1:])))
