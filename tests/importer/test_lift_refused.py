"""What is not lifted: one field is another one than the language would make."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from .lifting import (
    ALL_PAGES,
    boolean,
    condition,
    converted,
    custom_event,
    data_layer,
    html,
    left,
    lifts,
    table,
    template,
    variable,
    version,
)

Json = dict[str, Any]


def changed(entity: Json, change: Callable[[Json], None]) -> Json:
    found = copy.deepcopy(entity)
    change(found)
    return found


def put(key: str, value: str | None, type_: str = "TEMPLATE") -> Callable[[Json], None]:
    """Another value of a parameter, or one more parameter."""

    def change(entity: Json) -> None:
        entity["parameter"] = [item for item in entity["parameter"] if item["key"] != key]
        if value is not None:
            entity["parameter"].append({"type": type_, "key": key, "value": value})

    return change


def fields(**more: Any) -> Callable[[Json], None]:
    return lambda entity: entity.update(more)


def flag(key: str, value: str = "true") -> Callable[[Json], None]:
    return put(key, value, "BOOLEAN")


PATH = data_layer("V", "a.b")
COOKIE = variable("V", "k", boolean("decodeCookie", False), template("name", "c"))
LOOKUP = variable(
    "V",
    "smm",
    boolean("setDefaultValue", False),
    template("input", "{{Page Path}}"),
    table("map", {"key": "a", "value": "1"}, {"key": "b", "value": "2"}),
)
REGEX = variable(
    "V",
    "remm",
    boolean("setDefaultValue", False),
    boolean("fullMatch", False),
    boolean("replaceAfterMatch", False),
    boolean("ignoreCase", False),
    template("input", "{{Page Path}}"),
    table("map", {"key": "a", "value": "1"}),
)
DOM = variable("V", "d", template("selectorType", "CSS"), template("elementSelector", "h1"))
URL = variable("V", "u", template("component", "HOST"), boolean("stripWww", True))
VARIABLES: list[tuple[Json, Callable[[Json], None], str]] = [
    (PATH, fields(name="a: b"), "its name has a colon, braces or a blank at an end"),
    (PATH, fields(name="V "), "its name has a colon, braces or a blank at an end"),
    (PATH, fields(name="Page URL"), "it has the name of a built-in variable"),
    (PATH, fields(type="ed"), "the language has no source for variables of type `ed`"),
    (PATH, fields(enablingTriggerId=["1"]), "the language has no word for `enablingTriggerId`"),
    (PATH, put("dataLayerVersion", "1", "INTEGER"), "it reads version 1 of the data layer"),
    (PATH, put("dataLayerVersion", "2"), "`dataLayerVersion` is missing or of another type"),
    (PATH, put("name", "{{Page Path}}"), "`name` refers to a variable"),
    (PATH, put("name", ""), "`name` is empty"),
    (PATH, flag("setDefaultValue", "maybe"), "`setDefaultValue` is neither true nor false"),
    (PATH, put("defaultValue", "x"), "the language has no word for `defaultValue`"),
    (PATH, put("more", "x"), "the language has no word for `more`"),
    (
        PATH,
        fields(formatValue={"convertTrueToValue": {"type": "TEMPLATE", "value": "1"}}),
        "the language has no word for `convertTrueToValue`",
    ),
    (
        PATH,
        fields(formatValue={"convertNullToValue": {"type": "TEMPLATE", "value": "{{V}}"}}),
        "a text refers to a variable",
    ),
    (DOM, put("selectorType", "XPATH"), "it looks for an element by `XPATH`"),
    (DOM, put("attributeName", ""), "`attributeName` is empty"),
    (LOOKUP, put("input", "{{Page Path}}/x"), "`{{Page Path}}/x` is not one variable alone"),
    (LOOKUP, put("input", "{{Nobody}}"), "there is no variable `Nobody`"),
    (LOOKUP, put("input", "{{Click ID}}"), "the built-in variable `Click ID` is not enabled"),
    (LOOKUP, lambda entity: entity["parameter"][2].pop("list"), "its table is empty"),
    (
        LOOKUP,
        lambda entity: entity["parameter"][2]["list"][0]["map"].append(template("x", "y")),
        "the language has no word for `x`",
    ),
    (
        REGEX,
        lambda entity: entity["parameter"][5]["list"][0]["map"][1].update(value="{{ Page Path }}"),
        "there is no variable ` Page Path `",
    ),
    (
        REGEX,
        lambda entity: entity["parameter"][5]["list"][0]["map"][1].update(value="{{}} x"),
        "a text has braces that refer to nothing",
    ),
    (REGEX, flag("replaceAfterMatch", "maybe"), "`replaceAfterMatch` is neither true nor false"),
    (
        REGEX,
        lambda entity: entity["parameter"][5]["list"][0]["map"][1].update(value="{{Nobody}}"),
        "there is no variable `Nobody`",
    ),
    (
        URL,
        put("component", "IS_OUTBOUND"),
        "the language has no word for the component `is_outbound`",
    ),
    (
        URL,
        put("component", "QUERY_STRING"),
        "the language has no word for the component `query_string`",
    ),
    (
        URL,
        put("customUrlSource", "https://x/{{Page Path}}"),
        "`https://x/{{Page Path}}` is not one variable alone",
    ),
]


@pytest.mark.parametrize(("entity", "change", "why"), VARIABLES)
def test_a_variable(entity: Json, change: Callable[[Json], None], why: str) -> None:
    assert ("data", "v") in lifts(version(variables=(entity,)))
    other = changed(entity, change)
    found = version(variables=(other,))
    assert left(found) == {other["name"]: why}
    assert lifts(found) == {}
    assert not converted(found).undone


EVENT = custom_event("T", "purchase", filter=[condition("EQUALS", "{{Page Path}}", "/x")])
LINK = {
    "name": "T",
    "type": "LINK_CLICK",
    "waitForTags": {"type": "BOOLEAN", "value": "false"},
    "checkValidation": {"type": "BOOLEAN", "value": "false"},
    "waitForTagsTimeout": {"type": "TEMPLATE", "value": "2000"},
    "uniqueTriggerId": {"type": "TEMPLATE"},
}
TIMER = {
    "name": "T",
    "type": "TIMER",
    "eventName": {"type": "TEMPLATE", "value": "gtm.timer"},
    "interval": {"type": "TEMPLATE", "value": "30000"},
    "limit": {"type": "TEMPLATE", "value": "1"},
    "autoEventFilter": [condition("MATCH_REGEX", "{{Page URL}}", ".*")],
}
SCROLL = {
    "name": "T",
    "type": "SCROLL_DEPTH",
    "parameter": [
        boolean("horizontalThresholdOn", False),
        boolean("verticalThresholdOn", True),
        template("verticalThresholdUnits", "PERCENT"),
        template("verticalThresholdsPercent", "25,50"),
        template("triggerStartOption", "WINDOW_LOAD"),
    ],
}
VISIBLE = {
    "name": "T",
    "type": "ELEMENT_VISIBILITY",
    "parameter": [
        template("selectorType", "CSS"),
        template("elementSelector", ".x"),
        template("firingFrequency", "ONCE"),
        template("onScreenRatio", "50"),
        boolean("useOnScreenDuration", False),
        boolean("useDomChangeListener", False),
    ],
}
CLICK = {"name": "T", "type": "CLICK"}
ODD = {
    "type": "CSS_SELECTOR",
    "parameter": [template("arg0", "{{Click Element}}"), boolean("arg1", True)],
}
ODD_PAGE = {
    "type": "EQUALS",
    "parameter": [template("arg0", "{{Page Path}}"), boolean("arg1", True)],
}
PAGEVIEW = {
    "name": "T",
    "type": "PAGEVIEW",
    "filter": [condition("CONTAINS", "{{Page Path}}", "/x")],
}


def where(*conditions: Json) -> Callable[[Json], None]:
    return fields(filter=[*conditions])


NO_KEY = {"type": "TEMPLATE", "value": "x"}
TRIGGERS: list[tuple[Json, Callable[[Json], None], str]] = [
    (EVENT, fields(name="a:b"), "its name has a colon, braces or a blank at an end"),
    (EVENT, fields(name="All Pages"), "it has the name of a built-in trigger"),
    (EVENT, fields(type="ALWAYS"), "the language has no form for triggers of type `ALWAYS`"),
    (EVENT, fields(customEventFilter=[]), "it has no event name, or more than one"),
    (
        EVENT,
        fields(customEventFilter=[condition("EQUALS", "{{Event}}", "a")]),
        "it tests something else than the event's name",
    ),
    (
        EVENT,
        fields(customEventFilter=[condition("EQUALS", "{{_event}}", "a", negate=True)]),
        "the language has no word for `negate`",
    ),
    (
        EVENT,
        fields(customEventFilter=[condition("CONTAINS", "{{_event}}", "a")]),
        "the language has no word for its test of the event's name",
    ),
    (
        EVENT,
        fields(autoEventFilter=[condition("EQUALS", "{{Page Path}}", "/")]),
        "it listens under conditions of its own",
    ),
    (
        EVENT,
        where(condition("EQUALS", "{{Page Path}}", "")),
        "a condition compares with an empty text",
    ),
    (
        EVENT,
        where(condition("MATCH_REGEX", "{{Referrer}}", ".*")),
        "a condition on `referrer` counts a missing value as a word or as 0",
    ),
    (
        EVENT,
        where(condition("EQUALS", "{{Page Path}}", "{{Page URL}}")),
        "`arg1` refers to a variable",
    ),
    (
        EVENT,
        where(condition("EQUALS", "{{Page Path}}x", "1")),
        "`{{Page Path}}x` is not one variable alone",
    ),
    (
        EVENT,
        where(condition("EQUALS", "{{Click ID}}", "1")),
        "the built-in variable `Click ID` is not enabled",
    ),
    (
        EVENT,
        where(condition("EQUALS", "{{Page Path}}", "1", negate=False)),
        "a condition has `negate: false` written out",
    ),
    (
        EVENT,
        where(condition("EQUALS", "{{Page Path}}", "1", ignore_case=True)),
        "it ignores case in `page_path`",
    ),
    (
        EVENT,
        where(condition("GREATER", "{{Page Path}}", "many")),
        "a condition compares numbers with `many`",
    ),
    (
        EVENT,
        where(
            condition("CONTAINS", "{{Page Path}}", "a"), condition("CONTAINS", "{{Page Path}}", "b")
        ),
        "two conditions test `page_path` with `contains`",
    ),
    (
        EVENT,
        where(
            condition("MATCH_REGEX", "{{Page URL}}", "a", ignore_case=True),
            condition("MATCH_REGEX", "{{Page URL}}", "b", negate=True),
        ),
        "it ignores case in one condition and not in another one",
    ),
    (
        LINK,
        fields(waitForTags={"type": "TEMPLATE", "value": "x"}),
        "`waitForTags` is missing or of another type",
    ),
    (
        LINK,
        fields(waitForTags={"type": "BOOLEAN", "value": "true"}),
        "no condition lets it listen",
    ),
    (
        LINK,
        fields(waitForTagsTimeout={"type": "TEMPLATE", "value": "3000"}),
        "it has a time limit for waiting, and does not wait",
    ),
    (LINK, fields(uniqueTriggerId={"type": "TEMPLATE", "value": "7"}), "it has an ID of its own"),
    (
        TIMER,
        fields(autoEventFilter=[]),
        "no condition lets it listen",
    ),
    (
        TIMER,
        fields(interval={"type": "TEMPLATE", "value": "{{Page Path}}"}),
        "`interval` refers to a variable",
    ),
    (
        TIMER,
        fields(interval={"type": "TEMPLATE", "value": "0"}),
        "the language has no duration for 0 milliseconds",
    ),
    (
        TIMER,
        fields(eventName={"type": "TEMPLATE", "value": "tick"}),
        "it has an event name of its own",
    ),
    (TIMER, fields(limit={"type": "TEMPLATE", "value": "0"}), "its limit is 0"),
    (
        SCROLL,
        put("verticalThresholdsPercent", "25, 50"),
        "`verticalThresholdsPercent` is not a whole number",
    ),
    (SCROLL, put("verticalThresholdsPercent", "50,25"), "its thresholds are not in order"),
    (SCROLL, put("verticalThresholdUnits", "INCHES"), "it measures depth in `INCHES`"),
    (LINK, where(ODD), "`arg1` is missing or of another type"),
    (LINK, where({**ODD, "parameter": ODD["parameter"] * 2}), "its parameters have an odd form"),
    (
        LINK,
        fields(autoEventFilter=[{**ODD, "parameter": [*ODD["parameter"], NO_KEY]}]),
        "its parameters have an odd form",
    ),
    (CLICK, where(ODD), "`arg1` is missing or of another type"),
    (PAGEVIEW, where(ODD_PAGE), "`arg1` is missing or of another type"),
    (SCROLL, put("verticalThresholdsPercent", "150"), "its thresholds are not in order"),
    (SCROLL, put("triggerStartOption", "DOM_READY"), "it begins to listen at another moment"),
    (VISIBLE, put("selectorType", "ID"), "it looks for an element by ID"),
    (VISIBLE, put("onScreenRatio", "0"), "it waits for 0 percent of an element"),
    (VISIBLE, put("elementSelector", ".{{Page Path}}"), "`elementSelector` refers to a variable"),
]


@pytest.mark.parametrize(("entity", "change", "why"), TRIGGERS)
def test_a_trigger(entity: Json, change: Callable[[Json], None], why: str) -> None:
    assert ("triggers", "t") in lifts(version(triggers=(entity,)))
    other = changed(entity, change)
    found = version(triggers=(other,))
    assert left(found) == {other["name"]: why}
    assert lifts(found) == {}
    assert not converted(found).undone


def test_a_built_in_that_another_variable_has_the_key_of() -> None:
    found = version(variables=(data_layer("page path", "p"),), triggers=(EVENT,))
    assert left(found) == {"T": "`page_path` is the key of another variable"}


TRACK = "<script>ttq.track('Purchase');</script>"
EVENTS: list[tuple[Json, str]] = [
    (
        html("X", "<script>ttq.track({{Event}});</script>", "1"),
        "it takes the event's name from a variable",
    ),
    (
        html("X", "<script>ttq.track('{{Event}}');</script>", "1"),
        "it takes the event's name from a variable",
    ),
    (html("X", TRACK), "it has no firing triggers"),
    (html("X", TRACK, "99"), "one of its triggers has no name that the spec could refer to"),
    (
        html("X", TRACK, "1", blockingTriggerId=[ALL_PAGES]),
        "one of its triggers has no name that the spec could refer to",
    ),
]


@pytest.mark.parametrize(("tag", "why"), EVENTS)
def test_an_event(tag: Json, why: str) -> None:
    found = version(tags=(tag,), triggers=(custom_event("T", "e"),))
    assert left(found) == {"X": why}
    assert not converted(found).undone
