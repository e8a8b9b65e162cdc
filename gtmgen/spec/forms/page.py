"""``page``: a page view of one of these pages, by load and, on a single-page app, by navigation.

GTM has no such trigger: a page view with the page among its conditions stands for it, and on a
single-page app a change of the history beside it.
"""

from __future__ import annotations

from gtmgen.spec.forms import lifecycle
from gtmgen.spec.forms.model import (
    Data,
    Form,
    PhraseBook,
    Shape,
    TriggerCompiler,
    parse_many,
)
from gtmgen.spec.model import TriggerSpec
from gtmgen.spec.schema_parts import PAGE_REF, describe, make_list_or_one


def _parse(raw: Data) -> tuple[str, ...]:
    return parse_many(raw["page"])


def _events(trigger: TriggerSpec, is_spa: bool) -> frozenset[str]:
    del trigger
    return frozenset(("gtm.js", "gtm.historyChange") if is_spa else ("gtm.js",))


def _compile(compiler: TriggerCompiler, trigger: TriggerSpec) -> list[Shape]:
    del trigger
    shapes = [Shape("PAGEVIEW")]
    if compiler.is_spa:
        shapes.append(Shape("HISTORY_CHANGE", compiler.page_changed(), suffix="history"))
    return shapes


def lift_page(data: Data, page: str) -> Data:
    """A lifted trigger whose conditions name a page: a page view is the page's own form."""
    if data == {"lifecycle": "page_view"}:
        return {"page": page}
    return {**data, "pages": [page]}


def _describe(speaker: PhraseBook, trigger: TriggerSpec) -> str:
    way = "spa" if speaker.is_spa else "load"
    return speaker.words(f"trigger.page_{way}", pages=speaker.page_titles(trigger.argument))


FORM = Form(
    word="page",
    schema={
        "page": describe(
            make_list_or_one(PAGE_REF),
            "A page view of these pages, by load and, on a single-page app, by navigation.",
        )
    },
    parse=_parse,
    events=_events,
    compile=_compile,
    types=("PAGEVIEW",),
    lift=lifecycle.FORM.lift,  # the page is among the conditions: see lift_page
    describe=_describe,
)
