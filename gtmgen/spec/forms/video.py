"""``video``: an embedded YouTube video."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.values import boolean, text
from gtmgen.spec.forms.model import (
    Data,
    Form,
    PhraseBook,
    Shape,
    TriggerCompiler,
    TriggerReader,
    fire_on,
    parse_many,
    parse_whole,
)
from gtmgen.spec.forms.thresholds import PERCENTS, join_thresholds, lift_thresholds
from gtmgen.spec.lifting import NotLiftedError
from gtmgen.spec.model import TriggerSpec
from gtmgen.spec.schema_parts import BOOLEAN, describe, make_object


def _parse(raw: Data) -> Data:
    return {name: parse_whole(value) for name, value in raw["video"].items()}


def _check(raw: Data) -> Iterator[tuple[str, str]]:
    video = raw["video"]
    if isinstance(video, dict) and not any(video.values()):
        yield "video", "`video` captures nothing"


def _compile(compiler: TriggerCompiler, trigger: TriggerSpec) -> list[Shape]:
    del compiler
    video = trigger.argument
    progress = parse_many(video["progress"]) if "progress" in video else ()
    parameter = [
        boolean("captureStart", video.get("start", False)),
        boolean("captureComplete", video.get("complete", False)),
        boolean("capturePause", video.get("pause", False)),
        boolean("captureProgress", bool(progress)),
        boolean("fixMissingApi", True),
        text("triggerStartOption", "DOM_READY"),
    ]
    if progress:
        parameter.append(text("radioButtonGroup1", "PERCENTAGE"))
        parameter.append(text("progressThresholdsPercent", join_thresholds(progress)))
    return [Shape("YOU_TUBE_VIDEO", parameter=tuple(parameter))]


def _lift(reader: TriggerReader) -> Data:
    parameters = reader.parameters
    video: Data = {}
    for word in ("start", "complete", "pause"):
        if parameters.flag(f"capture{word.capitalize()}"):
            video[word] = True
    if parameters.flag("captureProgress"):
        if parameters.text("radioButtonGroup1") != "PERCENTAGE":
            raise NotLiftedError("it tells a video's progress in seconds")
        video["progress"] = lift_thresholds(parameters, "progressThresholdsPercent", 100)
    if not video:
        raise NotLiftedError("it captures nothing")
    if not parameters.flag("fixMissingApi"):
        raise NotLiftedError("it does not add the player's JavaScript interface")
    if parameters.text("triggerStartOption") != "DOM_READY":
        raise NotLiftedError("it begins to listen at another moment")
    return {"video": video}


def _describe(speaker: PhraseBook, trigger: TriggerSpec) -> str:
    words, video = speaker.words, trigger.argument
    moments = ("start", "pause", "complete")
    phrases = [words(f"trigger.video_{name}") for name in moments if video.get(name)]
    if video.get("progress"):
        marks = ", ".join(words.percent(mark) for mark in parse_many(video["progress"]))
        phrases.append(words("trigger.video_progress", marks=marks))
    return words("trigger.video", moments=words.join_and(phrases))


FORM = Form(
    word="video",
    schema={
        "video": describe(
            make_object(
                {"start": BOOLEAN, "complete": BOOLEAN, "pause": BOOLEAN, "progress": PERCENTS},
                minProperties=1,
            ),
            "An embedded YouTube video.",
        )
    },
    parse=_parse,
    check=_check,
    events=fire_on("gtm.video"),
    compile=_compile,
    types=("YOU_TUBE_VIDEO",),
    lift=_lift,
    describe=_describe,
)
