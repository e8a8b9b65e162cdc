"""Canonical forms as a plan compares them, and what is left of one in eight digits.

The digits are the line ``[gtmgen-state 3f9a1c20]`` above the owner's line: what gtmgen wrote when
it wrote the entity last. They tell what somebody changed in GTM since then from what the spec
changed. They are made of the leaves that a plan compares: should a new gtmgen compare in another
way, whatever it has to write anyway looks changed on both sides, once. An entity that was deleted
in GTM left no digits behind: it cannot be told from a new one.

What refers to others by ID has eight digits more, ``[gtmgen-state 3f9a1c20-77d0b4e1]``. It is not
written again when one of the others gets another display name, or another key in the spec: the
first digits know these by their keys, the last by their names, and one of both is enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from gtmgen.container.body import body
from gtmgen.container.canonical import Canonical, canonical_json, flatten
from gtmgen.container.entities import AnyEntity, Container, Kind, Template
from gtmgen.container.names import Names, Refs
from gtmgen.container.ownership import comparable, state_in, with_protection
from gtmgen.container.references import TRIGGER_LISTS
from gtmgen.plan.checksum import compute_checksum
from gtmgen.plan.live import LiveEntity, LiveState
from gtmgen.plan.model import Drift
from gtmgen.plan.words import kind_of, make_parked_name

_BY_NAME = Refs(trigger=str, folder=str, template=lambda name: f"template {name}")
_DIGITS = 8


def build_desired_form(entity: AnyEntity, names: Names) -> Canonical:
    """A compiled entity; types that its text holds as they are get the names that GTM has."""
    return _build_form(entity, _BY_NAME, names.templates)


def _build_form(entity: AnyEntity, refs: Refs, templates: Mapping[str, str]) -> Canonical:
    return canonical_json(kind_of(entity), body(entity, refs), Names(templates=templates))


def find_gallery(fields: Mapping[str, object]) -> str:
    """What the gallery calls a template, which is from there; else nothing."""
    reference = fields.get("galleryReference")
    return str(reference.get("galleryTemplateId") or "") if isinstance(reference, dict) else ""


class States:
    """The digits of entities, desired and live; ``pairs`` are those that are the same.

    ``names`` are the live ones behind the IDs, as the spec has them.
    """

    def __init__(
        self,
        container: Container,
        live: LiveState,
        pairs: Iterable[tuple[AnyEntity, LiveEntity]],
        names: Names,
    ) -> None:
        self._lines = {
            (kind_of(entity), entity.name): line
            for entity in container.entities()
            if (line := _find_owner_line(entity))
        }
        lines = {
            (existing.kind, existing.id): self._find_line(existing.kind, entity.name)
            for entity, existing in pairs
        }
        lines |= {
            (live_entity.kind, live_entity.id): str(live_entity.owner)
            for live_entity in live.entities
            if live_entity.owner
        }
        by_line = Refs(
            trigger=lambda name: self._find_line(Kind.TRIGGER, name),
            folder=lambda name: self._find_line(Kind.FOLDER, name),
            template=lambda name: f"template {self._find_line(Kind.TEMPLATE, name)}",
        )
        self._ways = ((by_line, live.names(lines)), (_BY_NAME, names))

    def _find_line(self, kind: Kind, name: str) -> str:
        return self._lines.get((kind, name), name)

    def of(self, entity: AnyEntity) -> str:
        """Of an entity of the spec, which stand in what a push writes."""
        return "-".join(dict.fromkeys(self._list_desired(entity)))

    def drift(self, desired: AnyEntity | None, existing: LiveEntity) -> Drift:
        """Who has changed an entity since gtmgen wrote it last; the spec may have dropped it."""
        state = state_in(existing.kind, existing.body)
        if state is None:
            return Drift.UNKNOWN
        written = _split_state(state)
        if _is_agreement(self._list_live(existing), written):
            return Drift.SPEC
        if desired is not None and _is_agreement(self._list_desired(desired), written):
            return Drift.OUTSIDE
        return Drift.BOTH

    def was_protected(self, existing: LiveEntity) -> bool:
        """Whether nothing but the words that protect it has been taken out since gtmgen wrote it.

        A template, whose notes are a part of its text, is not looked at.
        """
        state = state_in(existing.kind, existing.body)
        if state is None or existing.kind is Kind.TEMPLATE:
            return False
        before = replace(existing, body=with_protection(existing.body))
        return _is_agreement(self._list_live(before), _split_state(state))

    def _list_desired(self, entity: AnyEntity) -> list[str]:
        forms = [_build_form(entity, refs, names.templates) for refs, names in self._ways]
        return _hash_forms(kind_of(entity), forms)

    def _list_live(self, entity: LiveEntity) -> list[str]:
        forms = []
        for _, names in self._ways:
            form = canonical_json(entity.kind, entity.body, names)
            # A push that was interrupted may have left the name that it gives for a moment.
            form["name"] = str(form.get("name", "")).removesuffix(make_parked_name("", entity.id))
            forms.append(form)
        return _hash_forms(entity.kind, forms)


def _split_state(state: str) -> tuple[str, str]:
    first, _, last = state.partition("-")
    return first, last or first


def _find_owner_line(entity: AnyEntity) -> str:
    """What tells an entity apart, whatever its name; nothing where only that does."""
    if entity.owner is None and isinstance(entity, Template):
        return find_gallery(dict(entity.extra))
    return str(entity.owner or "")


def _is_agreement(some: Sequence[str], others: Sequence[str]) -> bool:
    return any(one == other for one, other in zip(some, others, strict=True))


def _hash_forms(kind: Kind, forms: Sequence[Canonical]) -> list[str]:
    """The digits of each; most refer to nothing, and are the same whatever others are called."""
    first = _hash_form(kind, forms[0])
    return [first, *(first if form == forms[0] else _hash_form(kind, form) for form in forms[1:])]


def _hash_form(kind: Kind, form: Canonical) -> str:
    return compute_checksum(sorted(_list_leaves(comparable(kind, form))))[:_DIGITS]


def _list_leaves(form: Canonical) -> Iterator[tuple[str, str]]:
    """Path and text of everything that counts. Digits in GTM are made of just this text."""
    for field in TRIGGER_LISTS & form.keys():
        yield from ((f"{field}\0{name}", name) for name in form[field])
    yield from flatten({key: value for key, value in form.items() if key not in TRIGGER_LISTS})
