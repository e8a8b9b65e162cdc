"""Triggers to the forms of the language: one function for each type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gtmgen.compile.css import without_descendants
from gtmgen.container.builtins import BUILT_IN_TRIGGER_LABELS
from gtmgen.container.entities import TRIGGER_NAME, Condition, Kind, Parameter, Trigger
from gtmgen.importer.lift.conditions import where
from gtmgen.importer.lift.model import Lift, Source
from gtmgen.importer.lift.pages import Pages, page_paths
from gtmgen.importer.lift.values import (
    Fields,
    NotLiftedError,
    bare_sides,
    built_in_key,
    speakable,
    whole_number,
)
from gtmgen.spec.schema import ENABLED_WHERE

Data = dict[str, Any]

_LIFECYCLES = {
    "CONSENT_INIT": "consent_init",
    "INIT": "init",
    "PAGEVIEW": "page_view",
    "DOM_READY": "dom_ready",
    "WINDOW_LOADED": "window_loaded",
}
# Without conditions, the language means the trigger that every container has.
_BUILT_IN = frozenset(("CONSENT_INIT", "INIT", "PAGEVIEW", "ALWAYS"))
_ALWAYS = Condition(
    "MATCH_REGEX",
    (Parameter("TEMPLATE", "arg0", "{{Page URL}}"), Parameter("TEMPLATE", "arg1", ".*")),
)
_FREQUENCIES = {"ONCE": "page", "ONCE_PER_ELEMENT": "element", "MANY_PER_ELEMENT": "every"}
_EVERY_ELEMENT = "any"


class _Reading:
    """A trigger's parts; each must be taken by its form or by what narrows it."""

    def __init__(self, source: Source, trigger: Trigger) -> None:
        self.source = source
        self.conditions = [*trigger.filter]
        self.custom = trigger.custom_event_filter
        self.enabled = trigger.auto_event_filter
        self.settings = Fields((name, item._replace(key=name)) for name, item in trigger.settings)
        self.parameters = Fields.of(trigger.parameter)

    def element(self, built_in: str) -> str | None:
        """The selector of the first condition on an element, which is taken out."""
        for place, item in enumerate(self.conditions):
            left, css = bare_sides(item) or ("", "")
            on_element = item.type == "CSS_SELECTOR" and left == "{{" + built_in + "}}"
            if on_element and css and "{{" not in css:
                built_in_key(self.source, built_in)
                del self.conditions[place]
                return css
        return None

    def paths(self) -> tuple[str, ...] | None:
        """The page of the first condition on a page, which is taken out."""
        for place, item in enumerate(self.conditions):
            found = page_paths(item)
            if found is not None:
                built_in_key(self.source, "Page Path")
                del self.conditions[place]
                return found
        return None

    def finish(self) -> None:
        self.settings.finish()
        self.parameters.finish()
        if self.custom or self.enabled:
            raise NotLiftedError("it listens under conditions of its own")


def lift_trigger(source: Source, trigger: Trigger, pages: Pages) -> Lift:
    """The named trigger that compiles to this one. Raises :class:`NotLiftedError`."""
    name = speakable(trigger.name)
    if name in BUILT_IN_TRIGGER_LABELS:
        raise NotLiftedError("it has the name of a built-in trigger")
    if trigger.extra:
        raise NotLiftedError(f"the language has no word for `{min(dict(trigger.extra))}`")
    form = _FORMS.get(trigger.type)
    if form is None or (form is _always and source.context != "SERVER"):
        raise NotLiftedError(f"the language has no form for triggers of type `{trigger.type}`")
    if trigger.type in _BUILT_IN and not trigger.filter:
        raise NotLiftedError("the language means the built-in trigger where no condition narrows")
    reading = _Reading(source, trigger)
    data = form(reading, trigger)
    reading.finish()
    paths = reading.paths()
    narrowed = where(source, reading.conditions)
    needs: tuple[tuple[str, str], ...] = ()
    if paths is not None:
        page = pages.key(paths)
        needs = (("pages", page),)
        if data == {"lifecycle": "page_view"}:
            data = {"page": page}
        else:
            data["pages"] = [page]
    if narrowed:
        data["where"] = narrowed
    if trigger.notes:
        data["description"] = trigger.notes
    data["name"] = name
    if trigger.folder is not None:
        data["folder"] = trigger.folder
    place = (Kind.TRIGGER, name)
    return Lift("triggers", source.keys[place], data, (place,), needs)


# -- forms -----------------------------------------------------------------------------


def _lifecycle(reading: _Reading, trigger: Trigger) -> Data:
    del reading
    return {"lifecycle": _LIFECYCLES[trigger.type]}


def _custom_event(reading: _Reading, trigger: Trigger) -> Data:
    del trigger
    if len(reading.custom) != 1:
        raise NotLiftedError("it has no event name, or more than one")
    (item,) = reading.custom
    reading.custom = ()
    fields = Fields.of(item.parameter)
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


def _always(reading: _Reading, trigger: Trigger) -> Data:
    del reading, trigger
    return {"always": True}


def _history(reading: _Reading, trigger: Trigger) -> Data:
    del reading, trigger
    return {"history": "any"}


def _js_error(reading: _Reading, trigger: Trigger) -> Data:
    del reading, trigger
    return {"js_error": True}


def _click(reading: _Reading, trigger: Trigger) -> Data:
    del trigger
    before = [*reading.conditions]
    css = reading.element("Click Element")
    if css is not None:
        within = without_descendants(css)
        if within is not None:
            return {"click": within}
        # The form means clicks on what is within the element, too: this one does not.
        reading.conditions = before
    return {"click": _EVERY_ELEMENT}


def _link(reading: _Reading, trigger: Trigger) -> Data:
    del trigger
    return {"link": reading.element("Click Element") or _EVERY_ELEMENT, **_waiting(reading)}


def _submit(reading: _Reading, trigger: Trigger) -> Data:
    del trigger
    return {"submit": reading.element("Form Element") or _EVERY_ELEMENT, **_waiting(reading)}


def _waiting(reading: _Reading) -> Data:
    settings = reading.settings
    wait, check = (settings.unset_or_flag(key) for key in ("waitForTags", "checkValidation"))
    timeout = settings.text("waitForTagsTimeout")
    if settings.text("uniqueTriggerId"):
        raise NotLiftedError("it has an ID of its own")
    enabled = _take_enabled(reading) if wait or check or reading.enabled else {}
    if not wait and timeout != "2000":
        raise NotLiftedError("it has a time limit for waiting, and does not wait")
    data: Data = {"wait": duration(timeout)} if wait else {}
    return {**data, **({"check_validation": True} if check else {}), **enabled}


def _take_enabled(reading: _Reading) -> Data:
    """The conditions under which a listener listens; where there is no word, on every page."""
    enabled, reading.enabled = reading.enabled, ()
    if (
        tuple(sorted(item.parameter) for item in enabled) == (sorted(_ALWAYS.parameter),)
        and enabled[0].type == _ALWAYS.type
    ):
        built_in_key(reading.source, "Page URL")
        return {}
    if not enabled:
        raise NotLiftedError("no condition lets it listen")
    return {ENABLED_WHERE: where(reading.source, enabled)}


def duration(milliseconds: str) -> str:
    """``2000`` -> ``2s``."""
    number = whole_number(milliseconds, "duration")
    if not 0 < number < 1_000_000_000 or (number % 1000 and number >= 1_000_000):
        raise NotLiftedError(f"the language has no duration for {number} milliseconds")
    return f"{number}ms" if number % 1000 else f"{number // 1000}s"


def _timer(reading: _Reading, trigger: Trigger) -> Data:
    del trigger
    settings = reading.settings
    if settings.text("eventName") != "gtm.timer":
        raise NotLiftedError("it has an event name of its own")
    data: Data = {"timer": duration(settings.text("interval"))}
    limit = settings.text("limit")
    if limit:
        data["limit"] = whole_number(limit, "limit")
        if not data["limit"]:
            raise NotLiftedError("its limit is 0")
    return {**data, **_take_enabled(reading)}


def _visible(reading: _Reading, trigger: Trigger) -> Data:
    del trigger
    parameters = reading.parameters
    if parameters.text("selectorType") != "CSS":
        raise NotLiftedError("it looks for an element by ID")
    data: Data = {"visible": parameters.filled("elementSelector")}
    ratio = whole_number(parameters.text("onScreenRatio"), "onScreenRatio")
    if not 1 <= ratio <= 100:
        raise NotLiftedError(f"it waits for {ratio} percent of an element")
    frequency = _FREQUENCIES.get(parameters.text("firingFrequency"))
    if frequency is None:
        raise NotLiftedError("the language has no word for how often it fires")
    if ratio != 50:
        data["ratio"] = ratio
    if frequency != "page":
        data["once"] = frequency
    if parameters.flag("useOnScreenDuration"):
        data["for"] = duration(parameters.text("onScreenDuration"))
    if parameters.flag("useDomChangeListener"):
        data["observe_dom"] = True
    return data


def _scroll(reading: _Reading, trigger: Trigger) -> Data:
    del trigger
    parameters = reading.parameters
    if parameters.text("triggerStartOption") != "WINDOW_LOAD":
        raise NotLiftedError("it begins to listen at another moment")
    data: Data = {}
    for axis, form in (("vertical", "scroll"), ("horizontal", "scroll_horizontal")):
        if parameters.flag(f"{axis}ThresholdOn"):
            units = parameters.text(f"{axis}ThresholdUnits")
            if units not in ("PERCENT", "PIXELS"):
                raise NotLiftedError(f"it measures depth in `{units}`")
            pixels = units == "PIXELS"
            name = f"{axis}Thresholds{'Pixels' if pixels else 'Percent'}"
            word = f"{form}_pixels" if pixels else form
            data[word] = _thresholds(parameters, name, None if pixels else 100)
    if not data:
        raise NotLiftedError("it has no thresholds")
    return data


def _thresholds(parameters: Fields, name: str, most: int | None) -> list[int]:
    text = parameters.text(name)
    found = [whole_number(item, name) for item in text.split(",")]
    if found != sorted(set(found)) or min(found) < 1 or (most and max(found) > most):
        raise NotLiftedError("its thresholds are not in order")
    return found


def _video(reading: _Reading, trigger: Trigger) -> Data:
    del trigger
    parameters = reading.parameters
    video: Data = {}
    for word in ("start", "complete", "pause"):
        if parameters.flag(f"capture{word.capitalize()}"):
            video[word] = True
    if parameters.flag("captureProgress"):
        if parameters.text("radioButtonGroup1") != "PERCENTAGE":
            raise NotLiftedError("it tells a video's progress in seconds")
        video["progress"] = _thresholds(parameters, "progressThresholdsPercent", 100)
    if not video:
        raise NotLiftedError("it captures nothing")
    if not parameters.flag("fixMissingApi"):
        raise NotLiftedError("it does not add the player's JavaScript interface")
    if parameters.text("triggerStartOption") != "DOM_READY":
        raise NotLiftedError("it begins to listen at another moment")
    return {"video": video}


def _group(reading: _Reading, trigger: Trigger) -> Data:
    del trigger
    members = []
    for item in reading.parameters.items("triggerIds"):
        key = reading.source.keys.get((Kind.TRIGGER, str(item.value)))
        if item.type != TRIGGER_NAME or item.key is not None or key is None:
            raise NotLiftedError("it waits for a trigger that the spec cannot name")
        members.append(key)
    if not members or len(set(members)) < len(members):
        raise NotLiftedError("it waits for nothing, or for the same trigger twice")
    return {"group": members}


_FORMS: Mapping[str, Callable[[_Reading, Trigger], Data]] = {
    **dict.fromkeys(_LIFECYCLES, _lifecycle),
    "CUSTOM_EVENT": _custom_event,
    "ALWAYS": _always,
    "HISTORY_CHANGE": _history,
    "JS_ERROR": _js_error,
    "CLICK": _click,
    "LINK_CLICK": _link,
    "FORM_SUBMISSION": _submit,
    "TIMER": _timer,
    "ELEMENT_VISIBILITY": _visible,
    "SCROLL_DEPTH": _scroll,
    "YOU_TUBE_VIDEO": _video,
    "TRIGGER_GROUP": _group,
}
