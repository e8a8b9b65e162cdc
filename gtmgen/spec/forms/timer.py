"""``timer``: again and again, on a page that stays."""

from __future__ import annotations

from gtmgen.container.values import text
from gtmgen.spec.forms.durations import lift_duration, milliseconds
from gtmgen.spec.forms.model import (
    ENABLED,
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
from gtmgen.spec.lifting import NotLiftedError, whole_number
from gtmgen.spec.model import TriggerSpec
from gtmgen.spec.schema_parts import DURATION, describe


def _compile(compiler: TriggerCompiler, trigger: TriggerSpec) -> list[Shape]:
    limit = trigger.options.get("limit")
    settings = (
        ("eventName", text(None, "gtm.timer")),
        ("interval", text(None, str(milliseconds(trigger.argument)))),
        ("limit", text(None, "" if limit is None else str(limit))),
    )
    return [Shape("TIMER", auto_event_filter=listen(compiler, trigger), settings=settings)]


def _lift(reader: TriggerReader) -> Data:
    settings = reader.settings
    if settings.text("eventName") != "gtm.timer":
        raise NotLiftedError("it has an event name of its own")
    data: Data = {"timer": lift_duration(settings.text("interval"))}
    limit = settings.text("limit")
    if limit:
        data["limit"] = whole_number(limit, "limit")
        if not data["limit"]:
            raise NotLiftedError("its limit is 0")
    reader.take_enabled()
    return data


def _describe(speaker: PhraseBook, trigger: TriggerSpec) -> str:
    limit = trigger.options.get("limit")
    sentence = speaker.words("trigger.timer", interval=trigger.argument)
    if limit is not None:
        sentence += speaker.words.count("trigger.timer_limit", limit)
    return sentence + describe_enabled(speaker, trigger)


FORM = Form(
    word="timer",
    schema={"timer": describe(DURATION, "Repeatedly, while a page stays open.")},
    options={
        "limit": describe({"type": "integer", "minimum": 1}, "With timer: at most this often."),
        **ENABLED,
    },
    parse=parse_word("timer"),
    events=fire_on("gtm.timer"),
    compile=_compile,
    types=("TIMER",),
    lift=_lift,
    describe=_describe,
)
