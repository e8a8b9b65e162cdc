"""Two canonical forms field by field, each field beside its counterpart.

A row that was put into a table is one new row: the rows below it have moved, not changed. Where
order means nothing (firing triggers, conditions) it is not looked at.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from gtmgen.container.canonical import Canonical, flatten
from gtmgen.container.references import TRIGGER_FIELDS, TYPE_FIELDS

# Fields whose order means nothing; the canonical form sorts them, but a change of one item may
# move it.
_SETS = (
    TRIGGER_FIELDS
    | TYPE_FIELDS
    | {
        "filter",
        "autoEventFilter",
        "customEventFilter",
        "condition",
        "childContainer",
        "consentType",
        "triggerIds",
    }
)

_PLACE = re.compile(r"\[\d+\]")


class FieldChange(NamedTuple):
    """One leaf that differs; None where a side does not have it."""

    path: str
    old: str | None
    new: str | None


Pair = tuple[int | None, int | None]
"""Places in the old and in the new list; None where the list has no counterpart."""


def field_changes(old: Canonical, new: Canonical) -> tuple[FieldChange, ...]:
    """Every leaf that one side lacks or has otherwise."""
    return tuple(_list_changes_of_value("", "", old, new))


def count_equal(old: Canonical, new: Canonical) -> int:
    """How many leaves both forms have, wherever in a list they stand."""
    return (Counter(_list_leaves(old)) & Counter(_list_leaves(new))).total()


def content(form: Canonical) -> tuple[tuple[str, str], ...]:
    """The leaves of a form but its name, without their places in lists, sorted."""
    return tuple(sorted(_list_leaves({key: value for key, value in form.items() if key != "name"})))


def is_of_set(path: str) -> bool:
    """Whether a leaf is one name of a list whose order means nothing: `firingTriggerId`."""
    return path.rpartition(".")[2] in _SETS


def _list_leaves(form: Canonical) -> Iterator[tuple[str, str]]:
    return ((_PLACE.sub("[]", path), text) for path, text in flatten(form))


def _list_changes_of_value(key: str, path: str, old: Any, new: Any) -> Iterator[FieldChange]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted(old.keys() | new.keys()):
            below = f"{path}.{name}" if path else name
            yield from _list_changes_of_value(name, below, old.get(name), new.get(name))
    elif _is_list_or_none(old) and _is_list_or_none(new):
        yield from _list_changes(key, path, old or [], new or [])
    elif isinstance(old, (dict, list)) or isinstance(new, (dict, list)):
        # Another form altogether: all of the old one is gone, and all of the new one is new.
        yield from (FieldChange(at, text, None) for at, text in flatten(old, path))
        yield from (FieldChange(at, None, text) for at, text in flatten(new, path))
    else:
        before, after = _text(old), _text(new)
        if before != after:
            yield FieldChange(path, before, after)


def _is_list_or_none(value: Any) -> bool:
    return value is None or isinstance(value, list)


def _list_changes(key: str, path: str, old: list[Any], new: list[Any]) -> Iterator[FieldChange]:
    for was, is_now in _pair_items(key, old, new):
        before = old[was] if was is not None else None
        after = new[is_now] if is_now is not None else None
        index = is_now if is_now is not None else was
        # A set of names has no places that would say anything.
        item_path = (
            path if isinstance(before or after, str) and key in _SETS else f"{path}[{index}]"
        )
        changes = list(_list_changes_of_value("", item_path, before, after))
        if not changes and None in (was, is_now):
            # A row without a cell has no leaf, and is a row all the same.
            changes = [FieldChange(item_path, *(("", None) if is_now is None else (None, "")))]
        yield from changes


def _text(value: Any) -> str | None:
    leaves = [text for _, text in flatten(value)]
    return leaves[0] if leaves else None


def _pair_items(key: str, old: Sequence[Any], new: Sequence[Any]) -> list[Pair]:
    if old == new:
        return []
    if key in _SETS:
        return _pair_in_any_order(old, new)
    return _pair_in_order(old, new)


def _pair_in_order(old: Sequence[Any], new: Sequence[Any]) -> list[Pair]:
    """Counterparts of an ordered list: by place, or by content where that changes less."""
    was, is_now = list(map(repr, old)), list(map(repr, new))
    by_content: list[Pair] = []
    # Without `autojunk`, which takes a row that is there often in a long table for noise.
    for tag, i, i_end, j, j_end in SequenceMatcher(None, was, is_now, autojunk=False).get_opcodes():
        if tag != "equal":
            by_content += _pair_side_by_side(range(i, i_end), range(j, j_end))
    if len(old) == len(new):
        pairs = zip(was, is_now, strict=True)
        by_place: list[Pair] = [(n, n) for n, (a, b) in enumerate(pairs) if a != b]
        # Where both tell as much, by place: a cell that changed is read as a change, not as a row
        # that went and another that came.
        if len(by_place) <= len(by_content):
            return by_place
    return by_content


def _pair_side_by_side(old: Sequence[int], new: Sequence[int]) -> list[Pair]:
    both = min(len(old), len(new))
    return [
        *zip(old, new, strict=False),
        *((index, None) for index in old[both:]),
        *((None, index) for index in new[both:]),
    ]


def _pair_in_any_order(old: Sequence[Any], new: Sequence[Any]) -> list[Pair]:
    """Equal items go away; of the rest, those that are most alike belong together."""
    unmatched_old, unmatched_new = list(range(len(old))), []
    for index, item in enumerate(new):
        same = next((other for other in unmatched_old if old[other] == item), None)
        if same is None:
            unmatched_new.append(index)
        else:
            unmatched_old.remove(same)
    if len(unmatched_old) == len(unmatched_new) == 1:
        return [(unmatched_old[0], unmatched_new[0])]  # one in place of another
    pairs: list[Pair] = []
    for index in unmatched_new:
        likeness = {other: _count_shared_leaves(old[other], new[index]) for other in unmatched_old}
        best = max(likeness, key=lambda other: likeness[other], default=None)
        if best is not None and likeness[best] > 0:
            unmatched_old.remove(best)
        else:
            best = None
        pairs.append((best, index))
    return [*((index_left, None) for index_left in unmatched_old), *pairs]


def _count_shared_leaves(old: Any, new: Any) -> int:
    """How many leaves two conditions share; names are alike or they are not."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return 0
    return len(set(flatten(old)) & set(flatten(new)))
