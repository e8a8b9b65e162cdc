"""Why a plan cannot be made: the container holds something that a push would run into."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterable, Sequence

from gtmgen.container.entities import KIND_OF, AnyEntity, BuiltIn, Container, Kind, Owner
from gtmgen.container.ownership import is_protected
from gtmgen.errors import GuardError
from gtmgen.plan.live import LiveEntity
from gtmgen.plan.model import Action, Change, Matches, Pair, Plan
from gtmgen.plan.options import format_adoption
from gtmgen.plan.words import format_entity, format_kind
from gtmgen.text import indent_list, plural, printable, quoted

MOST_DELETES = 5
MOST_SHARE = 0.20


def check_context(container: Container, contexts: Collection[str]) -> None:
    """A server container's entities do not go into a web container, nor the other way round.

    ``contexts`` are GTM's ``usageContext``; empty, nothing is known, and nothing is refused.
    """
    wants_server = container.context == "SERVER"
    if not contexts or wants_server == ("server" in contexts):
        return
    actual, expected = ("a web", "a server") if wants_server else ("a server", "a web")
    raise GuardError(
        f"`{container.gtm}` is {actual} container in GTM, and the spec makes {expected} container "
        "for it; nothing was written",
        hint="are the IDs of the web container and the server container swapped?",
    )


def check_copies(own: Iterable[LiveEntity]) -> None:
    """Copying an entity in GTM copies its notes: which of the two is ours cannot be told.

    That holds for what left the spec too: one of the two would be deleted in error.
    """
    holders: dict[tuple[Kind, Owner | None], list[LiveEntity]] = {}
    for entity in own:
        holders.setdefault((entity.kind, entity.owner), []).append(entity)
    lines = [
        f"{format_kind(kind)} {' and '.join(quoted(entity.name) for entity in entities)}: {owner}"
        for (kind, owner), entities in holders.items()
        if len(entities) > 1
    ]
    if lines:
        raise GuardError(
            "entities in the container have the same owner line in their notes:\n"
            + indent_list(lines),
            hint="take the line out of the copy's notes in GTM, or delete the copy",
        )


def check_names(
    container: Container,
    matches: Matches,
    others: Collection[Pair],
    live: Iterable[LiveEntity],
) -> None:
    """A name may be taken by somebody else's entity; one of ours that left the spec goes.

    ``others`` are desired entities and what nobody owns, but is called like them.
    """
    matched_ids = {id(entity) for entity in matches.values()}
    unmatched: dict[tuple[Kind, str], LiveEntity] = {
        (entity.kind, entity.name): entity
        for entity in live
        if id(entity) not in matched_ids
        and entity.project != container.project
        and entity.kind is not Kind.GTAG_CONFIG  # GTM gives these no names
    }
    differing = {id(entity): other for entity, other in others}
    clashes = []
    for entity in container.entities():
        key = KIND_OF[type(entity)], entity.name
        other = differing.get(id(entity)) or unmatched.get(key)
        if other is not None:
            clashes.append((entity, other))
    if clashes:
        raise GuardError(
            "names that the spec gives are taken in the container:\n"
            + indent_list([_describe_clash(entity, other) for entity, other in clashes]),
            hint=_suggest_way_out(clashes),
        )


def check_built_ins(enable: Sequence[BuiltIn], live: Iterable[LiveEntity]) -> None:
    """GTM enables no built-in variable whose name a variable has."""
    names = {built_in.name for built_in in enable}
    lines = [
        f"variable {quoted(entity.name)}"
        for entity in live
        if entity.kind is Kind.VARIABLE and entity.name in names
    ]
    if lines:
        raise GuardError(
            "variables in the container have the names of built-in variables that the spec needs:\n"
            + indent_list(lines),
            hint="rename them in GTM",
        )


def check_together(containers: Sequence[Container]) -> None:
    """Specs that are pushed together must not claim the same name in the same container."""
    projects = [(container.gtm, container.project) for container in containers]
    for gtm, project in projects:
        if projects.count((gtm, project)) > 1:
            # Each would delete what the other has just made: an owner is a project and a key.
            raise GuardError(
                f"two of the specs are the project `{project}` in {gtm}, and each would undo the "
                "other's",
                hint="give one of them another `project`, or make one of both with `include`",
            )
    first: dict[tuple[str, Kind, str], AnyEntity] = {}
    lines = []
    for container in containers:
        for entity in container.entities():
            kind = KIND_OF[type(entity)]
            other = first.setdefault((container.gtm, kind, entity.name), entity)
            if other is not entity:
                places = f"({printable(str(other.origin))} and {printable(str(entity.origin))})"
                lines.append(f"{format_kind(kind)} {quoted(entity.name)} {places}")
    if lines:
        raise GuardError(
            "the specs give the same names in one container:\n" + indent_list(lines),
            hint="give one of them another `name` or `container.naming`",
        )


def _describe_clash(entity: AnyEntity, other: LiveEntity) -> str:
    whose = f"of the project `{other.project}`" if other.owner else "not gtmgen's"
    origin = f" (wanted at {printable(str(entity.origin))})" if entity.origin else ""
    return f"{format_entity(other.kind, other.name)}, {whose}{origin}"


def _suggest_way_out(clashes: Sequence[Pair]) -> str:
    words = " ".join(
        f"--adopt {shlex.quote(printable(format_adoption(other, entity.name)))}"
        for entity, other in clashes[:MOST_DELETES]
    )
    return (
        "give yours another `name` or `container.naming`, rename the other in GTM, or take it over "
        f"with `{words}`"
    )


# -- what stops a plan after it has been shown ------------------------------------------


def check_plan(plan: Plan) -> None:
    """Refuse to apply a plan that would do harm. Raises :class:`GuardError`."""
    _check_conflicts(plan)
    _check_in_use(plan)
    _check_protected(plan)
    _check_deletes(plan)


def _check_conflicts(plan: Plan) -> None:
    if plan.live.conflicts:
        raise GuardError(
            f"the workspace {quoted(plan.workspace)} is in conflict with the latest version:\n"
            + indent_list(plan.live.conflicts),
            hint="resolve the conflicts in GTM, then push again",
        )


def _check_in_use(plan: Plan) -> None:
    if plan.in_use:
        raise GuardError(
            "what left the spec is still in use:\n"
            + indent_list(
                [
                    f"{format_entity(entity.kind, entity.name)}, by {', '.join(users)}"
                    for entity, users in plan.in_use
                ]
            ),
            hint="remove the references in GTM, or keep it in the spec",
        )


def _check_protected(plan: Plan) -> None:
    """What somebody has called protected goes only by its name: `all:N` names nothing."""
    endangered = [
        change
        for change in plan.changes
        if change.existing is not None
        and (
            is_protected(change.kind, change.existing.body)
            or change.was_protected
            or _is_called_protected(change)
        )
        and (change.action is Action.DELETE or any(field.path == "type" for field in change.fields))
        and f"{change.kind.value}:{change.existing.name}" not in plan.options.allow_delete
    ]
    if endangered:
        words = " ".join(
            f"--allow-delete {shlex.quote(printable(f'{item.kind.value}:{item.existing.name}'))}"
            for item in endangered
            if item.existing is not None
        )
        lines = [
            f"{format_entity(change.kind, change.existing.name)}, which would be "
            f"{'deleted' if change.action is Action.DELETE else 'replaced by another type'}"
            for change in endangered
            if change.existing is not None
        ]
        raise GuardError(
            "the plan removes what is protected:\n" + indent_list(lines),
            hint=f"keep it in the spec, or give `{words}`",
        )


def _is_called_protected(change: Change) -> bool:
    """By the spec, of an entity of its own, whose notes somebody may have changed in GTM."""
    is_own = change.action in (Action.UPDATE, Action.RENAME)
    return is_own and not isinstance(change.desired, BuiltIn | None) and change.desired.protected


def _check_deletes(plan: Plan) -> None:
    """Numbers as octoDNS gives them: a spec that lost half its files is not a wish to delete."""
    deletes = [change for change in plan.changes if change.action is Action.DELETE]
    if plan.options.allow_all == len(deletes):
        return
    named = plan.options.allow_delete
    count = sum(f"{change.kind.value}:{change.name}" not in named for change in deletes)
    # Both have to be exceeded: six of ten are most of a small container, six of a thousand are not,
    # and anybody reads up to five.
    if count <= MOST_DELETES or count <= MOST_SHARE * plan.owned:
        return
    raise GuardError(
        f"Too many deletes, {count / plan.owned:.2%} is over {MOST_SHARE:.2%} "
        f"({count}/{plan.owned})",
        hint=f"if that is right, name them with `--allow-delete KIND:NAME`, or all "
        f"{plural(len(deletes), 'delete')} with `--allow-delete all:{len(deletes)}`",
    )
