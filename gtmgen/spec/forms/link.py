"""``link``: a click on a link."""

from __future__ import annotations

from gtmgen.spec.forms.elements import make_waiting_form

FORM = make_waiting_form(
    "link",
    "LINK_CLICK",
    event="gtm.linkClick",
    element="click_element",
    title="A click on a link that this CSS selector matches, or on `any` link.",
)
