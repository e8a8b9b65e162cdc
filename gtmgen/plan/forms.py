"""Canonical forms as a plan compares them, and what is left of one in eight digits.

The digits are the line ``[gtmgen-state 3f9a1c20]`` above the owner's line: what gtmgen wrote when
it wrote the entity last. They tell what somebody changed in GTM since then from what the spec
changed. They are made of the leaves that a plan compares: should a new gtmgen compare in another
way, whatever it has to write anyway looks changed on both sides, once. An entity that was deleted
in GTM left no digits behind: it cannot be told from a new one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gtmgen.container.body import Refs, body, plain
from gtmgen.container.canonical import Canonical, Names, canonical_json
from gtmgen.container.entities import AnyEntity, Container, Kind
from gtmgen.container.ownership import comparable, state_in
from gtmgen.plan.checksum import checksum
from gtmgen.plan.differences import leaves
from gtmgen.plan.live import Live, LiveEntity
from gtmgen.plan.model import Drift
from gtmgen.plan.words import kind_of, parked

_BY_NAME = Refs(trigger=str, folder=str, template=lambda name: f"template {name}")
_DIGITS = 8


def desired_form(entity: AnyEntity, names: Names) -> Canonical:
    """A compiled entity; types that its text holds as they are get the names that GTM has."""
    return _form(entity, _BY_NAME, names.templates)


def _form(entity: AnyEntity, refs: Refs, templates: Mapping[str, str]) -> Canonical:
    return canonical_json(kind_of(entity), plain(body(entity, refs)), Names(templates=templates))


class States:
    """The digits of entities, desired and live; ``pairs`` are those that are the same.

    What goes by ID is called by its owner's line: another name of a trigger is no change of the
    tags that it fires.
    """

    def __init__(
        self, container: Container, live: Live, pairs: Iterable[tuple[AnyEntity, LiveEntity]]
    ) -> None:
        self._lines = {
            (kind_of(entity), entity.name): str(entity.owner)
            for entity in container.entities()
            if entity.owner is not None
        }
        lines = {
            (found.kind, found.id): self._line(found.kind, entity.name) for entity, found in pairs
        }
        lines |= {(held.kind, held.id): str(held.owner) for held in live.entities if held.owner}
        self._names = live.names(lines)
        self._refs = Refs(
            trigger=lambda name: self._line(Kind.TRIGGER, name),
            folder=lambda name: self._line(Kind.FOLDER, name),
            template=lambda name: f"template {self._line(Kind.TEMPLATE, name)}",
        )

    def _line(self, kind: Kind, name: str) -> str:
        return self._lines.get((kind, name), name)

    def of(self, entity: AnyEntity) -> str:
        """Of an entity of the spec, which stand in what a push writes."""
        return _digits(kind_of(entity), _form(entity, self._refs, self._names.templates))

    def drift(self, desired: AnyEntity, existing: LiveEntity) -> Drift:
        """Who has changed an entity since gtmgen wrote it last."""
        written = state_in(existing.kind, existing.body)
        if written is None:
            return Drift.UNKNOWN
        if self._of_live(existing) == written:
            return Drift.SPEC
        return Drift.OUTSIDE if self.of(desired) == written else Drift.BOTH

    def _of_live(self, entity: LiveEntity) -> str:
        form = canonical_json(entity.kind, entity.body, self._names)
        # A push that was interrupted may have left the name that it gives for a moment.
        form["name"] = str(form.get("name", "")).removesuffix(parked("", entity.id))
        return _digits(entity.kind, form)


def _digits(kind: Kind, form: Canonical) -> str:
    return checksum(sorted(leaves(comparable(kind, form))))[:_DIGITS]
