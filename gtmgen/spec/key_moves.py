"""Moving keys from one mapping of the spec's data to another; nothing changes in place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from gtmgen.diagnostics import Path
from gtmgen.source.values import Data


class KeyMove(NamedTuple):
    """Neighbouring keys of the mapping at ``source`` that are to go to the one at ``target``."""

    source: Path
    keys: tuple[str, ...]
    target: Path
    is_deeper: bool
    """Whether the target is below the source: the lines are to be indented further."""


def value_at(data: Any, path: Sequence[str | int]) -> Any:
    """The value at a path, or None where there is none."""
    for step in path:
        if isinstance(data, dict):
            data = data.get(str(step))
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data


def last_places(value: Any, path: Path) -> Iterator[Path]:
    """The mapping, or the empty key, at a path, and the last one in it, and so on."""
    if value is None or isinstance(value, dict):
        yield path
    if isinstance(value, dict) and value:
        key = next(reversed(value))
        yield from last_places(value[key], (*path, key))
    elif isinstance(value, list) and value and isinstance(value[-1], dict):
        yield from last_places(value[-1], (*path, len(value) - 1))


def apply_move(data: Data, move: KeyMove) -> Data:
    """The data after a move: below the target's own keys, or behind the one that was left."""
    source = value_at(data, move.source)
    entries = {key: source[key] for key in move.keys}
    left = replace_at(
        data,
        move.source,
        lambda mapping: {key: value for key, value in mapping.items() if key not in entries},
    )
    if move.is_deeper:
        return replace_at(left, move.target, lambda mapping: {**(mapping or {}), **entries})
    above = move.source[len(move.target)]
    return replace_at(left, move.target, lambda mapping: _put_behind(mapping, above, entries))


def _put_behind(mapping: Data, above: str | int, entries: Data) -> Data:
    result: Data = {}
    for key, value in mapping.items():
        result[key] = value
        if key == above:
            result |= entries
    return result


def replace_at(data: Data, path: Sequence[str | int], change: Callable[[Any], Any]) -> Data:
    """A copy in which the value at a path is another; what is not on the way is shared."""
    changed: Data = _replaced(data, path, change)
    return changed


def _replaced(data: Any, path: Sequence[str | int], change: Callable[[Any], Any]) -> Any:
    if not path:
        return change(data)
    step, *further = path
    twin = data.copy()
    twin[step] = _replaced(data[step], further, change)
    return twin
