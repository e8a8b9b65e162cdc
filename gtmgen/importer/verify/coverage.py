"""How much of a container the language has words for, and why the rest is raw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from gtmgen.container.entities import KIND_OF_FIELD, AnyEntity, Kind
from gtmgen.importer.convert import Converted

MEASURED = (Kind.TAG, Kind.TRIGGER, Kind.VARIABLE)


class UnliftedEntity(NamedTuple):
    """An entity that stays in GTM's own words; ``type`` is ``cvt`` for any custom template's."""

    kind: Kind
    type: str
    name: str
    reason: str


@dataclass(frozen=True)
class ImportCoverage:
    """Counts by kind. A tag counts as lifted where it hangs on an event, or is sent by one."""

    total: Mapping[Kind, int]
    lifted: Mapping[Kind, int]
    raw: tuple[UnliftedEntity, ...] = ()

    def share(self, kind: Kind) -> float:
        """In percent; 100 where there is none of the kind."""
        total = self.total.get(kind, 0)
        return 100 * self.lifted.get(kind, 0) / total if total else 100.0


def measure(converted: Converted) -> ImportCoverage:
    """The coverage of one container."""
    lifted = {place for lift in converted.lifts for place in lift.replaces}
    lifted |= {(Kind.TAG, name) for lift in converted.lifts for name in lift.fires}
    reasons = {
        (item.kind, item.name): item.text for item in converted.findings if item.sort == "left"
    }
    undone = {place for lift in converted.undone for place in lift.replaces}
    undone |= {(Kind.TAG, name) for lift in converted.undone for name in lift.fires}
    total: Counter[Kind] = Counter()
    raw: list[UnliftedEntity] = []
    for kind in MEASURED:
        for entity in converted.source.entities[kind]:
            total[kind] += 1
            entity_key = (kind, entity.name)
            if entity_key not in lifted:
                otherwise = _UNDONE if entity_key in undone else _NOT_ASKED
                reason = reasons.get(entity_key, otherwise)
                raw.append(UnliftedEntity(kind, _describe_type(entity), entity.name, reason))
    for kind, name in converted.source.left_out:
        if kind in MEASURED:
            total[kind] += 1
            raw.append(UnliftedEntity(kind, "", name, "it does not come back from a spec"))
    for one in converted.source.malformed:
        kind_of_list = KIND_OF_FIELD.get(one.field)
        if kind_of_list in MEASURED:
            total[kind_of_list] += 1
            raw.append(UnliftedEntity(kind_of_list, "", one.name, "it is not an entity of GTM's"))
    left = Counter(item.kind for item in raw)
    return ImportCoverage(total, {kind: total[kind] - left[kind] for kind in MEASURED}, tuple(raw))


_UNDONE = "in the language's words, it would not be the same"
_NOT_ASKED = "nothing was to be lifted"


def add_up(coverages: Iterable[ImportCoverage]) -> ImportCoverage:
    """Several containers as one."""
    total: Counter[Kind] = Counter()
    lifted: Counter[Kind] = Counter()
    raw: list[UnliftedEntity] = []
    for coverage in coverages:
        total.update(coverage.total)
        lifted.update(coverage.lifted)
        raw.extend(coverage.raw)
    return ImportCoverage(total, lifted, tuple(raw))


def _describe_type(entity: AnyEntity) -> str:
    type_ = getattr(entity, "type", "")
    return type_ if isinstance(type_, str) and not type_.startswith("cvt_") else "cvt"
