"""The page's title or an element, read before the app has rendered the new page."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.diagnostics import Path
from gtmgen.lint.spec_view import (
    Remark,
    SpecDelivery,
    SpecView,
    conditions,
)
from gtmgen.spec.effective import triggers_of
from gtmgen.spec.model import DataKey


def check(view: SpecView) -> Iterator[Remark]:
    """In parameters and conditions of events that fire on in-app navigation."""
    reported = set()
    for delivery in view.deliveries:
        if not view.spec.site.is_spa or not view.fires_on_navigation(delivery.event):
            continue
        for key, path in _reads(view, delivery):
            rendered = next(filter(_is_rendered, view.made_from(key)), None)
            if rendered is not None and path not in reported:
                reported.add(path)
                yield Remark(
                    path,
                    f"`{rendered.key}` is read from the page when the address changes: the app has "
                    "not rendered the new page by then, and the old one's is sent",
                    "let the site push the value, and fire on that event: `on: {event: ...}`",
                    on_key=True,
                )


def _reads(view: SpecView, delivery: SpecDelivery) -> Iterator[tuple[str, Path]]:
    for param, source in delivery.params.items():
        if isinstance(source, str):
            yield source, delivery.path_of(param)
    event = delivery.event
    tests = conditions(event.narrowing.where, ("events", event.key, "where"))
    tests += conditions(delivery.send.where, (*delivery.send.origin.path, "where"))
    for trigger in triggers_of(view.spec, event):
        tests += conditions(trigger.narrowing.where, (*trigger.path, "where"))
    for test, path in tests:
        yield test.left, path


def _is_rendered(data: DataKey) -> bool:
    of_document = data.source == "js" and str(data.argument).startswith("document.")
    return data.source == "dom" or of_document
