"""What the forms share that wait for an element: its selector, and how long a link waits.

A click on a link and the sending of a form differ by GTM's names alone: both are made here.
"""

from __future__ import annotations

from collections.abc import Callable

from gtmgen.container.builtins import built_in_name
from gtmgen.container.values import Condition, boolean, condition, text
from gtmgen.spec.forms.durations import lift_duration, milliseconds
from gtmgen.spec.forms.model import (
    ENABLED,
    ENABLED_WHERE,
    Data,
    Form,
    PhraseBook,
    Shape,
    TriggerCompiler,
    TriggerReader,
    describe_enabled,
    fire_on,
    listen,
    parse_word,
)
from gtmgen.spec.lifting import NotLiftedError
from gtmgen.spec.model import ANY_ELEMENT, TriggerSpec
from gtmgen.spec.schema_parts import BOOLEAN, DURATION, TEXT, Schema, describe

_WAITING: dict[str, Schema] = {
    "wait": {
        **DURATION,
        "description": "Delays the navigation until the tags have fired, this long at most.",
    },
    "check_validation": describe(
        BOOLEAN, "With link and submit: only when no script has cancelled the action."
    ),
    **ENABLED,
}
"""The options of the forms that can hold a navigation."""


def match_element(compiler: TriggerCompiler, built_in: str, css: str) -> Condition:
    """The condition that the element of an event matches a selector."""
    return condition("CSS_SELECTOR", compiler.built_in(built_in), compiler.literal(css))


def make_waiting_form(word: str, type_: str, *, event: str, element: str, title: str) -> Form:
    """A form that can hold a navigation; ``element`` is the built-in variable of what it is on."""

    def lift(reader: TriggerReader) -> Data:
        css = reader.take_element(built_in_name(element))
        return {word: css or ANY_ELEMENT, **_lift_waiting(reader)}

    return Form(
        word=word,
        schema={word: describe(TEXT, title)},
        options=_WAITING,
        parse=parse_word(word),
        events=fire_on(event),
        compile=lambda compiler, trigger: [_compile_waiting(compiler, type_, element, trigger)],
        types=(type_,),
        lift=lift,
        describe=describe_element(word),
    )


def _compile_waiting(
    compiler: TriggerCompiler, type_: str, built_in: str, trigger: TriggerSpec
) -> Shape:
    """A trigger of a link or a form; GTM's own limit for the tags is two seconds."""
    wait = trigger.options.get("wait")
    check = trigger.options.get("check_validation", False)
    settings = (
        ("waitForTags", boolean(None, wait is not None)),
        ("checkValidation", boolean(None, check)),
        ("waitForTagsTimeout", text(None, str(milliseconds(wait)) if wait else "2000")),
        ("uniqueTriggerId", text(None, "")),
    )
    is_enabled = wait is not None or check or trigger.options.get(ENABLED_WHERE)
    enable = listen(compiler, trigger) if is_enabled else ()
    is_narrowed = trigger.argument != ANY_ELEMENT
    matched = (match_element(compiler, built_in, trigger.argument),) if is_narrowed else ()
    return Shape(type_, matched, (), enable, settings)


def _lift_waiting(reader: TriggerReader) -> Data:
    """Inverse of ``_compile_waiting``, without the element."""
    settings = reader.settings
    wait, check = (settings.unset_or_flag(key) for key in ("waitForTags", "checkValidation"))
    timeout = settings.text("waitForTagsTimeout")
    if settings.text("uniqueTriggerId"):
        raise NotLiftedError("it has an ID of its own")
    if wait or check or reader.enabled:
        reader.take_enabled()
    if not wait and timeout != "2000":
        raise NotLiftedError("it has a time limit for waiting, and does not wait")
    data: Data = {"wait": lift_duration(timeout)} if wait else {}
    return {**data, **({"check_validation": True} if check else {})}


def describe_element(word: str) -> Callable[[PhraseBook, TriggerSpec], str]:
    """A sentence with the selector, or another one for any element."""

    def describe_trigger(speaker: PhraseBook, trigger: TriggerSpec) -> str:
        if trigger.argument == ANY_ELEMENT:
            sentence = speaker.words(f"trigger.{word}_any")
        else:
            sentence = speaker.words(f"trigger.{word}", what=trigger.argument)
        return sentence + describe_enabled(speaker, trigger)

    return describe_trigger
