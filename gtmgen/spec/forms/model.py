"""What a trigger form is made of; a form without one of its sides cannot be constructed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from msgspec import Struct

from gtmgen.container.builtins import BuiltInTrigger
from gtmgen.container.entities import Trigger, TriggerRef
from gtmgen.container.values import Condition, Parameter, condition
from gtmgen.spec.lifting import (
    LiftSource,
    NotLiftedError,
    ParameterFields,
    bare_sides,
    built_in_key,
)
from gtmgen.spec.model import Test, TriggerSpec
from gtmgen.spec.schema_parts import Schema

Data = dict[str, Any]
Conditions = tuple[Condition, ...]

# Without conditions, these are the triggers that every container has.
BUILT_IN_TRIGGERS: Mapping[str, BuiltInTrigger] = {
    "CONSENT_INIT": BuiltInTrigger.CONSENT_INITIALIZATION,
    "INIT": BuiltInTrigger.INITIALIZATION,
    "PAGEVIEW": BuiltInTrigger.ALL_PAGES,
    "ALWAYS": BuiltInTrigger.SERVER_ALL,
}


class Shape(NamedTuple):
    """One GTM trigger before it has a name; ``suffix`` tells several of one form apart."""

    type: str
    filter: Conditions = ()
    custom_event_filter: Conditions = ()
    auto_event_filter: Conditions = ()
    settings: tuple[tuple[str, Parameter], ...] = ()
    parameter: tuple[Parameter, ...] = ()
    members: tuple[TriggerRef, ...] = ()
    suffix: str = ""


class TriggerCompiler(Protocol):
    """What the compiler does for a form."""

    @property
    def is_spa(self) -> bool:
        """Whether the site's pages change without a load."""

    def literal(self, value: str, /) -> str:
        """Text that GTM will hold exactly as written."""

    def built_in(self, key: str, /) -> str:
        """A reference to a built-in variable, which is enabled."""

    def named(self, key: str, /) -> tuple[TriggerRef, ...]:
        """The GTM triggers of a named trigger."""

    def page_changed(self) -> Conditions:
        """When a change of the history shows another page."""

    def tests(self, where: tuple[Test, ...], /) -> Conditions:
        """The conditions of a ``where``."""


class Phrases(Protocol):
    """The words of one language."""

    def __call__(self, key: str, /, **values: object) -> str:
        """A phrase with its placeholders filled."""

    def count(self, key: str, number: int, /, **values: object) -> str:
        """A phrase with a number."""

    def percent(self, number: object) -> str:
        """``25%``, as the language writes it."""

    def join_or(self, items: Iterable[str]) -> str:
        """``a, b or c``."""

    def join_and(self, items: Iterable[str]) -> str:
        """``a, b and c``."""


class PhraseBook(Protocol):
    """What the documentation does for a form or a source."""

    @property
    def words(self) -> Phrases:
        """The words of the documentation's language."""

    @property
    def is_spa(self) -> bool:
        """Whether the site's pages change without a load."""

    def page_titles(self, patterns: Iterable[str]) -> str:
        """The pages that keys and globs stand for, with their paths."""

    def conditions(self, tests: Iterable[Test], /) -> Iterable[str]:
        """The conditions of a ``where`` in words."""


class TriggerReader:
    """A trigger's parts; each must be taken by its form or by what narrows it."""

    def __init__(self, source: LiftSource, trigger: Trigger) -> None:
        self.source = source
        self.type = trigger.type
        self.conditions = [*trigger.filter]
        self.custom = trigger.custom_event_filter
        self.enabled = trigger.auto_event_filter
        self.settings = ParameterFields(
            (name, item._replace(key=name)) for name, item in trigger.settings
        )
        self.parameters = ParameterFields.of(trigger.parameter)
        self.enabled_where: tuple[Condition, ...] = ()
        """What :meth:`take_enabled` has taken: the conditions of ``enabled_where``."""

    def take_element(self, built_in: str) -> str | None:
        """The selector of the first condition on an element, which is taken out."""
        for index, item in enumerate(self.conditions):
            left, css = bare_sides(item) or ("", "")
            on_element = item.type == "CSS_SELECTOR" and left == "{{" + built_in + "}}"
            if on_element and css and "{{" not in css:
                built_in_key(self.source, built_in)
                del self.conditions[index]
                return css
        return None

    def take_enabled(self) -> None:
        """Inverse of ``listen``: the condition for every page needs no word, others have one."""
        if not self.enabled:
            raise NotLiftedError("no condition lets it listen")
        if [_fields(item) for item in self.enabled] == [_fields(_EVERYWHERE)]:
            built_in_key(self.source, "Page URL")
        else:
            self.enabled_where = self.enabled
        self.enabled = ()

    def finish(self) -> None:
        """Nothing else may be there."""
        self.settings.finish()
        self.parameters.finish()
        if self.custom or self.enabled:
            raise NotLiftedError("it listens under conditions of its own")


ENABLED_WHERE = "enabled_where"
ENABLED: Mapping[str, Schema] = {
    ENABLED_WHERE: {
        "$ref": "#/$defs/where",
        "description": "With link, submit and timer: only on pages where this holds as they load.",
    }
}
"""The option of the forms that GTM can keep from listening at all."""


def listen(compiler: TriggerCompiler, trigger: TriggerSpec) -> Conditions:
    """The conditions that enable a listener: its own, or one that holds on all pages.

    GTM looks at them once, on load, so on a single-page app they must not name a page; the pages
    stand among the conditions to fire.
    """
    enabled_where = trigger.options.get(ENABLED_WHERE)
    if enabled_where:
        return compiler.tests(enabled_where)
    return (condition("MATCH_REGEX", compiler.built_in("page_url"), ".*"),)


def describe_enabled(speaker: PhraseBook, trigger: TriggerSpec) -> str:
    """What is said behind a sentence about a form with ``enabled_where``; empty without."""
    enabled_where = trigger.options.get(ENABLED_WHERE)
    if not enabled_where:
        return ""
    return speaker.words(
        "trigger.enabled_where", conditions="; ".join(speaker.conditions(enabled_where))
    )


_EVERYWHERE = condition("MATCH_REGEX", "{{Page URL}}", ".*")


def _fields(item: Condition) -> tuple[str, list[Parameter]]:
    # By their text: a hand-made file may leave out a key, or fill one twice.
    return item.type, sorted(item.parameter, key=repr)


def check_nothing(raw: Data) -> Iterator[tuple[str, str]]:
    """For forms of which the schema says all."""
    del raw
    yield from ()


class Form(Struct, frozen=True, kw_only=True):
    """One way to say when something happens, from the spec to GTM and back."""

    word: str
    """The form's name in the model: ``TriggerSpec.form``."""
    schema: Mapping[str, Schema]
    """The words that choose the form, each with what it takes."""
    options: Mapping[str, Schema] = {}
    """The words that may stand beside it."""
    is_for_servers: bool = False
    """Whether only a server container has it."""
    parse: Callable[[Data], Any]
    """The trigger's mapping to ``TriggerSpec.argument``."""
    check: Callable[[Data], Iterator[tuple[str, str]]] = check_nothing
    """What the schema cannot refuse in the trigger's mapping: the word at fault, the message."""
    events: Callable[[TriggerSpec, bool], frozenset[str] | None]
    """The dataLayer events on which it can fire, on a single-page app or not; None: it is open."""
    compile: Callable[[TriggerCompiler, TriggerSpec], list[Shape]]
    """The GTM triggers that it stands for, before anything narrows them."""
    types: tuple[str, ...]
    """The types of the triggers that ``lift`` reads."""
    lift: Callable[[TriggerReader], Data]
    """Inverse of ``compile`` and ``parse``. Raises :class:`NotLiftedError`."""
    describe: Callable[[PhraseBook, TriggerSpec], str]
    """When it fires, in the documentation's words, without what narrows it."""


def fire_on(*names: str) -> Callable[[TriggerSpec, bool], frozenset[str] | None]:
    """For forms that always wait for the same dataLayer events of GTM's own."""
    events = frozenset(names)
    return lambda trigger, is_spa: events


def parse_word(word: str) -> Callable[[Data], Any]:
    """For forms whose argument is what the word has."""
    return lambda raw: raw[word]


def parse_whole(value: Any) -> Any:
    """A whole number as such: for a schema, 25.0 is an integer."""
    if isinstance(value, list):
        return [parse_whole(item) for item in value]
    return int(value) if isinstance(value, float) else value


def parse_many(raw: Any) -> tuple[Any, ...]:
    """One item, or a list of them."""
    return tuple(raw) if isinstance(raw, list) else (raw,)
