"""``click``: a click on an element or on anything within it."""

from __future__ import annotations

from gtmgen.container.css import with_descendants, without_descendants
from gtmgen.spec.forms.elements import describe_element, match_element
from gtmgen.spec.forms.model import (
    Data,
    Form,
    Shape,
    TriggerCompiler,
    TriggerReader,
    fire_on,
    parse_word,
)
from gtmgen.spec.model import ANY_ELEMENT, TriggerSpec
from gtmgen.spec.schema_parts import TEXT, describe


def _compile(compiler: TriggerCompiler, trigger: TriggerSpec) -> list[Shape]:
    if trigger.argument == ANY_ELEMENT:
        return [Shape("CLICK")]
    css = with_descendants(trigger.argument)
    return [Shape("CLICK", (match_element(compiler, "click_element", css),))]


def _lift(reader: TriggerReader) -> Data:
    conditions = [*reader.conditions]
    css = reader.take_element("Click Element")
    if css is not None:
        within = without_descendants(css)
        if within is not None:
            return {"click": within}
        # The form means clicks on what is within the element, too, and this trigger does not:
        # its selector stays among the conditions, as `where: {click_element: {css_itself: ...}}`.
        reader.conditions = conditions
    return {"click": ANY_ELEMENT}


FORM = Form(
    word="click",
    schema={
        "click": describe(
            TEXT,
            "A click on what this CSS selector matches, or on anything within it; `any` click.",
        )
    },
    parse=parse_word("click"),
    events=fire_on("gtm.click"),
    compile=_compile,
    types=("CLICK",),
    lift=_lift,
    describe=describe_element("click"),
)
