"""The trigger forms, in the schema's order: what is not listed here is no word of the language."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gtmgen.spec.forms import (
    always,
    click,
    event,
    event_matches,
    group,
    history,
    js_error,
    lifecycle,
    link,
    page,
    scroll,
    submit,
    timer,
    video,
    visible,
)
from gtmgen.spec.forms.model import Form
from gtmgen.spec.lifting import list_readers
from gtmgen.spec.schema_parts import Schema

_ORDER = (
    page,
    lifecycle,
    event,
    event_matches,
    history,
    click,
    link,
    submit,
    visible,
    scroll,
    timer,
    video,
    js_error,
    always,
    group,
)

FORMS: Mapping[str, Form] = MappingProxyType({module.FORM.word: module.FORM for module in _ORDER})
FORM_OF_WORD = {word: form for form in FORMS.values() for word in form.schema}
FORM_OF_TYPE = list_readers(FORMS.values())
WORDS = tuple(sorted(FORM_OF_WORD, key=lambda word: FORM_OF_WORD[word].is_for_servers))
"""Every word that chooses a form; what only a server container has comes last."""
SCHEMA: Mapping[str, Schema] = {
    **{word: schema for form in FORMS.values() for word, schema in form.schema.items()},
    **{word: schema for form in FORMS.values() for word, schema in form.options.items()},
}
"""What a trigger may hold, but for what narrows and names it."""
