"""Triggers and conditions in sentences."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gtmgen.contract.pages import pages_of
from gtmgen.docs.words import Words
from gtmgen.spec.model import (
    ANY_ELEMENT,
    ANY_VALUE,
    DataKey,
    Page,
    Spec,
    Test,
    TriggerSpec,
)
from gtmgen.spec.parse import to_text
from gtmgen.spec.schema import ENABLED_WHERE
from gtmgen.spec.texts import is_text

# Patterns that every name matches.
_ANY_NAME = frozenset((".*", ".+", ".", "^.*$", "^.+$"))


class Sentences:
    """What a spec's triggers, conditions and sources say, in one language."""

    def __init__(self, spec: Spec, words: Words) -> None:
        self._spec = spec
        self._words = words

    # -- triggers ----------------------------------------------------------------------

    def trigger(self, trigger: TriggerSpec) -> str:
        """When a trigger fires, without what narrows it."""
        own = trigger.options.get(ENABLED_WHERE)
        if not own:
            return self._form(trigger)
        conditions = "; ".join(self.conditions(own))
        return self._form(trigger) + self._words("trigger.enabled_where", conditions=conditions)

    def _form(self, trigger: TriggerSpec) -> str:
        words, argument = self._words, trigger.argument
        match trigger.form:
            case "page":
                way = "spa" if self._spec.site.is_spa else "load"
                return words(f"trigger.page_{way}", pages=self.page_titles(argument))
            case "lifecycle":
                return words(f"trigger.lifecycle.{argument}")
            case "event_matches" if argument in _ANY_NAME:
                return words("trigger.event_any")
            case "event_matches":
                case = "_ignore_case" if trigger.options.get("ignore_case") else ""
                return words(f"trigger.event_matches{case}", pattern=argument)
            case "visible":
                return self._visible(trigger)
            case "scroll":
                return self._scroll(argument)
            case "timer":
                limit = trigger.options.get("limit")
                text = words("trigger.timer", interval=argument)
                return text if limit is None else text + words.count("trigger.timer_limit", limit)
            case "video":
                return words("trigger.video", moments=words.both(self._moments(argument)))
            case "group":
                names = (f"`{name}`" for name in argument)
                return words("trigger.group", triggers=words.both(names))
            case "history" | "js_error" | "always":
                return words(f"trigger.{trigger.form}")
            case "click" | "link" | "submit" as form if argument == ANY_ELEMENT:
                return words(f"trigger.{form}_any")
            case form:  # event, click, link, submit, raw
                return words(f"trigger.{form}", what=argument)

    def narrowed(self, trigger: TriggerSpec) -> str:
        """When a trigger fires, with the conditions on values that are its own."""
        found = "; ".join(self.conditions(trigger.narrowing.where))
        return f"{self.trigger(trigger)} ({found})" if found else self.trigger(trigger)

    def _visible(self, trigger: TriggerSpec) -> str:
        words, options = self._words, trigger.options
        text = words("trigger.visible", what=trigger.argument, ratio=options.get("ratio", 50))
        if "for" in options:
            text += words("trigger.visible_for", time=options["for"])
        return text + words(f"trigger.visible_once.{options.get('once', 'page')}")

    def _scroll(self, argument: dict[str, tuple[int, ...]]) -> str:
        words = self._words
        parts = []
        for form, thresholds in argument.items():
            unit = "px" if form.endswith("_pixels") else "%"
            marks = words.either(f"{mark} {unit}" for mark in sorted(set(thresholds)))
            axis = "across" if "horizontal" in form else "down"
            parts.append(words(f"trigger.scroll_{axis}", marks=marks))
        return words("trigger.scroll", parts=words.either(parts))

    def _moments(self, video: dict[str, Any]) -> list[str]:
        words = self._words
        moments = ("start", "pause", "complete")
        found = [words(f"trigger.video_{name}") for name in moments if video.get(name)]
        progress = video.get("progress")
        if progress:
            marks = progress if isinstance(progress, list) else [progress]
            percents = ", ".join(f"{mark} %" for mark in marks)
            found.append(words("trigger.video_progress", marks=percents))
        return found

    # -- pages -------------------------------------------------------------------------

    def pages(self, patterns: Iterable[str]) -> tuple[str, ...]:
        """The keys of the pages that names and globs stand for."""
        return pages_of(self._spec, patterns)

    def page_titles(self, patterns: Iterable[str]) -> str:
        """The pages with their paths: ``product (/products/*)``."""
        return self._words.either(self._page(self._spec.pages[key]) for key in self.pages(patterns))

    def _page(self, page: Page) -> str:
        paths = ", ".join(f"`{path}`" for path in page.paths or page.hosts)
        title = page.title or page.key.replace("_", " ")
        return f"{title} ({paths})" if paths else title

    def page_query(self, page: Page) -> tuple[str, ...]:
        """What a page's URL must hold, in words."""
        words = self._words
        return tuple(
            words("condition.any", left=name)
            if ANY_VALUE in values
            else say_condition(words, Test(name, "equals", values))
            for name, values in page.query
        )

    # -- conditions --------------------------------------------------------------------

    def condition(self, test: Test) -> str:
        """``value is greater than 0``."""
        return say_condition(self._words, test)

    def conditions(self, tests: Iterable[Test]) -> tuple[str, ...]:
        """Each condition as a sentence."""
        return tuple(map(self.condition, tests))

    # -- data --------------------------------------------------------------------------

    def source_of(self, key: str) -> str:
        """Where the value of a data key, or of a variable of that name, comes from."""
        data = self._spec.data.get(key)
        if data is not None:
            return self.source(data)
        kind = "raw" if key in self._spec.raw_variables else "builtin"
        return self._words(f"source.{kind}", what=key)

    def source(self, data: DataKey) -> str:
        """Where a data key's value comes from."""
        words, argument = self._words, data.argument
        match data.source:
            case "url" if isinstance(argument, dict):
                of = argument.get("source")
                component = words(f"component.{argument['component']}")
                if "key" in argument:
                    component += f" `{argument['key']}`"
                if of:
                    return words("source.url_of", part=component, of=of)
                return words("source.url", part=component)
            case "url":
                return words("source.url", part=words(f"component.{argument}"))
            case "referrer":
                return words("source.referrer", part=words(f"component.{argument}"))
            case "dom":
                what = f"#{argument['id']}" if "id" in argument else argument["css"]
                if "attribute" in argument:
                    return words("source.dom_attribute", what=what, name=argument["attribute"])
                return words("source.dom", what=what)
            case "element" if "attribute" in argument:
                return words("source.element_attribute", name=argument["attribute"])
            case "element":
                component = words(f"component.{argument['url']}")
                if "key" in argument:
                    component += f" `{argument['key']}`"
                return words("source.element_url", part=component)
            case "constant":
                return words(
                    "source.constant",
                    what=argument["text"] if is_text(argument) else to_text(argument),
                )
            case "lookup" | "regex":
                return words(f"source.{data.source}", what=argument["input"])
            case "script":
                return words("source.script")
            case "template":
                return words("source.template", what=argument["of"])
            case "first_of":
                return words("source.first_of", what=words.both(f"`{key}`" for key in argument))
            case "sum":
                field = argument.get("field", "price") if isinstance(argument, dict) else "price"
                items = argument["items"] if isinstance(argument, dict) else argument
                return words("source.sum", what=items, field=field)
            case source:  # path, cookie, query, js, builtin
                return words(f"source.{source}", what=argument)


def say_condition(words: Words, test: Test) -> str:
    """``value is greater than 0``."""
    operator = f"not_{test.operator}" if test.negate else test.operator
    if test.operator == "equals" and test.values == ("",):
        text = words(f"condition.{'filled' if test.negate else 'empty'}", left=test.left)
    else:
        right = words.either(f"`{value}`" for value in test.values)
        text = words(f"condition.{operator}", left=test.left, right=right)
    return text + words("condition.ignore_case") if test.ignore_case else text
