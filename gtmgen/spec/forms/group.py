"""``group``: once all of these named triggers have fired."""

from __future__ import annotations

from gtmgen.container.entities import Kind
from gtmgen.container.values import TRIGGER_NAME
from gtmgen.spec.forms.model import (
    Data,
    Form,
    PhraseBook,
    Shape,
    TriggerCompiler,
    TriggerReader,
    fire_on,
    parse_word,
)
from gtmgen.spec.lifting import NotLiftedError
from gtmgen.spec.model import TriggerSpec
from gtmgen.spec.schema_parts import KEY_REF, describe


def _compile(compiler: TriggerCompiler, trigger: TriggerSpec) -> list[Shape]:
    """A group waits for all its members; the spec's checks see to it that each is one."""
    members = tuple(ref for name in trigger.argument for ref in compiler.named(name))
    return [Shape("TRIGGER_GROUP", members=members)]


def _lift(reader: TriggerReader) -> Data:
    members = []
    for item in reader.parameters.items("triggerIds"):
        key = reader.source.keys.get((Kind.TRIGGER, str(item.value)))
        if item.type != TRIGGER_NAME or item.key is not None or key is None:
            raise NotLiftedError("it waits for a trigger that the spec cannot name")
        members.append(key)
    if not members or len(set(members)) < len(members):
        raise NotLiftedError("it waits for nothing, or for the same trigger twice")
    return {"group": members}


def _describe(speaker: PhraseBook, trigger: TriggerSpec) -> str:
    names = (f"`{name}`" for name in trigger.argument)
    return speaker.words("trigger.group", triggers=speaker.words.join_and(names))


FORM = Form(
    word="group",
    schema={
        "group": describe(
            {"type": "array", "items": KEY_REF, "minItems": 1, "uniqueItems": True},
            "Once all of these named triggers have fired.",
        )
    },
    parse=parse_word("group"),
    events=fire_on("gtm.triggerGroup"),
    compile=_compile,
    types=("TRIGGER_GROUP",),
    lift=_lift,
    describe=_describe,
)
