"""Tags that never fire, and triggers and variables that nobody uses."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.builtins import KEY_OF_NAME, built_in_name
from gtmgen.container.canonical import canonical
from gtmgen.container.entities import Kind, Tag, Trigger
from gtmgen.importer.lift.model import Finding, Source
from gtmgen.importer.lift.texts import referred, sequenced, used_triggers

WRONG, SUGGESTION = "looks-wrong", "suggestion"


def tags_that_never_fire(source: Source) -> Iterator[Finding]:
    """Without a trigger, blocked by all of their own, or paused."""
    run_by_others = sequenced(source)
    for tag in source.of_kind(Kind.TAG):
        if not isinstance(tag, Tag):
            continue
        odd = {"firingTriggerId", "blockingTriggerId"} & dict(tag.extra).keys()
        if tag.paused:
            text = "The tag is paused, so it never fires."
            yield Finding(SUGGESTION, Kind.TAG, tag.name, text)
        elif not tag.firing and not odd and tag.name not in run_by_others:
            text = "The tag has no firing trigger and no other tag runs it, so it never fires."
            yield Finding(WRONG, Kind.TAG, tag.name, text)
        elif tag.firing and set(tag.firing) <= set(tag.blocking):
            text = "Each of the tag's firing triggers blocks it as well, so it never fires."
            yield Finding(WRONG, Kind.TAG, tag.name, text)


def unused(source: Source) -> Iterator[Finding]:
    """Triggers that no tag, group or zone names, and variables that no text refers to."""
    used = used_triggers(source)
    for trigger in source.of_kind(Kind.TRIGGER):
        if trigger.name not in used:
            text = "No tag, trigger group or zone uses the trigger."
            yield Finding(SUGGESTION, Kind.TRIGGER, trigger.name, text)
    named = {name for items in source.entities.values() for item in items for name in _own(item)}
    for variable in source.of_kind(Kind.VARIABLE):
        if variable.name not in named:
            text = "Nothing in the container refers to the variable."
            yield Finding(SUGGESTION, Kind.VARIABLE, variable.name, text)


def _own(entity: object) -> Iterator[str]:
    """What others are referred to by an entity: that a variable names itself is no use."""
    names = referred(entity)  # type: ignore[arg-type]
    yield from names - {getattr(entity, "name", "")}


def missing_variables(source: Source) -> Iterator[Finding]:
    """References to variables that do not exist, or that are built in and switched off."""
    if source.context != "WEB":
        return  # what is built in there is not known well enough
    known = {variable.name for variable in source.of_kind(Kind.VARIABLE)}
    enabled = {built_in_name(key) for key in source.built_ins}
    for kind, entities in source.entities.items():
        for entity in entities:
            for name in sorted(referred(entity) - known - enabled):
                # `_event` and the like are GTM's own.
                if name.startswith("_"):
                    continue
                what = "the variable"
                why = "which does not exist"
                if name in KEY_OF_NAME:
                    what, why = "the built-in variable", "which is not enabled"
                text = f"It refers to {what} `{name}`, {why}."
                yield Finding(WRONG, kind, entity.name, text)


def same_twice(source: Source) -> Iterator[Finding]:
    """Triggers and variables that differ in their names only."""
    for kind in (Kind.TRIGGER, Kind.VARIABLE):
        first: dict[str, str] = {}
        for entity in source.of_kind(kind):
            form = canonical(entity)
            if getattr(entity, "type", None) == "c":
                continue  # two accounts may well have one ID for now
            if isinstance(entity, Trigger) and not form.keys() - {"name", "type", "notes"}:
                continue  # no condition at all: the same moment under two names is common
            meaning = repr(
                sorted(
                    (key, value)
                    for key, value in form.items()
                    if key not in ("name", "notes", "parentFolderId")
                )
            )
            other = first.setdefault(meaning, entity.name)
            if other != entity.name:
                text = f"It is the same as `{other}` under another name."
                yield Finding(SUGGESTION, kind, entity.name, text)
