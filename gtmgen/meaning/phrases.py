"""What a sentence is made of, in no language: triggers, conditions, sources, catalog texts.

A phrase is frozen and comparable; :class:`gtmgen.docs.changes.speaker.Speaker` says it in a
language.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from gtmgen.spec.model import ParamSource, Spec, Test, TriggerSpec


@dataclass(frozen=True, slots=True)
class Occasion:
    """When a trigger fires; ``narrowed``: with its own conditions on values."""

    trigger: TriggerSpec
    spec: Spec = field(compare=False, repr=False)
    narrowed: bool = False


@dataclass(frozen=True, slots=True)
class Pages:
    """The titles of pages, by names and globs over names."""

    patterns: tuple[str, ...]
    spec: Spec = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on a value."""

    test: Test


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Not when the named trigger fires."""

    name: str
    spec: Spec = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value comes from."""

    source: ParamSource
    spec: Spec = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Saying:
    """A text of the catalog, by its key, and what fills its places."""

    key: str
    values: tuple[tuple[str, Phrase], ...] = ()


@dataclass(frozen=True, slots=True)
class OneOf:
    """Several, any of which will do: ``a, b or c``."""

    items: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Sentences:
    """One after the other."""

    items: tuple[Phrase, ...]


Phrase: TypeAlias = (
    "str | tuple[Phrase, ...] | Occasion | Pages | Condition | Exclusion | Origin | Saying"
    " | OneOf | Sentences"
)
"""A text as it is, several that are listed with "and", or one of the above."""


def say(key: str, /, **values: Phrase) -> Saying:
    """A text of the catalog."""
    return Saying(key, tuple(values.items()))


def mark_code(text: str) -> str:
    """A text marked as code; a mark in it would end it."""
    inner = text.replace("`", "'")
    return f"`{inner}`"
