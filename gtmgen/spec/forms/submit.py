"""``submit``: a form is sent."""

from __future__ import annotations

from gtmgen.spec.forms.elements import (
    WAITING,
    compile_waiting,
    describe_element,
    lift_waiting,
)
from gtmgen.spec.forms.model import (
    Data,
    Form,
    Shape,
    TriggerCompiler,
    TriggerReader,
    check_nothing,
    fire_on,
    parse_word,
)
from gtmgen.spec.model import ANY_ELEMENT, TriggerSpec
from gtmgen.spec.schema_parts import TEXT, describe


def _compile(compiler: TriggerCompiler, trigger: TriggerSpec) -> list[Shape]:
    return [compile_waiting(compiler, "FORM_SUBMISSION", "form_element", trigger)]


def _lift(reader: TriggerReader) -> Data:
    css = reader.take_element("Form Element")
    return {"submit": css or ANY_ELEMENT, **lift_waiting(reader)}


FORM = Form(
    word="submit",
    schema={
        "submit": describe(
            TEXT, "A form that this CSS selector matches is submitted, or `any` form."
        )
    },
    options=WAITING,
    is_for_servers=False,
    parse=parse_word("submit"),
    check=check_nothing,
    events=fire_on("gtm.formSubmit"),
    compile=_compile,
    types=("FORM_SUBMISSION",),
    lift=_lift,
    describe=describe_element("submit"),
)
