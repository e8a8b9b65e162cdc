"""``js_error``: an uncaught JavaScript error."""

from __future__ import annotations

from gtmgen.spec.forms.bare import make_bare_form
from gtmgen.spec.schema_parts import describe

FORM = make_bare_form(
    "js_error",
    "JS_ERROR",
    value=True,
    schema=describe({"const": True}, "An uncaught JavaScript error."),
    event="gtm.pageError",
)
