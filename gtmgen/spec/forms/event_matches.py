"""``event_matches``: a dataLayer event whose name matches a regular expression."""

from __future__ import annotations

from gtmgen.spec.forms.event import compile_name, lift_name
from gtmgen.spec.forms.model import (
    Form,
    PhraseBook,
    Shape,
    TriggerCompiler,
    parse_word,
)
from gtmgen.spec.model import TriggerSpec
from gtmgen.spec.schema_parts import BOOLEAN, TEXT, describe

# Patterns that every name matches.
_ANY_NAME = frozenset((".*", ".+", ".", "^.*$", "^.+$"))


def _events(trigger: TriggerSpec, is_spa: bool) -> None:
    del trigger, is_spa


def _compile(compiler: TriggerCompiler, trigger: TriggerSpec) -> list[Shape]:
    ignore_case = trigger.options.get("ignore_case", False)
    return [compile_name(compiler, "MATCH_REGEX", trigger.argument, ignore_case=ignore_case)]


def _describe(speaker: PhraseBook, trigger: TriggerSpec) -> str:
    if trigger.argument in _ANY_NAME:
        return speaker.words("trigger.event_any")
    case = "_ignore_case" if trigger.options.get("ignore_case") else ""
    return speaker.words(f"trigger.event_matches{case}", pattern=trigger.argument)


FORM = Form(
    word="event_matches",
    schema={
        "event_matches": describe(
            TEXT, "A dataLayer event whose name matches this regular expression."
        )
    },
    options={"ignore_case": describe(BOOLEAN, "With event_matches: case is ignored.")},
    parse=parse_word("event_matches"),
    events=_events,
    compile=_compile,
    types=("CUSTOM_EVENT",),
    lift=lift_name,
    describe=_describe,
)
