"""Mappings without the keys that belong in them: each is one mistake, and several problems."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gtmgen.diagnostics import Path, Problem
from gtmgen.source.values import Data
from gtmgen.spec.key_moves import value_at
from gtmgen.text import as_yaml, clip

_WORDS_FOR_DATA = ("data", "key", "from", "variable", "ref", "path")
_TABLES = ("lookup", "regex")


def explain_bare_mappings(problems: Sequence[Problem], data: Data) -> list[Problem]:
    """The problems, with those of one such mapping told as one."""
    told = [*problems]
    for path in dict.fromkeys(item.path for item in problems if item.rule == "missing-key"):
        if path[:1] == ("data",) and len(path) == 3 and path[2] in _TABLES:
            told = _explain_table(told, path, data)
    for path in dict.fromkeys(item.path[:-1] for item in problems if _is_without_event(item)):
        told = _explain_send(told, path, value_at(data, path))
    told = _explain_params(told, data)
    told = [item for item in told if not _follows_from_condition(item, told)]
    return told


def _explain_params(problems: list[Problem], data: Data) -> list[Problem]:
    """`{data: plan}` in the place of `plan`."""
    keys = {
        item.path[:-1]: item.path[-1]
        for item in problems
        if item.rule == "unknown-key"
        and item.path[-2:-1]
        and item.path[-3:-2] == ("params",)
        and item.path[-1] in _WORDS_FOR_DATA
    }
    told = []
    for item in problems:
        key = keys.get(item.path)
        if key is not None and item.rule == "missing-key":
            name, value = item.path[-1], value_at(data, (*item.path, str(key)))
            hint = f"write `{clip(f'{name}: {_cell(value)}')}`"
            told.append(Problem("wrong-type", item.path, "a data key is named alone", hint))
        elif item.path[:-1] not in keys:
            told.append(item)
    return told


def _follows_from_condition(problem: Problem, problems: Sequence[Problem]) -> bool:
    """Whether something is missing behind `value > 0`, which is no key."""
    return problem.message.endswith("found nothing") and any(
        item.rule == "bad-key" and item.path == problem.path for item in problems
    )


def _explain_table(problems: list[Problem], path: Path, data: Data) -> list[Problem]:
    """Rows that stand in the table itself, and perhaps an input beside it."""
    table, word = value_at(data, path), str(path[2])
    rows = {
        item.path[-1]: table[item.path[-1]]
        for item in problems
        if item.rule == "unknown-key" and item.path[:-1] == path
    }
    missing = [item for item in problems if item.path == path and item.message.startswith("`map` ")]
    beside = (*path[:2], "input")
    if not rows or not missing:
        return problems
    source = table.get("input", value_at(data, path[:2]).get("input", "page_path"))
    cells = ", ".join(f"{as_yaml(str(key))}: {_cell(value)}" for key, value in rows.items())
    hint = f"write `{clip(f'{word}: {{input: {source}, map: {{{cells}}}}}')}`"
    lacks = "no `map`" if "input" in table else "neither `input` nor `map`"
    one = Problem("missing-key", path, f"`{word}` has {lacks}", hint, on_key=True)
    others = [
        item
        for item in problems
        if item not in missing
        and not (item.path == path and item.message.startswith("`input` "))
        and not (item.rule == "unknown-key" and item.path[:-1] == path)
        and not (item.rule == "unknown-key" and item.path == beside)
    ]
    return [*others, one]


def _cell(value: Any) -> str:
    return as_yaml(value) if isinstance(value, str) else str(value).lower()


def _is_without_event(problem: Problem) -> bool:
    """Whether an event names a platform and nothing, or true, as what that receives."""
    path = problem.path
    return (
        path[:1] == ("events",)
        and path[2:3] == ("send",)
        and len(path) == 4
        and problem.message.endswith(("found nothing", "found `true`"))
    )


def _explain_send(problems: list[Problem], path: Path, sends: Any) -> list[Problem]:
    if any(value is not None and value is not True for value in sends.values()):
        return problems
    message = "a platform is named, and nothing that it receives"
    hint = f"write `[{', '.join(sends)}]` for each platform's own event"
    others = [item for item in problems if item.path[:-1] != path or not _is_without_event(item)]
    return [*others, Problem("wrong-type", path, message, hint)]
