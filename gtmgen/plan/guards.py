"""Why a plan cannot be made: the container holds something that a push would run into."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gtmgen.container.entities import KIND_OF, AnyEntity, BuiltIn, Container, Kind, Owner
from gtmgen.diagnostics import printable
from gtmgen.errors import GuardError
from gtmgen.plan.live import LiveEntity

_MOST = 12

Matches = dict[tuple[Kind, Owner], LiveEntity]
"""The live entity of each desired one, by kind and owner."""


def check_copies(container: Container, own: Iterable[LiveEntity]) -> None:
    """Copying an entity in GTM copies its notes: which of the two is ours cannot be told."""
    desired = {(KIND_OF[type(entity)], entity.owner) for entity in container.entities()}
    holders: dict[tuple[Kind, Owner | None], list[LiveEntity]] = {}
    for entity in own:
        holders.setdefault((entity.kind, entity.owner), []).append(entity)
    lines = [
        f"{kind_word(kind)} {' and '.join(_quoted(entity.name) for entity in entities)}: {owner}"
        for (kind, owner), entities in holders.items()
        if len(entities) > 1 and (kind, owner) in desired
    ]
    if lines:
        raise GuardError(
            "entities in the container have the same owner line in their notes:\n" + _cut(lines),
            hint="take the line out of the copy's notes in GTM, or delete the copy",
        )


def check_names(container: Container, matches: Matches, live: Iterable[LiveEntity]) -> None:
    """A name may be taken by somebody else's entity, or by one of ours that left the spec."""
    ours = {id(entity) for entity in matches.values()}
    taken = {(entity.kind, entity.name): entity for entity in live if id(entity) not in ours}
    clashes = [
        (entity, taken[KIND_OF[type(entity)], entity.name])
        for entity in container.entities()
        if (KIND_OF[type(entity)], entity.name) in taken
    ]
    if clashes:
        raise GuardError(
            "names that the spec gives are taken in the container:\n"
            + _cut([_clash(container, entity, other) for entity, other in clashes]),
            hint=_way_out(*clashes[0]),
        )


def check_built_ins(enable: Sequence[BuiltIn], live: Iterable[LiveEntity]) -> None:
    """GTM enables no built-in variable whose name a variable has."""
    wanted = {built_in.name for built_in in enable}
    lines = [
        f"variable {_quoted(entity.name)}"
        for entity in live
        if entity.kind is Kind.VARIABLE and entity.name in wanted
    ]
    if lines:
        raise GuardError(
            "variables in the container have the names of built-in variables that the spec needs:\n"
            + _cut(lines),
            hint="rename them in GTM",
        )


def check_together(containers: Sequence[Container]) -> None:
    """Specs that are pushed together must not claim the same name in the same container."""
    first: dict[tuple[str, Kind, str], AnyEntity] = {}
    lines = []
    for container in containers:
        for entity in container.entities():
            kind = KIND_OF[type(entity)]
            other = first.setdefault((container.gtm, kind, entity.name), entity)
            if other is not entity:
                places = f"({printable(str(other.origin))} and {printable(str(entity.origin))})"
                lines.append(f"{kind_word(kind)} {_quoted(entity.name)} {places}")
    if lines:
        raise GuardError(
            "the specs give the same names in one container:\n" + _cut(lines),
            hint="give one of them another `name` or `container.naming`",
        )


def _clash(container: Container, entity: AnyEntity, other: LiveEntity) -> str:
    if other.owner is None:
        whose = "not gtmgen's"
    elif other.owner.project != container.project:
        whose = f"of the project `{other.owner.project}`"
    else:
        whose = f"no longer in the spec, {other.owner}"
    place = f" (wanted at {printable(str(entity.origin))})" if entity.origin else ""
    return f"{kind_word(other.kind)} {_quoted(other.name)}, {whose}{place}"


def _way_out(entity: AnyEntity, other: LiveEntity) -> str:
    rename = "give yours another `name` or `container.naming`, or rename the other in GTM"
    if other.owner is not None:
        return rename
    return f"{rename}; if gtmgen made it, put the line `{entity.owner}` back into its notes"


def kind_word(kind: Kind) -> str:
    """``built-in variable``: a kind in a sentence."""
    return kind.value.replace("built_in_", "built-in ")


def _quoted(name: str) -> str:
    return f"`{printable(name)}`"


def _cut(lines: Sequence[str]) -> str:
    shown = [f"  {line}" for line in lines[:_MOST]]
    if len(lines) > _MOST:
        shown.append(f"  and {len(lines) - _MOST} more")
    return "\n".join(shown)
