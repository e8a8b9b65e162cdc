"""Pages that nobody names."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.lint.spec_view import Remark, SpecView
from gtmgen.spec.reference_checks import match_pages


def check(view: SpecView) -> Iterator[Remark]:
    """Pages that no trigger and no `pages` refers to, by name or by glob."""
    used = {
        name for pattern in set(_patterns(view)) for name in match_pages(pattern, view.spec.pages)
    }
    for key in view.spec.pages:
        if key in used:
            continue
        message = f"no trigger and no event is about the page `{key}`"
        hint = "name it in `page` or `pages`, or remove it"
        yield Remark(("pages", key), message, hint, on_key=True)


def _patterns(view: SpecView) -> Iterator[str]:
    for trigger in view.triggers:
        yield from trigger.argument if trigger.form == "page" else ()
        yield from trigger.narrowing.pages
    for event in view.spec.events.values():
        yield from event.narrowing.pages
    for platform in view.spec.platforms.values():
        yield from platform.narrowing.pages
        if platform.page_view is not None:
            yield from platform.page_view.narrowing.pages
