"""``workspaces.bulk_update``: many changes a call.

Google documents the request, and ``new_N`` for entities that others of the same request name as
``parentFolderId``. That triggers can be referred to in the same way is inferred; the type of a
custom template is not, so templates go in a request before what is made from them. No limit, no
order and no error is documented: whatever is refused is looked at again and then written in
smaller requests, and in the end entity by entity.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gtmgen.api.failures import CallError
from gtmgen.api.port import Json
from gtmgen.container.entities import ID_FIELD, KIND_OF_FIELD, VERSION_FIELD, BuiltIn, Kind
from gtmgen.container.version import built_in_type
from gtmgen.plan.cost import SIZES, split_into_requests
from gtmgen.plan.live import name_in
from gtmgen.plan.model import Action, Change
from gtmgen.plan.order import name_clashes
from gtmgen.plan.status import is_whole
from gtmgen.push.gallery import install_templates
from gtmgen.push.run import PushRun
from gtmgen.push.singly import singly
from gtmgen.push.written import written

_IDENTITY = ("accountId", "containerId", "workspaceId", "path", "fingerprint")


def in_bulk(run: PushRun) -> None:
    """Write what is left in requests of many; what is refused, entity by entity."""
    install_templates(run)
    for size in SIZES:
        if size != SIZES[0] and len(run.remaining) <= size:
            break  # it would be the same request again
        if _send_all(run, size):
            break
    singly(run)


def _send_all(run: PushRun, size: int) -> bool:
    """Whether the API took every request."""
    for change in name_clashes(run.plan):
        if change.key in run.remaining:
            try:
                run.free_name(change)
            except CallError as error:
                if not error.outcome_unknown:
                    raise
                run.look_again(error)
    todo = [run.remaining[change.key] for change in run.plan.changes if _is_left(run, change)]
    requests = split_into_requests(todo, size)
    for number, chunk in enumerate(requests):
        run.calls_left = len(requests) - number - 1
        now = [run.remaining[change.key] for change in chunk if change.key in run.remaining]
        if now and not _send(run, now):
            return False
    return True


def _is_left(run: PushRun, change: Change) -> bool:
    return change.key in run.remaining


def _send(run: PushRun, changes: Sequence[Change]) -> bool:
    run.calls += 1
    try:
        answer = run.manager.bulk_update(run.workspace, [*_request(run, changes)])
    except CallError as error:
        if not _is_refusal(error):
            if error.outcome_unknown:
                run.wrote(*changes)
                _check_after_silence(run, error, changes)
                return True
            raise
        if error.outcome_unknown:
            run.wrote(*changes)
        run.look_again(error, len(changes), partly=True)
        _count_what_is_done(run, changes)
        return not any(_is_left(run, change) for change in changes)
    run.wrote(*changes)
    answered = _note(run, answer)
    for change in changes:
        if change.action is Action.DELETE:
            assert change.existing is not None  # what is deleted exists, and is never answered
            run.known.forget(change.kind, change.existing.id)
        elif (change.kind, change.name) not in answered:
            continue
        run.count(change)
    if any(_is_left(run, change) for change in changes):  # not told of: look
        run.refresh()
        _count_what_is_done(run, changes)
    return True


def _is_refusal(error: CallError) -> bool:
    """Whether it is worth while to write the same in another way."""
    # Behind a 408, 502 or 504 the request may still be under way; quota (403, 429) is waited for.
    return error.status in (400, 404, 405, 409, 412, 413, 500, 501, 503)


def _check_after_silence(run: PushRun, error: CallError, changes: Sequence[Change]) -> None:
    """No answer: the request may still be under way, so what is not done is left alone."""
    run.look_again(error, len(changes))
    _count_what_is_done(run, changes)
    if any(_is_left(run, change) for change in changes):
        run.unsure = sum(_is_left(run, change) for change in changes)
        raise error


def _count_what_is_done(run: PushRun, changes: Sequence[Change]) -> None:
    for change in changes:
        if not _is_left(run, change):
            run.count(change)


def _request(run: PushRun, changes: Sequence[Change]) -> Iterator[Json]:
    # What stands in the request is named by its ID, or by `new_N` where it has none yet: Google's
    # own example refers so to a folder of the same request.
    new = {
        (change.kind, change.name): change.existing.id if change.existing else f"new_{number}"
        for number, change in enumerate(changes, 1)
        if change.action is not Action.DELETE
    }
    refs = run.known.refs(new)
    for change in changes:
        kind = change.kind
        if isinstance(change.desired, BuiltIn):
            yield {
                "builtInVariable": {"type": built_in_type(change.desired.key), "name": change.name},
                "changeStatus": "added",
            }
            continue
        fields: Json = {}
        current: Json | None = None
        if change.existing is not None:
            current = run.known.bodies.get((kind, change.existing.id), change.existing.body)
            fields = {key: current[key] for key in (*_IDENTITY, ID_FIELD[kind]) if key in current}
        if change.desired is None:
            yield {VERSION_FIELD[kind]: {**fields, "name": change.name}, "changeStatus": "deleted"}
            continue
        fields[ID_FIELD[kind]] = new[kind, change.name]
        fields.update(written(change, refs, current))
        status = "updated" if change.existing else "added"
        yield {VERSION_FIELD[kind]: fields, "changeStatus": status}


def _note(run: PushRun, answer: Sequence[Json]) -> set[tuple[Kind, str]]:
    """Learn what was answered. Nothing documented links it to a ``new_N``; names are unique."""
    answered = set()
    for entity in answer:
        for field, body in entity.items():
            if field == "builtInVariable":
                answered.add((Kind.BUILT_IN_VARIABLE, body.get("name", "")))
            elif field in KIND_OF_FIELD:
                kind = KIND_OF_FIELD[field]
                id_ = body.get(ID_FIELD[kind], "new_")
                if not id_.startswith("new_") and is_whole(kind, body) and "fingerprint" in body:
                    run.known.note(kind, id_, body)
                    answered.add((kind, name_in(kind, body)))
    return answered
