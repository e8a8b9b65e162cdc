"""bulk_update: many changes to a workspace in one request.

Documented are the request, the answer and the IDs of new entities (``new_<number>``, unique
within the request). How it fails, in which order it goes and how much it takes nobody has
published: see the ``bulk`` switches of :class:`~gtmgen.emulator.behaviour.Behaviour`.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gtmgen.emulator import built_ins, entities
from gtmgen.emulator.call import ApiCall
from gtmgen.emulator.kinds import KINDS, ResourceKind
from gtmgen.emulator.messages import EMPTY, GENERIC, Json, Refusal, copy_json
from gtmgen.emulator.references import replace_ids
from gtmgen.emulator.rules import check
from gtmgen.emulator.state import State, take_next_id
from gtmgen.emulator.status import read_entity

_NEW_ID = re.compile(r"new_\d+")


@dataclass(frozen=True)
class _Change:
    """``kind`` is None for a built-in variable, whose ``id`` is its type."""

    kind: ResourceKind | None
    status: str
    id: str
    body: Json


@dataclass
class _Done:
    """What a request has done: real IDs of new entities by kind, and (status, kind, ID)."""

    real_ids: dict[str, dict[str, str]] = field(default_factory=dict)
    changes: list[tuple[str, ResourceKind | None, str]] = field(default_factory=list)


def bulk_update(call: ApiCall) -> Json:
    """Answers the entities added and updated; their changeStatus in the answer is a guess."""
    _ = call.workspace  # 404 before anything else
    behaviour = call.behaviour
    changes = call.body.get("changes") or []
    if behaviour.bulk == "refused":
        raise Refusal(GENERIC)
    if behaviour.bulk_max_changes is not None and len(changes) > behaviour.bulk_max_changes:
        raise Refusal(  # guess
            f"changes: At most {behaviour.bulk_max_changes} entities can be changed at once."
        )
    # On a copy: what is refused in the middle has changed nothing.
    draft, done = _build_draft(call), _Done()
    partial = behaviour.bulk == "partial"
    try:
        if behaviour.bulk_order == "any" and not partial:
            _apply_together(draft, list(_read(changes)), done)
        else:
            for change in _read(changes):
                _apply(draft, change, done)
    except Refusal as refusal:
        if not partial or not done.changes:
            raise
        _keep(draft, call)
        raise Refusal(refusal.message, refusal.status, wrote=True) from None
    _keep(draft, call)
    return _make_reply(call, done)


HANDLERS = {"containers.workspaces.bulk_update": bulk_update}


def _read(changes: Sequence[Json]) -> Iterator[_Change]:
    """The changes with their IDs checked; texts are guesses."""
    keys = set()
    for index, entity in enumerate(changes):
        where = f"changes[{index}]"
        kind, body, status = read_entity(entity, where)
        if status is None:
            raise Refusal(f"{where}.changeStatus: {EMPTY}")
        if status == "none":
            continue
        id_field = kind.id_field if kind else "type"
        entity_id = body.get(id_field) or ""
        path = f"{where}.{kind.version_key if kind else 'builtInVariable'}.{id_field}"
        if not entity_id:
            raise Refusal(f"{path}: {EMPTY}")
        if kind and status == "added" and not _NEW_ID.fullmatch(entity_id):
            raise Refusal(f'{path}: The ID of a new entity must be "new_" and a number.')
        # "Unique within the request" holds for new IDs of all kinds; real ones go by kind.
        key = entity_id if status == "added" else (kind, entity_id)
        if key in keys:
            raise Refusal(f"{path}: The ID is not unique within the request.")
        keys.add(key)
        yield _Change(kind, status, entity_id, body)


def _apply(call: ApiCall, change: _Change, done: _Done) -> None:
    """One change on what the changes before it have left."""
    kind, entity_id = change.kind, change.id
    if kind is None:
        _apply_built_in(call, change)
    else:
        body = _resolve(call, change.body, done)
        fingerprint = change.body.get("fingerprint")
        if change.status == "added":
            entity_id = entities.add(call, kind, body)
            done.real_ids.setdefault(kind.name, {})[change.id] = entity_id
        elif change.status == "updated":
            entities.replace(call, kind, entity_id, body, fingerprint)
        else:
            entities.remove(call, kind, entity_id, fingerprint)
    done.changes.append((change.status, kind, entity_id))


def _apply_together(call: ApiCall, changes: Sequence[_Change], done: _Done) -> None:
    """All changes first, all rules on the outcome: the order of the list means nothing."""
    before: dict[tuple[str, str], Json] = {}
    for change in changes:
        # Their IDs before all else: a change may refer to what stands further down.
        if change.kind and change.status == "added":
            done.real_ids.setdefault(change.kind.name, {})[change.id] = take_next_id(call.container)
    for change in changes:
        if change.kind is None:
            continue
        items = entities.list_entities(call, change.kind)
        if change.status == "added":
            entity_id = done.real_ids[change.kind.name][change.id]
        else:
            entity_id = change.id
            stored = entities.find(call, change.kind, entity_id)
            call.refuse_stale(
                change.body.get("fingerprint"), stored["fingerprint"], change.kind.name
            )
            before[change.kind.name, entity_id] = items.pop(entity_id)
        if change.status != "deleted":
            body = _resolve(call, change.body, done)
            entity = entities.clean_body(call, change.kind, body)
            items[entity_id] = {**entity, "fingerprint": call.fingerprint()}
        done.changes.append((change.status, change.kind, entity_id))
    for (name, entity_id), stored in before.items():
        if entity_id in (items := entities.list_entities(call, KINDS[name])):
            entities.rename_references(call, KINDS[name], stored, items[entity_id])
    for change in changes:
        if change.kind is None:
            _apply_built_in(call, change)
            done.changes.append((change.status, None, change.id))
    for status, kind, entity_id in done.changes:
        if kind and status == "deleted":
            entities.refuse_in_use(call, kind, entity_id, before[kind.name, entity_id])
        elif kind:
            check(call, kind, entities.list_entities(call, kind)[entity_id], entity_id)


def _apply_built_in(call: ApiCall, change: _Change) -> None:
    """Added enables, deleted disables; there is nothing to update (a guess)."""
    if change.status == "added":
        built_ins.enable(call, [change.id])
    elif change.status == "deleted":
        built_ins.disable(call, [change.id])
    else:
        raise Refusal(GENERIC)


def _resolve(call: ApiCall, body: Json, done: _Done) -> Json:
    """The body with the real IDs of new entities, where the switch knows them."""
    real_ids = done.real_ids
    if call.behaviour.bulk == "parent_folder_only":
        real_ids = {"folder": real_ids.get("folder", {})}
    return replace_ids(body, real_ids, call.ids["containers"])


def _build_draft(call: ApiCall) -> ApiCall:
    """The call on a copy of all that it may change."""
    container = call.container
    workspace_id = call.ids["workspaces"]
    workspace = copy_json(container["workspaces"][workspace_id])
    workspaces = {**container["workspaces"], workspace_id: workspace}
    container = {**container, "workspaces": workspaces}
    containers = {**call.state.data["containers"], call.ids["containers"]: container}
    return dataclasses.replace(call, state=State({**call.state.data, "containers": containers}))


def _keep(draft: ApiCall, call: ApiCall) -> None:
    call.container.update(draft.container)
    call.state.data["clock"] = draft.state.data["clock"]


def _make_reply(call: ApiCall, done: _Done) -> Json:
    entities_of_reply = []
    order = ["folder", *(name for name in KINDS if name != "folder")]
    changes = [change for change in done.changes if change[0] != "deleted"]
    if call.behaviour.bulk_reply_order == "kind":
        changes.sort(key=lambda change: order.index(change[1].name) if change[1] else -1)
    for status, kind, entity_id in changes:
        if kind is None:
            entity = {"builtInVariable": built_ins.present(call, entity_id)}
        else:
            stored = entities.find(call, kind, entity_id)
            entity = {kind.version_key: entities.present(call, kind, entity_id, stored)}
        entities_of_reply.append({**entity, "changeStatus": status})
    return {"changes": entities_of_reply} if entities_of_reply else {}
