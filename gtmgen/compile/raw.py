"""Raw entities: what ``gtm`` says in GTM's own words, into the same container."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from gtmgen.compile.context import Context, refused
from gtmgen.compile.triggers import Triggers
from gtmgen.container.builtins import BUILT_IN_TRIGGER_LABELS
from gtmgen.container.canonical import canonical, flatten
from gtmgen.container.entities import AnyEntity, Container, Kind, Tag
from gtmgen.container.kinds.table import SECTION
from gtmgen.container.plain import PlainError, Read
from gtmgen.container.raw import from_data
from gtmgen.container.raw_references import references
from gtmgen.diagnostics import Diagnostic, Path, Problem
from gtmgen.errors import SpecError
from gtmgen.spec.model import Event, RawEntity, Spec
from gtmgen.spec.raw_checks import value_problems
from gtmgen.text import did_you_mean

Locate = Callable[[Problem], Diagnostic]

_DEFAULTS = {
    # An entity of the section that says no folder goes where the spec keeps its own.
    Kind.TAG,
    Kind.TRIGGER,
    Kind.VARIABLE,
    Kind.CLIENT,
    Kind.TRANSFORMATION,
}


class RawEntities:
    """Compiles every entity of ``gtm``; tags also get the triggers that events give them."""

    def __init__(self, context: Context, triggers: Triggers, read: Read, locate: Locate) -> None:
        self._context = context
        self._triggers = triggers
        self._read = read
        self._locate = locate
        self.by_kind: dict[Kind, list[AnyEntity]] = {kind: [] for kind in SECTION}
        self.problems: list[Diagnostic] = []

    def compile_all(self) -> None:
        """All kinds; what is wrong is in ``problems``, and what it is wrong with left out."""
        spec = self._context.spec
        custom: dict[str, list[Event]] = {}
        for key in sorted(spec.events):
            event = spec.events[key]
            for tag_key in event.custom_tags:
                custom.setdefault(tag_key, []).append(event)
        for kind, entities in spec.raw.items():
            for key in sorted(entities):
                try:
                    entity = self._entity(entities[key])
                    if isinstance(entity, Tag):
                        entity = self._fired(entity, entities[key], custom.get(key, []))
                except SpecError as error:
                    self.problems.extend(error.diagnostics)
                else:
                    self.by_kind[kind].append(entity)
        self._built_ins()

    def _entity(self, raw: RawEntity) -> AnyEntity:
        path: tuple[str | int, ...] = ("gtm", SECTION[raw.kind], raw.key)
        data = raw.data
        if raw.kind in _DEFAULTS and "folder" not in data and self._context.folder:
            data = {**data, "folder": self._context.folder}
        owner = self._context.owner(f"{raw.kind.value}/gtm/{raw.key}")
        try:
            return from_data(raw.kind, raw.key, data, owner, raw.origin, self._read)
        except PlainError as error:
            problems = value_problems(error, path)
            raise SpecError([self._locate(problem) for problem in problems]) from None

    def _fired(self, tag: Tag, raw: RawEntity, events: list[Event]) -> Tag:
        triggers = self._triggers
        firing = dict.fromkeys((*tag.firing, *triggers.events.compile_raw_tag(raw)))
        firing.update(
            dict.fromkeys(ref for event in events for ref in triggers.events.compile_event(event))
        )
        blocking = {
            triggers.blocking.compile_exceptions(
                triggers.blocking.list_exceptions(event.on, event.narrowing.except_)
            )
            for event in events
        }
        if raw.on:
            blocking.add(
                triggers.blocking.compile_exceptions(triggers.blocking.list_exceptions(raw.on))
            )
        if len(blocking) > 1:
            raise refused(
                raw.origin,
                "except-in-list",
                f"the tag `{raw.key}` is shared by events with different blocking triggers",
                "a blocking trigger holds for the whole tag; make a tag for each",
            )
        both = dict.fromkeys((*tag.blocking, *next(iter(blocking), ())))
        return replace(tag, firing=tuple(firing), blocking=tuple(both))

    def _built_ins(self) -> None:
        """Those that the section lists; without a list, those that its texts refer to."""
        listed = self._context.spec.raw_built_ins
        if listed is not None:
            self._context.built_ins.update(listed)
            return
        for entities in self.by_kind.values():
            for entity in entities:
                for _, text in flatten(canonical(entity)):
                    self._context.enable_built_ins(text)


def unknown_names(spec: Spec, container: Container) -> Iterator[Problem]:
    """What the spec refers to by a name in GTM that nothing has."""
    named: tuple[tuple[Kind, str, tuple[AnyEntity, ...]], ...] = (
        (Kind.FOLDER, "folder", container.folders),
        (Kind.TRIGGER, "trigger", container.triggers),
        (Kind.TEMPLATE, "template", container.templates),
    )
    # Those with a problem of their own are not in the container, and still have a name.
    names_by_kind = {
        what: {*(item.name for item in made), *(raw.name for raw in spec.raw[kind].values())}
        for kind, what, made in named
    }
    for kind, entities in spec.raw.items():
        for raw in entities.values():
            for path, what, name in references(raw.data):
                if name not in names_by_kind[what]:
                    at = ("gtm", SECTION[kind], raw.key, *path)
                    yield _unknown(spec, at, what, name, names_by_kind[what])
    for data in spec.data.values():
        of = data.argument["of"] if data.source == "template" else None
        if of is not None and not of.startswith("cvt_") and of not in names_by_kind["template"]:
            at = ("data", data.key, "template", "of")
            yield _unknown(spec, at, "template", of, names_by_kind["template"])
    folders = names_by_kind["folder"]
    for entity in container.entities():
        folder = entity.folder
        if folder is None or folder in folders or entity.raw or entity.origin is None:
            continue
        yield _unknown(spec, (*entity.origin.path, "folder"), "folder", folder, folders)


def _unknown(spec: Spec, path: Path, what: str, name: str, known: set[str]) -> Problem:
    hint = did_you_mean(
        name, known | (set(BUILT_IN_TRIGGER_LABELS) if what == "trigger" else set())
    )
    if what == "trigger" and name in spec.triggers:
        hint = "that is a key of `triggers`; a tag names keys under `on`"
    return Problem("unknown-name", path, f"there is no {what} with the name `{name}` in GTM", hint)
