"""``scroll`` and its three sisters: how far down or across a page was scrolled.

They are one form: a trigger may have a vertical and a horizontal one. Its argument maps the words
that it has to their thresholds.
"""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.values import Parameter, boolean, text
from gtmgen.spec.forms.model import (
    Data,
    Form,
    PhraseBook,
    Shape,
    TriggerCompiler,
    TriggerReader,
    fire_on,
    parse_many,
)
from gtmgen.spec.forms.thresholds import PERCENTS, PIXELS, join_thresholds, lift_thresholds
from gtmgen.spec.lifting import NotLiftedError
from gtmgen.spec.model import TriggerSpec
from gtmgen.spec.schema_parts import describe

_SCHEMA = {
    "scroll": describe(PERCENTS, "Vertical scroll depth, in percent."),
    "scroll_pixels": describe(PIXELS, "Vertical scroll depth, in pixels."),
    "scroll_horizontal": describe(PERCENTS, "Horizontal scroll depth, in percent."),
    "scroll_horizontal_pixels": describe(PIXELS, "Horizontal scroll depth, in pixels."),
}
_WORD_OF_AXIS = {"vertical": "scroll", "horizontal": "scroll_horizontal"}


def _parse(raw: Data) -> dict[str, tuple[int, ...]]:
    return {word: tuple(map(int, parse_many(raw[word]))) for word in sorted(_SCHEMA) if word in raw}


def _check(raw: Data) -> Iterator[tuple[str, str]]:
    for percent in _WORD_OF_AXIS.values():
        pixels = f"{percent}_pixels"
        if percent in raw and pixels in raw:
            yield pixels, f"`{percent}` and `{pixels}` exclude each other"


def _compile(compiler: TriggerCompiler, trigger: TriggerSpec) -> list[Shape]:
    del compiler
    parameter: list[Parameter] = []
    for axis, word in _WORD_OF_AXIS.items():
        pixels = trigger.argument.get(f"{word}_pixels")
        thresholds = pixels or trigger.argument.get(word)
        parameter.append(boolean(f"{axis}ThresholdOn", thresholds is not None))
        if thresholds is not None:
            unit, name = ("PIXELS", "Pixels") if pixels else ("PERCENT", "Percent")
            parameter.append(text(f"{axis}ThresholdUnits", unit))
            parameter.append(text(f"{axis}Thresholds{name}", join_thresholds(thresholds)))
    parameter.append(text("triggerStartOption", "WINDOW_LOAD"))
    return [Shape("SCROLL_DEPTH", parameter=tuple(parameter))]


def _lift(reader: TriggerReader) -> Data:
    parameters = reader.parameters
    if parameters.text("triggerStartOption") != "WINDOW_LOAD":
        raise NotLiftedError("it begins to listen at another moment")
    data: Data = {}
    for axis, word in _WORD_OF_AXIS.items():
        if parameters.flag(f"{axis}ThresholdOn"):
            units = parameters.text(f"{axis}ThresholdUnits")
            if units == "PERCENT":
                data[word] = lift_thresholds(parameters, f"{axis}ThresholdsPercent", 100)
            elif units == "PIXELS":
                name = f"{axis}ThresholdsPixels"
                data[f"{word}_pixels"] = lift_thresholds(parameters, name, None)
            else:
                raise NotLiftedError(f"it measures depth in `{units}`")
    if not data:
        raise NotLiftedError("it has no thresholds")
    return data


def _describe(speaker: PhraseBook, trigger: TriggerSpec) -> str:
    words = speaker.words
    parts = []
    for word, thresholds in trigger.argument.items():
        say = _pixels if word.endswith("_pixels") else words.percent
        marks = words.join_or(map(say, sorted(set(thresholds))))
        axis = "across" if "horizontal" in word else "down"
        parts.append(words(f"trigger.scroll_{axis}", marks=marks))
    return words("trigger.scroll", parts=words.join_or(parts))


def _pixels(number: object) -> str:
    return f"{number} px"


FORM = Form(
    word="scroll",
    schema=_SCHEMA,
    parse=_parse,
    check=_check,
    events=fire_on("gtm.scrollDepth"),
    compile=_compile,
    types=("SCROLL_DEPTH",),
    lift=_lift,
    describe=_describe,
)
