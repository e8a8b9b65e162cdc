"""``always``: every event of a server container."""

from __future__ import annotations

from gtmgen.spec.forms.bare import make_bare_form
from gtmgen.spec.schema_parts import describe

FORM = make_bare_form(
    "always",
    "ALWAYS",
    value=True,
    schema=describe(
        {"const": True}, "In a server container: every event that a client creates from a request."
    ),
    event=None,
)
