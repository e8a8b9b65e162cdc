"""``lifecycle``: a moment of the page's load."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from gtmgen.spec.forms.model import (
    BUILT_IN_TRIGGERS,
    Data,
    Form,
    PhraseBook,
    Shape,
    TriggerCompiler,
    TriggerReader,
    parse_word,
)
from gtmgen.spec.model import TriggerSpec
from gtmgen.spec.schema_parts import describe, make_enum


class Moment(NamedTuple):
    """A moment of the page's load: the type of GTM's trigger, and the dataLayer event."""

    type: str
    event: str


MOMENTS: Mapping[str, Moment] = {
    "consent_init": Moment("CONSENT_INIT", "gtm.init_consent"),
    "init": Moment("INIT", "gtm.init"),
    "page_view": Moment("PAGEVIEW", "gtm.js"),
    "dom_ready": Moment("DOM_READY", "gtm.dom"),
    "window_loaded": Moment("WINDOW_LOADED", "gtm.load"),
}
"""In the order in which they come."""
_WORD_OF_TYPE = {moment.type: word for word, moment in MOMENTS.items()}
WORD_OF_BUILT_IN = {
    BUILT_IN_TRIGGERS[moment.type]: word
    for word, moment in MOMENTS.items()
    if moment.type in BUILT_IN_TRIGGERS
}
"""The moments for which every container has a trigger."""


def moment_of(trigger: TriggerSpec) -> str | None:
    """The moment of a page's load on which a trigger fires; None for what happens on a page."""
    if trigger.form == "page":
        return "page_view"
    return trigger.argument if trigger.form == "lifecycle" else None


def _events(trigger: TriggerSpec, is_spa: bool) -> frozenset[str]:
    del is_spa
    return frozenset((MOMENTS[trigger.argument].event,))


def _compile(compiler: TriggerCompiler, trigger: TriggerSpec) -> list[Shape]:
    del compiler
    return [Shape(MOMENTS[trigger.argument].type)]


def _lift(reader: TriggerReader) -> Data:
    return {"lifecycle": _WORD_OF_TYPE[reader.type]}


def _describe(speaker: PhraseBook, trigger: TriggerSpec) -> str:
    return speaker.words(f"trigger.lifecycle.{trigger.argument}")


FORM = Form(
    word="lifecycle",
    schema={
        "lifecycle": describe(
            make_enum(tuple(MOMENTS)),
            "A moment of the page load, in this order. `consent_init`, `init` and `page_view` are "
            "GTM's own triggers, unless something narrows them or they have a `name`.",
        )
    },
    parse=parse_word("lifecycle"),
    events=_events,
    compile=_compile,
    types=tuple(_WORD_OF_TYPE),
    lift=_lift,
    describe=_describe,
)
