"""``history``: every change of the browser's history."""

from __future__ import annotations

from gtmgen.spec.forms.bare import make_bare_form
from gtmgen.spec.schema_parts import describe, make_enum

FORM = make_bare_form(
    "history",
    "HISTORY_CHANGE",
    value="any",
    schema=describe(make_enum(("any",)), "Every change of the browser's history."),
    event="gtm.historyChange",
)
