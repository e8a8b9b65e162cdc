"""``visible``: an element comes into view."""

from __future__ import annotations

from gtmgen.container.values import boolean, text
from gtmgen.spec.forms.durations import lift_duration, milliseconds
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
from gtmgen.spec.lifting import NotLiftedError, whole_number
from gtmgen.spec.model import TriggerSpec
from gtmgen.spec.schema_parts import BOOLEAN, DURATION, TEXT, describe, make_enum

_FREQUENCIES = {"page": "ONCE", "element": "ONCE_PER_ELEMENT", "every": "MANY_PER_ELEMENT"}
_WORD_OF_FREQUENCY = {frequency: word for word, frequency in _FREQUENCIES.items()}
_RATIO = 50
"""GTM's own percentage of an element that counts as seen."""


def _compile(compiler: TriggerCompiler, trigger: TriggerSpec) -> list[Shape]:
    options = trigger.options
    parameter = [
        text("selectorType", "CSS"),
        text("elementSelector", compiler.literal(trigger.argument)),
        text("firingFrequency", _FREQUENCIES[options.get("once", "page")]),
        text("onScreenRatio", str(options.get("ratio", _RATIO))),
        boolean("useOnScreenDuration", "for" in options),
        boolean("useDomChangeListener", options.get("observe_dom", False)),
    ]
    if "for" in options:
        parameter.append(text("onScreenDuration", str(milliseconds(options["for"]))))
    return [Shape("ELEMENT_VISIBILITY", parameter=tuple(parameter))]


def _lift(reader: TriggerReader) -> Data:
    parameters = reader.parameters
    if parameters.text("selectorType") != "CSS":
        raise NotLiftedError("it looks for an element by ID")
    data: Data = {"visible": parameters.filled("elementSelector")}
    ratio = whole_number(parameters.text("onScreenRatio"), "onScreenRatio")
    if not 1 <= ratio <= 100:
        raise NotLiftedError(f"it waits for {ratio} percent of an element")
    frequency = _WORD_OF_FREQUENCY.get(parameters.text("firingFrequency"))
    if frequency is None:
        raise NotLiftedError("the language has no word for how often it fires")
    if ratio != _RATIO:
        data["ratio"] = ratio
    if frequency != "page":
        data["once"] = frequency
    if parameters.flag("useOnScreenDuration"):
        data["for"] = lift_duration(parameters.text("onScreenDuration"))
    if parameters.flag("useDomChangeListener"):
        data["observe_dom"] = True
    return data


def _describe(speaker: PhraseBook, trigger: TriggerSpec) -> str:
    words, options = speaker.words, trigger.options
    ratio = options.get("ratio", _RATIO)
    sentence = words("trigger.visible", what=trigger.argument, ratio=ratio)
    if "for" in options:
        sentence += words("trigger.visible_for", time=options["for"])
    return sentence + words(f"trigger.visible_once.{options.get('once', 'page')}")


FORM = Form(
    word="visible",
    schema={
        "visible": describe(TEXT, "An element that this CSS selector matches comes into view.")
    },
    options={
        "ratio": describe(
            {"type": "integer", "minimum": 1, "maximum": 100},
            "With visible: how much of the element, in percent (50).",
        ),
        "once": describe(
            make_enum(tuple(_FREQUENCIES)),
            "With visible: once per page, per element, or every time.",
        ),
        "for": describe(DURATION, "With visible: for at least this long."),
        "observe_dom": describe(BOOLEAN, "With visible: also elements that are added later."),
    },
    parse=parse_word("visible"),
    events=fire_on("gtm.elementVisibility"),
    compile=_compile,
    types=("ELEMENT_VISIBILITY",),
    lift=_lift,
    describe=_describe,
)
