"""The body that a change writes."""

from __future__ import annotations

from gtmgen.api.port import Json
from gtmgen.container.body import api_json, body
from gtmgen.container.canonical import canonical_json
from gtmgen.container.entities import AnyEntity, BuiltIn, Kind
from gtmgen.container.fields import SERVER_FIELDS
from gtmgen.container.names import Names, Refs
from gtmgen.container.ownership import with_owner_line, with_state
from gtmgen.plan.model import Action, Change

_NO_NAMES = Names()


def written(change: Change, refs: Refs, current: Json | None) -> Json:
    """The API's fields of what is to be, with the line of state where it has an owner.

    Where an entity is only adopted, ``current`` is what it is: all of that stays, however it is
    written, but for the lines.
    """
    desired, kind = change.desired, change.kind
    assert desired is not None  # of what is not deleted
    assert not isinstance(desired, BuiltIn)  # enabled by its type
    # The whole entity, not what differs: an update replaces it, and clears what the body leaves
    # out.
    fields: Json = api_json(kind, body(desired, refs))
    if current is not None and change.action is Action.ADOPT:
        fields = _build_adopted(change, desired, fields, current)
    if desired.owner is not None:
        fields = with_state(kind, fields, desired.owner, change.state)
    return fields


def _build_adopted(change: Change, desired: AnyEntity, fields: Json, current: Json) -> Json:
    kept = {key: value for key, value in current.items() if key not in SERVER_FIELDS}
    (path, *further) = {field.path for field in change.fields}
    if further or path not in ("notes", "templateData"):
        return fields
    if path == "notes":
        return {**kept, "notes": fields["notes"]}
    if desired.owner is not None:
        text = with_owner_line(current["templateData"], desired.owner, protected=desired.protected)
        if _fold_text(text) == _fold_text(fields["templateData"]):
            return {**kept, "templateData": text}
    return fields


def _fold_text(text: str) -> object:
    """What a plan compares: white space at the ends of lines means nothing."""
    return canonical_json(Kind.TEMPLATE, {"templateData": text}, _NO_NAMES)
