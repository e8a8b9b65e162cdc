"""Forms without an argument: one word, and one type of GTM's trigger that has no settings."""

from __future__ import annotations

from typing import Any

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
from gtmgen.spec.model import TriggerSpec
from gtmgen.spec.schema_parts import Schema


def make_bare_form(word: str, type_: str, *, value: Any, schema: Schema, event: str | None) -> Form:
    """The form; ``value`` is the only one that the word takes, ``event`` the dataLayer event that
    it waits for, None for any."""

    def compile_trigger(compiler: TriggerCompiler, trigger: TriggerSpec) -> list[Shape]:
        del compiler, trigger
        return [Shape(type_)]

    def lift_trigger(reader: TriggerReader) -> Data:
        del reader
        return {word: value}

    def describe_trigger(speaker: PhraseBook, trigger: TriggerSpec) -> str:
        del trigger
        return speaker.words(f"trigger.{word}")

    return Form(
        word=word,
        schema={word: schema},
        is_for_servers=type_ == "ALWAYS",
        parse=parse_word(word),
        events=fire_on(event) if event is not None else lambda trigger, is_spa: None,
        compile=compile_trigger,
        types=(type_,),
        lift=lift_trigger,
        describe=describe_trigger,
    )
