"""``link``: a click on a link."""

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
    return [compile_waiting(compiler, "LINK_CLICK", "click_element", trigger)]


def _lift(reader: TriggerReader) -> Data:
    css = reader.take_element("Click Element")
    return {"link": css or ANY_ELEMENT, **lift_waiting(reader)}


FORM = Form(
    word="link",
    schema={
        "link": describe(
            TEXT, "A click on a link that this CSS selector matches, or on `any` link."
        )
    },
    options=WAITING,
    is_for_servers=False,
    parse=parse_word("link"),
    check=check_nothing,
    events=fire_on("gtm.linkClick"),
    compile=_compile,
    types=("LINK_CLICK",),
    lift=_lift,
    describe=describe_element("link"),
)
