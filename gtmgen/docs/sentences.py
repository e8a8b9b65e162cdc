"""Triggers and conditions in sentences."""

from __future__ import annotations

from collections.abc import Iterable

from gtmgen.contract.pages import pages_of
from gtmgen.docs.words import Words
from gtmgen.spec.forms.model import Phrases
from gtmgen.spec.forms.registry import FORMS
from gtmgen.spec.model import (
    ANY_VALUE,
    DataKey,
    Narrowing,
    Page,
    Spec,
    Test,
    TriggerSpec,
)
from gtmgen.spec.sources.registry import SOURCES

# Forms of a dataLayer event, which a server container has of a hit.
_OF_HITS = ("event", "event_matches")


class Sentences:
    """What a spec's triggers, conditions and sources say, in one language."""

    def __init__(self, spec: Spec, words: Words) -> None:
        self._spec = spec
        self.words: Phrases = words
        self.is_spa = spec.site.is_spa

    # -- triggers ----------------------------------------------------------------------

    def trigger(self, trigger: TriggerSpec) -> str:
        """When a trigger fires, without what narrows it."""
        if self._spec.is_server and trigger.form in _OF_HITS:
            return self.words(f"trigger.{trigger.form}_of_hit", what=trigger.argument)
        form = FORMS.get(trigger.form)
        if form is None:  # a trigger in GTM's own words
            return self.words(f"trigger.{trigger.form}", what=trigger.argument)
        return form.describe(self, trigger)

    def narrowed(self, trigger: TriggerSpec) -> str:
        """When a trigger fires, with the conditions on values and pages that are its own."""
        conditions = "; ".join(self.conditions(trigger.narrowing.where))
        text = self.trigger(trigger)
        text = f"{text} ({conditions})" if conditions else text
        return ", ".join((text, *self._say_pages(trigger.narrowing)))

    # -- pages -------------------------------------------------------------------------

    def pages(self, patterns: Iterable[str]) -> tuple[str, ...]:
        """The keys of the pages that names and globs stand for."""
        return pages_of(self._spec, patterns)

    def page_titles(self, patterns: Iterable[str]) -> str:
        """The pages with their paths: ``product (/products/*)``."""
        return self.words.join_or(
            self._say_page(self._spec.pages[key]) for key in self.pages(patterns)
        )

    def _say_page(self, page: Page) -> str:
        paths = ", ".join(f"`{path}`" for path in page.paths or page.hosts)
        title = page.title or page.key.replace("_", " ")
        return f"{title} ({paths})" if paths else title

    def page_query(self, page: Page) -> tuple[str, ...]:
        """What a page's URL must hold, in words."""
        words = self.words
        return tuple(
            words("condition.any", left=name)
            if ANY_VALUE in values
            else say_condition(words, Test(name, "equals", values))
            for name, values in page.query
        )

    # -- conditions --------------------------------------------------------------------

    def condition(self, test: Test) -> str:
        """``value is greater than 0``."""
        return say_condition(self.words, test)

    def conditions(self, tests: Iterable[Test]) -> tuple[str, ...]:
        """Each condition as a sentence."""
        return tuple(map(self.condition, tests))

    def limits(self, narrowing: Narrowing) -> tuple[str, ...]:
        """The conditions of a trigger, on values and on pages: to be read on after its sentence."""
        return (*self.conditions(narrowing.where), *self._say_pages(narrowing))

    def _say_pages(self, narrowing: Narrowing) -> tuple[str, ...]:
        if not narrowing.pages:
            return ()
        text = self.words("condition.pages", pages=self.page_titles(narrowing.pages))
        return (text[:1].lower() + text[1:],)

    # -- data --------------------------------------------------------------------------

    def source_of(self, key: str) -> str:
        """Where the value of a data key, or of a variable of that name, comes from."""
        data = self._spec.data.get(key)
        if data is not None:
            return self.source(data)
        kind = "raw" if key in self._spec.raw_variables else "builtin"
        return self.words(f"source.{kind}", what=key)

    def source(self, data: DataKey) -> str:
        """Where a data key's value comes from."""
        return SOURCES[data.source].describe(self, data)


def say_condition(words: Phrases, test: Test) -> str:
    """``value is greater than 0``."""
    operator = f"not_{test.operator}" if test.negate else test.operator
    if test.operator == "equals" and test.values == ("",):
        text = words(f"condition.{'filled' if test.negate else 'empty'}", left=test.left)
    else:
        right = words.join_or(f"`{value}`" for value in test.values)
        text = words(f"condition.{operator}", left=test.left, right=right)
    return text + words("condition.ignore_case") if test.ignore_case else text
