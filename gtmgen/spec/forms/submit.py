"""``submit``: a form is sent."""

from __future__ import annotations

from gtmgen.spec.forms.elements import make_waiting_form

FORM = make_waiting_form(
    "submit",
    "FORM_SUBMISSION",
    event="gtm.formSubmit",
    element="form_element",
    title="A form that this CSS selector matches is submitted, or `any` form.",
)
