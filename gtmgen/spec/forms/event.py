"""``event``: a dataLayer event of this name."""

from __future__ import annotations

from gtmgen.container.values import condition
from gtmgen.spec.forms.model import (
    Data,
    Form,
    PhraseBook,
    Shape,
    TriggerCompiler,
    TriggerReader,
    parse_word,
)
from gtmgen.spec.lifting import NotLiftedError, ParameterFields
from gtmgen.spec.model import TriggerSpec
from gtmgen.spec.schema_parts import TEXT, describe


def compile_name(
    compiler: TriggerCompiler, type_: str, name: str, *, ignore_case: bool = False
) -> Shape:
    """GTM's trigger of a custom event, with its test of the event's name."""
    test = condition(type_, "{{_event}}", compiler.literal(name), ignore_case=ignore_case)
    return Shape("CUSTOM_EVENT", custom_event_filter=(test,))


def lift_name(reader: TriggerReader) -> Data:
    """Inverse of ``compile_name``: ``event`` or ``event_matches``."""
    if len(reader.custom) != 1:
        raise NotLiftedError("it has no event name, or more than one")
    (item,) = reader.custom
    reader.custom = ()
    fields = ParameterFields.of(item.parameter)
    if fields.template("arg0") != "{{_event}}":
        raise NotLiftedError("it tests something else than the event's name")
    name = fields.filled("arg1")
    ignore_case = "ignore_case" in fields and fields.flag("ignore_case")
    fields.finish()
    if item.type == "EQUALS" and not ignore_case:
        return {"event": name}
    if item.type == "MATCH_REGEX":
        return {"event_matches": name, **({"ignore_case": True} if ignore_case else {})}
    raise NotLiftedError("the language has no word for its test of the event's name")


def _events(trigger: TriggerSpec, is_spa: bool) -> frozenset[str]:
    del is_spa
    return frozenset((str(trigger.argument),))


def _compile(compiler: TriggerCompiler, trigger: TriggerSpec) -> list[Shape]:
    return [compile_name(compiler, "EQUALS", trigger.argument)]


def _describe(speaker: PhraseBook, trigger: TriggerSpec) -> str:
    return speaker.words("trigger.event", what=trigger.argument)


FORM = Form(
    word="event",
    schema={"event": describe(TEXT, "A dataLayer event of this name.")},
    parse=parse_word("event"),
    events=_events,
    compile=_compile,
    types=("CUSTOM_EVENT",),
    lift=lift_name,
    describe=_describe,
)
