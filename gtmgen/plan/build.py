"""Compare a compiled container with what the live one holds."""

from __future__ import annotations

from gtmgen.container.builtins import built_in_order
from gtmgen.container.canonical import canonical_json
from gtmgen.container.differ import count_equal, field_changes
from gtmgen.container.entities import AnyEntity, Container, Kind
from gtmgen.container.names import Names
from gtmgen.plan.deletes import plan_deletes
from gtmgen.plan.forms import States, build_desired_form
from gtmgen.plan.gallery import add_installed_references
from gtmgen.plan.guards import check_built_ins, check_copies, check_names
from gtmgen.plan.live import LiveEntity, LiveState
from gtmgen.plan.matching import match
from gtmgen.plan.model import Action, Change, Drift, Plan, identity
from gtmgen.plan.options import PlanOptions
from gtmgen.plan.order import sort_changes
from gtmgen.plan.words import kind_of
from gtmgen.secret_names import names_in

NO_OPTIONS = PlanOptions()


def build_plan(
    container: Container,
    live: LiveState,
    *,
    workspace: str,
    target: str,
    options: PlanOptions = NO_OPTIONS,
) -> Plan:
    """The changes that make the workspace match.

    Raises :class:`GuardError` when a name is taken by an entity that is not this project's, or
    when it cannot be told which of two entities is.
    """
    container = add_installed_references(container, live)
    owned = [
        entity
        for entity in live.entities
        if entity.owner is not None and entity.owner.project == container.project
    ]
    check_copies(owned)
    matched = match(container, owned, live, options)
    existing = {**matched.managed, **matched.equal}
    check_names(container, existing, matched.conflicts, live.entities)
    enable = [
        built_in
        for built_in in sorted(container.built_ins, key=lambda item: built_in_order(item.key))
        if built_in.key not in live.built_ins
    ]
    check_built_ins(enable, live.entities)
    states = States(container, live, matched.pairs(container), matched.names)
    changes = [Change(Action.CREATE, Kind.BUILT_IN_VARIABLE, built_in) for built_in in enable]
    for entity in container.entities():
        if identity(entity) in matched.equal:
            continue
        change = _compare(entity, matched.managed.get(identity(entity)), matched.names, states)
        if change is not None:
            changes.append(change)
    matched_ids = {id(entity) for entity in existing.values()}
    unmatched = [entity for entity in owned if id(entity) not in matched_ids]
    # Last, when updates have taken the references out. What GTM does with a delete of something in
    # use is not documented; some say that it refuses.
    delete_changes, in_use = plan_deletes(container, live, unmatched, matched_ids, states)
    total = len(container.entities()) + len(container.built_ins)
    return Plan(
        project=container.project,
        gtm=container.gtm,
        workspace=workspace,
        target=target,
        changes=(*sort_changes(changes), *delete_changes),
        unchanged=total - len(changes) - len(matched.equal),
        equal=tuple(matched.equal.values()),
        unmanaged=len(live.entities) - len({id(entity) for entity in owned} | matched_ids),
        owned=len(owned),
        in_use=tuple(in_use),
        options=options,
        live=live,
    )


def _compare(
    entity: AnyEntity, existing: LiveEntity | None, names: Names, states: States
) -> Change | None:
    kind = kind_of(entity)
    after = build_desired_form(entity, names)
    before = canonical_json(kind, existing.body, names) if existing is not None else {}
    fields = field_changes(before, after)
    if existing is not None and not fields:
        return None
    state = states.of(entity) if entity.owner is not None else ""
    if existing is None:
        return Change(Action.CREATE, kind, entity, fields=fields, state=state)
    # No line of this project is in it, so nothing tells what gtmgen wrote last: no drift to speak
    # of.
    action, drift = Action.ADOPT, None
    if existing.project == (entity.owner.project if entity.owner else None):
        action = Action.UPDATE if existing.name == entity.name else Action.RENAME
        # A secret that differs may be another one in GTM or in the environment: nothing tells.
        is_secret = all(field.new and names_in(field.new) for field in fields)
        drift = Drift.UNKNOWN if is_secret else states.drift(entity, existing)
    same = count_equal(before, after)
    return Change(action, kind, entity, existing, fields, same, drift, state)
